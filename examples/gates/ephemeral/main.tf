# Checks the result during the plan and again during the apply, so a saved plan is not applied after the result has failed.
# Terraform stores nothing of the result. Needs Terraform 1.10 or OpenTofu 1.11.

ephemeral "retab_experiment_result" "invoice" {
  run_id      = var.run_id
  document_id = var.document_id

  lifecycle {
    postcondition {
      condition = self.succeeded
      # Terraform hides a message that references ephemeral values, so this one uses the variables.
      error_message = "Document ${var.document_id} of run ${var.run_id} did not succeed."
    }
  }
}

resource "terraform_data" "release" {
  input = var.run_id

  # Without this, Terraform may create the release before it checks the result.
  depends_on = [ephemeral.retab_experiment_result.invoice]
}
