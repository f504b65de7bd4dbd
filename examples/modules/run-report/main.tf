# Reads a run, its results and its scores. No gate is part of it, because a failing gate would leave no report.

terraform {
  required_version = ">= 1.2"

  required_providers {
    retab = {
      source  = "retab-dev/retab"
      version = ">= 0.1.0"
    }
  }
}

data "retab_experiment_run" "this" {
  id               = var.run_id
  experiment_id    = var.run_id == null ? var.experiment_id : null
  status_filter    = var.run_id == null ? "any" : null
  ignore_not_found = true
}

data "retab_experiment_results" "this" {
  count = data.retab_experiment_run.this.exists ? 1 : 0

  run_id = data.retab_experiment_run.this.id
}

data "retab_experiment_metrics" "this" {
  count = data.retab_experiment_run.this.exists ? 1 : 0

  run_id       = data.retab_experiment_run.this.id
  prior_run_id = var.prior_run_id
}

locals {
  run = data.retab_experiment_run.this

  # Not one(…): a function over an object with a sensitive attribute makes all of it sensitive.
  results = try(data.retab_experiment_results.this[0], null)
  metrics = try(data.retab_experiment_metrics.this[0], null)

  documents      = try(local.results.by_document, {})
  document_count = try(local.results.document_count, 0)
  unsuccessful   = [for id, result in local.documents : id if !result.succeeded]
  successful     = [for id, result in local.documents : id if result.succeeded]

  # A long run lists only the documents that did not succeed.
  is_long = length(local.documents) > var.max_rows
  listed  = local.is_long ? slice(local.unsuccessful, 0, min(var.max_rows, length(local.unsuccessful))) : concat(local.unsuccessful, local.successful)

  # The documents that the table leaves out, as sentences.
  omitted = compact([
    local.is_long && length(local.unsuccessful) > length(local.listed) ? "More documents that did not succeed: ${length(local.unsuccessful) - length(local.listed)}." : "",
    local.is_long && length(local.successful) > 0 ? "Documents that succeeded and are not listed: ${length(local.successful)}." : "",
    try(local.results.missing_count, 0) > 0 ? "Documents without a result: ${local.results.missing_count}." : "",
  ])

  # Scores are null for a document that failed, and for a run without metrics.
  scores = { for id in local.listed : id => {
    score = try(tostring(local.metrics.document_scores[id].score), null)
    prior = try(tostring(local.metrics.document_scores[id].prior_score), null)
  } }
}
