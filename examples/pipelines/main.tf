# A release with a gate that is checked in the plan and again in the apply, so a plan that has waited for approval is not applied after
# the result has failed. Replace terraform_data.release by what you release.

ephemeral "retab_experiment_result" "invoice" {
  run_id      = var.run_id
  document_id = var.document_id
}

resource "terraform_data" "release" {
  input = var.run_id

  lifecycle {
    precondition {
      condition     = ephemeral.retab_experiment_result.invoice.succeeded
      error_message = "Document ${var.document_id} of run ${var.run_id} did not succeed."
    }
  }
}
