data "retab_experiment" "invoices" {
  id = "exp_abc"
}

# Whether the newest score is about the block and the documents as they are now.
output "is_fresh" {
  value = data.retab_experiment.invoices.is_fresh
}

output "last_run_id" {
  value = data.retab_experiment.invoices.last_run_id
}
