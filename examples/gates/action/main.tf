# Waits for the whole run during the apply, right before the release is created or updated. Stops the release unless every
# document succeeded and the score is high enough. Needs Terraform 1.14 or later.

action "retab_experiment_run_wait" "invoices" {
  config {
    run_id    = var.run_id
    require   = "all_succeeded"
    min_score = 0.9
    timeouts = {
      invoke = "30m"
    }
  }
}

resource "terraform_data" "release" {
  input = var.run_id

  lifecycle {
    action_trigger {
      events  = [before_create, before_update]
      actions = [action.retab_experiment_run_wait.invoices]
    }
  }
}
