ephemeral "retab_experiment" "invoices" {
  id = "exp_abc"

  lifecycle {
    postcondition {
      condition     = self.is_fresh
      error_message = "The score of experiment exp_abc is not about the block as it is now."
    }
  }
}
