# Stops the plan unless the newest run of an experiment has a high enough score and not too many failed documents. The
# score alone would not do: documents that failed are left out of it.

terraform {
  required_providers {
    retab = {
      source = "retab-dev/retab"
    }
  }
}

provider "retab" {}

variable "experiment_id" {
  description = "Id of the experiment."
  type        = string
  default     = "exp_abc"
}

variable "min_score" {
  description = "The least score, from 0 to 1."
  type        = number
  default     = 0.9
}

variable "max_failed" {
  description = "How many documents may fail."
  type        = number
  default     = 1
}

data "retab_experiment_run" "newest" {
  experiment_id = var.experiment_id

  lifecycle {
    postcondition {
      condition     = coalesce(self.score, 0) >= var.min_score
      error_message = "Run ${self.id} has the score ${coalesce(self.score, 0)}, and at least ${var.min_score} is required."
    }

    postcondition {
      condition     = self.failed_count <= var.max_failed
      error_message = "In run ${self.id}, ${self.failed_count} of ${self.document_count} documents failed; ${var.max_failed} may."
    }
  }
}

resource "terraform_data" "release" {
  input = data.retab_experiment_run.newest.id
}
