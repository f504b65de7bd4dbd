output "run_id" {
  description = "Id of the run that may be released: the newest run for which every condition held when Terraform planned."
  value       = terraform_data.released.input
}

output "summary" {
  description = "What Retab says about the metrics of the run."
  value       = try(local.metrics.summary, local.experiment.summary)
}

output "versions" {
  description = "What the run executed, and what production runs: ids and times to compare. That a version was published after the run proves nothing."
  value = {
    run_version_id       = local.run.workflow_version_id
    run_requested        = local.run.requested_version
    run_created_at       = local.run.timing.created_at
    published_version_id = local.published_version
    published_at         = try(data.retab_workflow.this.published.published_at, null)
  }
}
