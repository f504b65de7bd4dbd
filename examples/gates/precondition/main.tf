# Blocks only the resource that needs the result. Terraform plans the rest of the configuration, but applies nothing. The error
# names the blocked resource.

terraform {
  required_providers {
    retab = {
      source = "retab-dev/retab"
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
}

resource "terraform_data" "release" {
  input = one(data.retab_experiment_result.invoice.artifact[*].id)

  lifecycle {
    precondition {
      condition     = data.retab_experiment_result.invoice.succeeded
      error_message = "No release. ${data.retab_experiment_result.invoice.summary}"
    }
  }
}
