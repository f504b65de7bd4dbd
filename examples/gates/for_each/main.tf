# Stops the plan unless the block succeeded for several documents. The errors name the documents that did not succeed.

data "retab_experiment_result" "invoices" {
  for_each = var.document_ids

  run_id      = var.run_id
  document_id = each.key

  lifecycle {
    postcondition {
      condition     = self.succeeded
      error_message = self.summary
    }
  }
}

resource "terraform_data" "release" {
  input = { for id, result in data.retab_experiment_result.invoices : id => one(result.artifact[*].id) }
}
