# The newest run of all evals of a workflow. The plan stops unless every eval passed.
data "retab_eval_run" "newest" {
  workflow_id = "wf_2"

  lifecycle {
    postcondition {
      condition     = self.all_passed
      error_message = self.summary
    }
  }
}

output "evals" {
  value = {
    passed      = data.retab_eval_run.newest.passed_count
    of          = data.retab_eval_run.newest.eval_count
    duration_ms = data.retab_eval_run.newest.timing.duration_ms
  }
}
