# Stops the plan unless the block succeeded for the document.

data "retab_experiment_result" "invoice" {
  run_id      = var.run_id
  document_id = var.document_id

  lifecycle {
    postcondition {
      condition     = self.succeeded
      error_message = self.summary
    }
  }
}

# Terraform plans what depends on the data source only if the gate passes.
resource "terraform_data" "release" {
  input = one(data.retab_experiment_result.invoice.artifact[*].id) # null if there is no artifact
}
