ephemeral "retab_experiment_result" "invoice" {
  run_id      = "exprun_2"
  document_id = "expdoc_xyz"

  lifecycle {
    postcondition {
      condition     = self.succeeded
      error_message = "The invoice was not extracted." # must not reference ephemeral values
    }
  }
}
