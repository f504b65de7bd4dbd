# The plan stops unless every eval passed when it last ran, with the block as it is now.
data "retab_evals" "all" {
  workflow_id = "wf_2"

  lifecycle {
    postcondition {
      condition     = self.all_passing && self.all_fresh
      error_message = self.summary
    }
  }
}

output "latest_verdicts" {
  value = { for id, eval in data.retab_evals.all.by_id : id => one(eval.latest_run[*].verdict) }
}
