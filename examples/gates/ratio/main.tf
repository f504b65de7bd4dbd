# Stops the plan unless at least 98 % of a run's documents and all critical documents succeeded. success_ratio counts documents,
# so a missing or unfinished result counts as not succeeded. A run that is active may still get documents, so it does not pass.

data "retab_experiment_results" "all" {
  run_id = var.run_id

  lifecycle {
    postcondition {
      condition     = self.all_terminal && try(self.success_ratio >= var.min_success_ratio, false)
      error_message = "At least ${format("%.1f", var.min_success_ratio * 100)} % of the documents must succeed. ${self.summary}"
    }
  }
}

data "retab_experiment_results" "critical" {
  run_id       = var.run_id
  document_ids = var.critical_document_ids

  lifecycle {
    postcondition {
      condition     = self.all_succeeded
      error_message = "Every critical document must succeed. ${self.summary}"
    }
  }
}

# Terraform plans what depends on both data sources only if both gates pass.
resource "terraform_data" "release" {
  input = {
    run_id             = data.retab_experiment_results.all.run_id
    critical_documents = data.retab_experiment_results.critical.status_by_document
  }
}
