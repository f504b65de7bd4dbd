# Warns, but stops nothing. The data source is outside the check, because inside it would be a change in every plan.

data "retab_experiment_result" "invoice" {
  run_id      = var.run_id
  document_id = var.document_id
}

check "invoice_succeeded" {
  assert {
    condition     = data.retab_experiment_result.invoice.succeeded
    error_message = data.retab_experiment_result.invoice.summary
  }
}
