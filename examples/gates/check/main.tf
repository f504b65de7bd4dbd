# Warns, but stops nothing. The data source is outside the check, because inside it would be a change in every plan.

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

check "invoice_succeeded" {
  assert {
    condition     = data.retab_experiment_result.invoice.succeeded
    error_message = data.retab_experiment_result.invoice.summary
  }
}
