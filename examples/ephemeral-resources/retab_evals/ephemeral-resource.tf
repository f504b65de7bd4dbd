ephemeral "retab_evals" "all" {
  workflow_id = "wf_2"

  lifecycle {
    postcondition {
      condition     = self.all_passing
      error_message = "Not every eval of workflow wf_2 passed when it last ran."
    }
  }
}
