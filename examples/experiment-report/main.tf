# From the id of an experiment to a report on its newest completed run: every document with its status, file and artifact, and the
# documents that failed with the reason. Fit to be used as a module.

terraform {
  required_providers {
    retab = {
      source = "retab-dev/retab"
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
