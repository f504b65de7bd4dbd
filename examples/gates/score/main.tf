# Stops the plan unless the newest run of an experiment is completed, with a high enough score and not too many documents
# that did not succeed. The score alone would not do: documents that failed are left out of it.

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
  default     = "exp_split"
}

variable "min_score" {
  description = "The least score, from 0 to 1."
  type        = number
  default     = 0.9
}

variable "max_failed" {
  description = "How many documents may be without success."
  type        = number
  default     = 1
}

data "retab_experiment_run" "newest" {
  experiment_id = var.experiment_id
  status_filter = "any" # else a newer run that failed would not be seen

  lifecycle {
    postcondition {
      condition     = self.status == "completed"
      error_message = "Run ${self.id} is ${self.status}, not completed."
    }

    postcondition {
      condition     = coalesce(self.score, 0) >= var.min_score
      error_message = "Run ${self.id} has the score ${coalesce(self.score, 0)}, and at least ${var.min_score} is required."
    }

    postcondition {
      condition     = self.document_count - self.completed_count <= var.max_failed
      error_message = "In run ${self.id}, ${self.document_count - self.completed_count} of ${self.document_count} documents did not succeed; ${var.max_failed} may."
    }
  }
}

resource "terraform_data" "release" {
  input = data.retab_experiment_run.newest.id
}
