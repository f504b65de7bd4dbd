data "retab_experiment_results" "all" {
  run_id = "exprun_2"
}

output "failed_documents" {
  value = data.retab_experiment_results.all.failed_document_ids
}

output "artifact_ids" {
  value = { for id, result in data.retab_experiment_results.all.by_document : id => one(result.artifact[*].id) }
}
