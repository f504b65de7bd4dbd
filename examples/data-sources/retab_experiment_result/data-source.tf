data "retab_experiment_result" "invoice" {
  run_id      = "exprun_2"
  document_id = "expdoc_xyz"
}

output "invoice" {
  value = {
    status      = data.retab_experiment_result.invoice.status
    duration_ms = data.retab_experiment_result.invoice.timing.duration_ms
    artifact    = data.retab_experiment_result.invoice.artifact
  }
}
