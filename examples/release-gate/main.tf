# Releases the newest run of an experiment, but only if it meets every condition of the module.

terraform {
  required_providers {
    retab = {
      source  = "retab-dev/retab"
      version = "~> 0.1.0"
    }
  }
}

provider "retab" {}

variable "experiment_id" {
  description = "Id of the experiment."
  type        = string
  default     = "exp_compared"
}

variable "min_success_ratio" {
  description = "How many of the documents must succeed, from 0 to 1."
  type        = number
  default     = 0.9
}

variable "max_score_drop" {
  description = "How much lower than that of the prior run the score may be."
  type        = number
  default     = 0.02
}

variable "critical_document_ids" {
  description = "Ids of the documents that must succeed."
  type        = set(string)
  default     = ["expdoc_1"]
}

module "release_gate" {
  source = "github.com/retab-dev/terraform-provider-retab//examples/modules/release-gate?ref=v0.1.0"

  experiment_id         = var.experiment_id
  min_score             = 0.8
  min_target_score      = 0.75
  max_score_drop        = var.max_score_drop
  min_success_ratio     = var.min_success_ratio
  critical_document_ids = var.critical_document_ids
}

resource "terraform_data" "release" {
  input = module.release_gate.run_id
}
