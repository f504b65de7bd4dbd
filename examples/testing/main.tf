# The gate that tests/gate.tftest.hcl tests. `terraform test` needs no API key and no server.

terraform {
  required_providers {
    retab = {
      source  = "retab-dev/retab"
      version = "~> 0.1.0"
    }
  }
}

provider "retab" {}

variable "run_id" {
  description = "Id of the experiment run."
  type        = string
  default     = "exprun_2"
}

variable "document_id" {
  description = "Id of a document of that run."
  type        = string
  default     = "expdoc_xyz"
}

data "retab_experiment_result" "invoice" {
  run_id      = var.run_id
  document_id = var.document_id

  lifecycle {
    postcondition {
      condition     = self.succeeded
      error_message = self.summary
    }
  }
}

# Terraform plans what depends on the data source only if the gate passes.
resource "terraform_data" "release" {
  input = one(data.retab_experiment_result.invoice.artifact[*].id) # null if there is no artifact
}
