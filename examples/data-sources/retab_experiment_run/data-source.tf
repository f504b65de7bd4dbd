# The newest completed run of an experiment.
data "retab_experiment_run" "newest" {
  experiment_id = "exp_abc"
}

output "score" {
  value = data.retab_experiment_run.newest.score
}

# The score ignores failed documents, so also check how many there are.
output "failed_count" {
  value = data.retab_experiment_run.newest.failed_count
}
