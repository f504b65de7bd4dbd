# Stops the plan unless the newest run of an experiment is completed, its score is high enough, and enough documents succeeded.
# The score alone is not enough, because it ignores failed documents.

data "retab_experiment_run" "newest" {
  experiment_id = var.experiment_id
  status_filter = "any" # otherwise the gate ignores a newer run that failed

  lifecycle {
    postcondition {
      condition     = self.status == "completed"
      error_message = self.summary
    }

    postcondition {
      condition     = try(self.score >= var.min_score && self.score <= 1, false) # false without a score
      error_message = try("Run ${self.id} has the score ${self.score}, and at least ${var.min_score} is required.", "The run has no score.")
    }

    postcondition {
      condition     = try(self.success_ratio >= var.min_success_ratio, false) # false for a run without documents
      error_message = "At least ${format("%.1f", var.min_success_ratio * 100)} % of the documents must succeed. ${self.summary}"
    }
  }
}

resource "terraform_data" "release" {
  input = data.retab_experiment_run.newest.id
}
