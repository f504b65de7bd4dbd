ephemeral "retab_eval_run" "newest" {
  workflow_id = "wf_2"

  lifecycle {
    postcondition {
      condition     = self.all_passed
      error_message = "Not every eval of workflow wf_2 passed in its newest run."
    }
  }
}
