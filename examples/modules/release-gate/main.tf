# Reads the newest run of an experiment, its metrics and its results. The resource at the end has the conditions of the release.

terraform {
  required_version = ">= 1.4"

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

data "retab_evals" "all" {
  count = var.require_evals == null ? 0 : 1

  workflow_id = data.retab_experiment.this.workflow_id
}

data "retab_workflow" "this" {
  id               = data.retab_experiment.this.workflow_id
  ignore_not_found = true # only shown, unless the published version is required
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

  # What the experiment, the run and the metrics say together. A value that is null says nothing.
  scores       = compact([local.experiment.score, local.run.score, try(local.metrics.score, null)])
  scores_agree = try(max(local.scores...) - min(local.scores...) <= 0.01 + 1e-30, false)
  other_fingerprints = [for name, values in {
    definition_fingerprint      = [local.run.definition_fingerprint, try(local.metrics.definition_fingerprint, null)]
    block_execution_fingerprint = [local.run.block_execution_fingerprint, try(local.metrics.block_execution_fingerprint, null)]
  } : name if length(distinct(compact(values))) > 1]
  is_of_experiment = try(local.run.experiment_id == local.experiment.id && local.metrics.experiment_id == local.experiment.id, false)

  # Every document that succeeded must have a score, and no other document may have one.
  unscored_documents = try([for id, row in local.results.by_document : id if row.succeeded && try(local.metrics.document_scores[id].score, null) == null], ["all"])
  unknown_documents  = try([for id in keys(local.metrics.document_scores) : id if !contains(keys(local.results.status_by_document), id)], [])
  is_scored          = try(local.metrics.scored_document_count >= local.results.succeeded_count && length(local.unscored_documents) == 0, false)

  # False while the run may still get documents, and if the run and its results contradict each other.
  success_is_enough = try(local.results.all_terminal && local.results.success_ratio >= var.min_success_ratio, false)

  # A critical document without a result has not succeeded either.
  critical_failures = [for id in var.critical_document_ids : id if !try(local.results.by_document[id].succeeded, false)]

  # Without freshness of evals, as in the run-scoped edition of the API, "fresh" never holds.
  evals           = try(data.retab_evals.all[0], null)
  evals_are_green = try(local.evals.all_passing && (var.require_evals == "passing" || local.evals.all_fresh), false)

  # Two ids prove that the run executed the published version. Times prove nothing: somebody can edit, publish and revert.
  published_version = try(data.retab_workflow.this.published.version_id, null)
  ran_published     = try(local.published_version == local.run.workflow_version_id && local.published_version != "", false)
  published_text    = coalesce(local.published_version, "none")
  run_version_text  = coalesce(local.run.workflow_version_id, "unknown")

  # Texts for messages, in which a null would be an error.
  run_text   = try("Run ${local.run.id}", "The newest run")
  score_text = try("the score ${local.metrics.score}", "no score")
  prior_text = try("${local.metrics.prior_score} of the prior run ${local.metrics.prior_run_id}", "no score of a prior run")
  ratio_text = try("${format("%.1f", 100 * local.results.success_ratio)} % of ${local.results.document_count} documents succeeded", "it is not known how many documents succeeded")
}

# The run that may be released. A refresh does not change it, so `terraform apply -refresh-only` cannot release a run.
resource "terraform_data" "released" {
  input = local.run.id

  lifecycle {
    precondition {
      condition     = local.run.exists && local.run.id == local.experiment.last_run_id
      error_message = "${local.run_text} is not the last run that the experiment names (${coalesce(local.experiment.last_run_id, "none")})."
    }

    precondition {
      condition     = local.run.status == "completed"
      error_message = "${local.run_text} is not completed: its status is \"${local.run.status}\"."
    }

    precondition {
      condition     = local.experiment.is_fresh
      error_message = local.experiment.summary
    }

    precondition {
      condition     = try(local.metrics.state == "available", false)
      error_message = try(local.metrics.summary, "There are no metrics: the experiment has never been run.")
    }

    precondition {
      condition     = local.score_is_high_enough
      error_message = "${local.run_text} has ${local.score_text}, and at least ${var.min_score} is required."
    }

    precondition {
      condition     = var.min_target_score == null || try(length(local.low_targets) == 0, false)
      error_message = "${local.run_text} has targets under ${coalesce(var.min_target_score, 0)}: ${local.low_targets_text}."
    }

    precondition {
      condition     = var.max_score_drop == null || local.score_drop_is_small
      error_message = "${local.run_text} has ${local.score_text}, compared with ${local.prior_text}. It may be at most ${coalesce(var.max_score_drop, 0)} lower."
    }

    precondition {
      condition     = local.scores_agree || length(local.scores) == 0
      error_message = "Experiment, run and metrics must have the same score, and they have ${join(", ", local.scores)}."
    }

    precondition {
      condition     = length(local.other_fingerprints) == 0
      error_message = "The metrics are about something else than ${local.run_text}: ${join(", ", local.other_fingerprints)} differs."
    }

    precondition {
      condition     = local.is_of_experiment || !try(local.metrics.state == "available", false)
      error_message = "The metrics of ${local.run_text} are about experiment ${try(coalesce(local.metrics.experiment_id), "none")}, and not about ${local.experiment.id}."
    }

    precondition {
      condition     = length(local.unknown_documents) == 0
      error_message = "The metrics have documents that ${local.run_text} does not have: ${join(", ", local.unknown_documents)}."
    }

    precondition {
      condition     = local.is_scored || !try(local.metrics.state == "available", false)
      error_message = "${local.run_text}: documents succeeded, but are not in the score: ${join(", ", local.unscored_documents)}."
    }

    precondition {
      condition     = local.success_is_enough
      error_message = "${local.run_text}: ${local.ratio_text}, and at least ${format("%.1f", 100 * var.min_success_ratio)} % is required. ${try(local.results.summary, "")}"
    }

    precondition {
      condition     = !local.success_is_enough || try(local.run.success_ratio >= var.min_success_ratio, false)
      error_message = "Enough results succeeded, but the newest run in the list of runs says otherwise. ${local.run.summary}"
    }

    precondition {
      condition     = length(local.critical_failures) == 0
      error_message = "${local.run_text}: critical documents did not succeed: ${join(", ", local.critical_failures)}."
    }

    precondition {
      condition     = var.require_evals == null || local.evals_are_green
      error_message = try(local.evals.summary, "There are no evals.")
    }

    precondition {
      condition     = !var.require_published_version || local.ran_published
      error_message = "${local.run_text} executed the version ${local.run_version_text}, and the published version is ${local.published_text}."
    }
  }
}
