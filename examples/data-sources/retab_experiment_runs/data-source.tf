data "retab_experiment_runs" "completed" {
  experiment_id = "exp_abc"
  status        = "completed"
  max_results   = 10
}

output "scores" {
  value = { for run in data.retab_experiment_runs.completed.runs : run.id => run.score }
}
