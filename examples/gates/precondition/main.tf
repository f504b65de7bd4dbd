# Blocks only the resource that needs the result. Terraform plans the rest of the configuration, but applies nothing. The error
# names the blocked resource.

data "retab_experiment_result" "invoice" {
  run_id      = var.run_id
  document_id = var.document_id
}

resource "terraform_data" "release" {
  input = one(data.retab_experiment_result.invoice.artifact[*].id)

  lifecycle {
    precondition {
      condition     = data.retab_experiment_result.invoice.succeeded
      error_message = "No release. ${data.retab_experiment_result.invoice.summary}"
    }
  }
}
