output "run_id" {
  description = "Id of the run that may be released: the newest run for which every condition held when Terraform planned."
  value       = terraform_data.released.input
}

output "summary" {
  description = "What Retab says about the metrics of the run."
  value       = try(local.metrics.summary, local.experiment.summary)
}
