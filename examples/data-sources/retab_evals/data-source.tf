# The plan stops unless every eval passed when it last ran.
data "retab_evals" "all" {
  workflow_id = "wf_2"

  lifecycle {
    postcondition {
      condition     = self.all_passing # add && self.all_fresh in the flat edition
      error_message = self.summary
    }
  }
}

output "all_fresh" {
  value = data.retab_evals.all.all_fresh
}

output "latest_verdicts" {
  value = { for id, eval in data.retab_evals.all.by_id : id => one(eval.latest_run[*].verdict) }
}
