# The newest completed run of an experiment.
data "retab_experiment_run" "newest" {
  experiment_id = "exp_abc"
}

output "score" {
  value = data.retab_experiment_run.newest.score
}

# A score leaves failed documents out, so look at their number, too.
output "failed_count" {
  value = data.retab_experiment_run.newest.failed_count
}
