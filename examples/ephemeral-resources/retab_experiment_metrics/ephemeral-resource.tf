ephemeral "retab_experiment" "invoices" {
  id = "exp_abc"
}

# Metrics are about one run, and stay when the block changes.
ephemeral "retab_experiment_metrics" "invoices" {
  run_id = ephemeral.retab_experiment.invoices.last_run_id

  lifecycle {
    postcondition {
      condition     = ephemeral.retab_experiment.invoices.is_fresh && self.state == "available" && try(alltrue([for score in values(self.target_scores) : score >= 0.8]), false)
      error_message = "A target of the last run of exp_abc is under 0.8, or the run has no metrics or is not about the block as it is now."
    }
  }
}
