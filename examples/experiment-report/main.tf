# Reports on the newest completed run of an experiment: the status, files and artifact of every document, and the reason of
# every failure. You can use it as a module.

terraform {
  required_providers {
    retab = {
      source  = "retab-dev/retab"
      version = "~> 0.1.0"
    }
  }
}

data "retab_experiment_run" "newest" {
  experiment_id = var.experiment_id
}

data "retab_experiment_results" "all" {
  run_id = data.retab_experiment_run.newest.id
}

locals {
  report = {
    for id, result in data.retab_experiment_results.all.by_document : id => {
      status   = result.status
      files    = join(", ", compact([for handle in result.handle_inputs : handle.filename]))
      artifact = try("${result.artifact.operation}/${result.artifact.id}", "none")
    }
  }
}
