# Reads the newest run of an experiment, its metrics and its results. The output run_id has the conditions of the release.

terraform {
  required_version = ">= 1.2"

  required_providers {
    retab = {
      source  = "retab-dev/retab"
      version = ">= 0.1.0"
    }
  }
}

data "retab_experiment" "this" {
  id          = var.experiment_id
  workflow_id = var.workflow_id
}

data "retab_experiment_run" "newest" {
  experiment_id    = data.retab_experiment.this.id
  status_filter    = "any" # otherwise a newer run that failed would not be seen
  ignore_not_found = true  # otherwise an experiment without runs would be an error, which blocks a destroy, too
}

data "retab_experiment_metrics" "newest" {
  count = data.retab_experiment_run.newest.exists ? 1 : 0

  run_id       = data.retab_experiment_run.newest.id
  prior_run_id = var.prior_run_id
}

data "retab_experiment_results" "newest" {
  count = data.retab_experiment_run.newest.exists ? 1 : 0

  run_id = data.retab_experiment_run.newest.id
}

locals {
  experiment = data.retab_experiment.this
  run        = data.retab_experiment_run.newest

  # Not one(…): a function over an object with a sensitive attribute makes all of it sensitive, and hides the messages.
  metrics = try(data.retab_experiment_metrics.newest[0], null)
  results = try(data.retab_experiment_results.newest[0], null)

  # A score that is null passes no condition: try turns the error of the comparison into false.
  score_is_high_enough = try(local.metrics.score >= var.min_score, false)

  # The difference of two decimal fractions has an error far below 1e-30, which must not close the gate.
  score_drop          = try(local.metrics.prior_score - local.metrics.score, null)
  score_drop_is_small = try(local.score_drop <= var.max_score_drop + 1e-30, false)

  # The targets under the threshold, and those without a score. Null if there are no scores of targets at all.
  low_targets      = try({ for path, score in local.metrics.target_scores : path => score if try(score < var.min_target_score, true) }, null)
  low_targets_text = try(join(", ", [for path, score in local.low_targets : try("${path} has ${score}", "${path} has no score")]), "it has no scores of targets")

  # Null, and so 0, if the run and its results contradict each other.
  success_ratio = try(coalesce(local.results.success_ratio, 0), 0)

  # A critical document without a result has not succeeded either.
  critical_failures = [for id in var.critical_document_ids : id if !try(local.results.by_document[id].succeeded, false)]

  # Texts for messages, in which a null would be an error.
  run_text   = try("Run ${local.run.id}", "The newest run")
  score_text = try("the score ${local.metrics.score}", "no score")
  prior_text = try("${local.metrics.prior_score} of the prior run ${local.metrics.prior_run_id}", "no score of a prior run")
}
