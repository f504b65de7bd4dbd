data "retab_experiment_metrics" "invoices" {
  run_id = "exprun_2"

  lifecycle {
    postcondition {
      condition     = self.state == "available"
      error_message = self.summary
    }
  }
}

# A score of the whole can hide a field that got worse.
output "low_targets" {
  value = { for path, score in data.retab_experiment_metrics.invoices.target_scores : path => score if score < 0.9 }
}

output "document_scores" {
  value = { for id, document in data.retab_experiment_metrics.invoices.document_scores : id => document.score }
}
