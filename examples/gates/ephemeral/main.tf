# Judges the result while planning and once more when applying, so that a plan which was saved while all was well does
# not go through after the result has turned bad. Nothing of the result is stored. Terraform 1.10 or later.

terraform {
  required_version = ">= 1.10"

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

ephemeral "retab_experiment_result" "invoice" {
  run_id      = var.run_id
  document_id = var.document_id

  lifecycle {
    postcondition {
      condition = self.succeeded
      # Terraform shows no message that refers to ephemeral values, so this one names what was asked for.
      error_message = "Document ${var.document_id} of run ${var.run_id} did not succeed."
    }
  }
}

resource "terraform_data" "release" {
  input = var.run_id

  # Without it the release would not wait for the judgement.
  depends_on = [ephemeral.retab_experiment_result.invoice]
}
