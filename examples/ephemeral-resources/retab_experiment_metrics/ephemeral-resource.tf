ephemeral "retab_experiment_metrics" "invoices" {
  run_id = "exprun_2"

  lifecycle {
    postcondition {
      condition     = self.state == "available" && try(alltrue([for score in values(self.target_scores) : score >= 0.8]), false)
      error_message = "A target of run exprun_2 is under 0.8, or the run has no metrics."
    }
  }
}
