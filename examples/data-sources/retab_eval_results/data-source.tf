data "retab_eval_results" "newest" {
  run_id = "evalrun_1"
}

output "outcome" {
  value = data.retab_eval_results.newest.summary
}

output "verdicts" {
  value = { for id, result in data.retab_eval_results.newest.by_eval : id => result.verdict }
}
