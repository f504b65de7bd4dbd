# The fake serves scenario.yaml to the real provider:
#
#   retab-fake -scenario scenario.yaml terraform test

run "stops_at_a_failed_document" {
  command = plan

  variables {
    run_id = "exprun_unreadable"
  }

  expect_failures = [data.retab_experiment_results.invoices]
}

run "stops_at_a_missing_artifact" {
  command = plan

  variables {
    run_id = "exprun_empty"
  }

  expect_failures = [data.retab_experiment_results.invoices]
}

run "stops_at_a_slow_document" {
  command = plan

  variables {
    run_id = "exprun_slow"
  }

  expect_failures = [data.retab_experiment_results.invoices]
}

# The plan succeeds and the apply fails, as with a saved plan whose canary fails before the plan is applied. If the plan failed,
# Terraform would not count that as the expected failure.
run "stops_the_apply_if_the_canary_fails_after_the_plan" {
  variables {
    canary_run_id = "exprun_canary_late"
  }

  expect_failures = [ephemeral.retab_experiment_result.canary]
}

# The last run must pass: Terraform destroys with its variables, and before 1.15 it opens the ephemeral resource then.
run "releases_a_good_run" {
  assert {
    condition     = terraform_data.release.output == { expdoc_1 = "extr_1", expdoc_2 = "extr_2" }
    error_message = "The release must have the artifact of every document."
  }
}
