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
      condition     = coalesce(self.score, 0) >= var.min_score
      error_message = "Run ${self.id} has the score ${coalesce(self.score, 0)}, and at least ${var.min_score} is required."
    }

    postcondition {
      condition     = coalesce(self.success_ratio, 0) >= var.min_success_ratio # null for a run without documents
      error_message = "At least ${var.min_success_ratio * 100} % of the documents must succeed. ${self.summary}"
    }
  }
}

resource "terraform_data" "release" {
  input = data.retab_experiment_run.newest.id
}
