ephemeral "retab_experiment_run" "newest" {
  experiment_id = "exp_split"
  status_filter = "any"

  lifecycle {
    postcondition {
      condition     = self.succeeded
      error_message = "The newest run of experiment exp_split did not succeed."
    }
  }
}
