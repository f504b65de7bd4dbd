# Stops the plan if the document failed, has not finished, or has no result at all. A missing result is data here and not a provider
# error, so the gate does not block destroy.

data "retab_experiment_result" "critical" {
  run_id           = var.run_id
  document_id      = var.document_id
  ignore_not_found = true

  lifecycle {
    postcondition {
      condition     = self.exists
      error_message = "A critical document is missing. ${self.summary}"
    }

    postcondition {
      condition     = !self.exists || self.succeeded
      error_message = self.summary
    }
  }
}

resource "terraform_data" "release" {
  input = one(data.retab_experiment_result.critical.artifact[*].id)
}
