# Reads one experiment result and shows some of its attributes.
#
#   export RETAB_API_KEY=…
#   terraform plan -var run_id=exprun_… -var document_id=expdoc_…

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
}

output "status" {
  value = data.retab_experiment_result.invoice.status
}

output "duration_ms" {
  value = data.retab_experiment_result.invoice.timing.duration_ms
}

output "artifact" {
  value = data.retab_experiment_result.invoice.artifact
}
