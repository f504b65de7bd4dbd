# Metrics are about one run, and stay when the block changes. The experiment says whether they are about the block as it is now.
data "retab_experiment" "invoices" {
  id = "exp_abc"
}

data "retab_experiment_metrics" "invoices" {
  run_id = data.retab_experiment.invoices.last_run_id

  lifecycle {
    postcondition {
      condition     = self.state == "available" && data.retab_experiment.invoices.is_fresh
      error_message = "${self.summary} ${data.retab_experiment.invoices.summary}"
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
