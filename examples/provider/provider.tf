terraform {
  required_providers {
    retab = {
      source  = "retab-dev/retab"
      version = "~> 0.1.0"
    }
  }
}

provider "retab" {} # the API key is read from the environment variable RETAB_API_KEY

data "retab_experiment_result" "invoice" {
  run_id      = "exprun_2"
  document_id = "expdoc_xyz"

  lifecycle {
    postcondition {
      condition     = self.succeeded
      error_message = self.summary
    }
  }
}

output "artifact" {
  value = data.retab_experiment_result.invoice.artifact
}
