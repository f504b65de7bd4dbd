data "retab_experiment_result" "invoice" {
  run_id      = "exprun_2"
  document_id = "expdoc_xyz"
}

output "invoice_status" {
  value = data.retab_experiment_result.invoice.status
}
