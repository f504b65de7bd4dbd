output "run" {
  description = "The run of the report. The score ignores failed documents."
  value = {
    id        = data.retab_experiment_run.newest.id
    score     = data.retab_experiment_run.newest.score
    documents = data.retab_experiment_run.newest.document_count
    failed    = data.retab_experiment_run.newest.failed_count
  }
}

output "report" {
  description = "One line per document."
  value = join("\n", concat(
    [format("%-16s %-10s %-20s %s", "DOCUMENT", "STATUS", "FILE", "ARTIFACT")],
    [for id, row in local.report : format("%-16s %-10s %-20s %s", id, row.status, row.files, row.artifact)],
  ))
}

output "failures" {
  description = "The reasons of failures, by document id."
  value = {
    for id in data.retab_experiment_results.all.failed_document_ids :
    id => data.retab_experiment_results.all.by_document[id].error_message
  }
}
