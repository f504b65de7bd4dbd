# Waits during the plan until the document has a final result, and then stops the plan unless the result succeeded. Use it in
# pipelines that plan while the experiment is still running.

data "retab_experiment_result" "invoice" {
  run_id      = var.run_id
  document_id = var.document_id

  wait_for_completion = true
  timeouts = {
    read = "20m"
  }

  lifecycle {
    postcondition {
      condition     = self.succeeded
      error_message = self.summary
    }
  }
}

resource "terraform_data" "release" {
  input = one(data.retab_experiment_result.invoice.artifact[*].id)
}
