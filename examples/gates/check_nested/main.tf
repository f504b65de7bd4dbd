# Warns of a bad result, and of a result that cannot be read. The data source is inside the check, so every plan has a change.

check "invoice_succeeded" {
  data "retab_experiment_result" "invoice" {
    run_id      = var.run_id
    document_id = var.document_id
  }

  assert {
    condition     = data.retab_experiment_result.invoice.succeeded
    error_message = data.retab_experiment_result.invoice.summary
  }
}
