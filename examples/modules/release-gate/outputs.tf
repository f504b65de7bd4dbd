output "run_id" {
  description = "Id of the run that may be released. It can be used only if every condition holds."
  value       = local.run.id

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
    condition     = coalesce(local.experiment.freshness.baseline_run_id, local.run.id, "none") == coalesce(local.run.id, "none")
    error_message = "The freshness of the experiment is about run ${coalesce(local.experiment.freshness.baseline_run_id, "none")}, and not about its newest run ${coalesce(local.run.id, "none")}."
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
    condition     = local.success_ratio >= var.min_success_ratio
    error_message = "${local.run_text}: ${format("%.1f", 100 * local.success_ratio)} % of ${local.run.document_count} documents succeeded, and at least ${100 * var.min_success_ratio} % is required."
  }

  precondition {
    condition     = length(local.critical_failures) == 0
    error_message = "${local.run_text}: critical documents did not succeed: ${join(", ", local.critical_failures)}."
  }
}

output "summary" {
  description = "What Retab says about the metrics of the run."
  value       = try(local.metrics.summary, local.experiment.summary)
}
