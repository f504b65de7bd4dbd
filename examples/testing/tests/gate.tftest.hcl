# Proves that the gate opens and closes, without an account: the provider is mocked, and each run says what Retab would.
# What a run does not say, Terraform makes up. It cannot be told that an object is null, so do not test for a null artifact in
# this way; nor what is in a map of objects, so test a gate over many documents by all_succeeded, success_ratio and failed_document_ids.

mock_provider "retab" {}

run "opens_for_a_completed_result" {
  command = plan

  override_data {
    target = data.retab_experiment_result.invoice
    values = {
      status        = "completed"
      is_terminal   = true
      succeeded     = true
      error_message = ""
      summary       = "Document expdoc_xyz succeeded."
      artifact      = { operation = "extraction", id = "ext_1" }
    }
  }

  assert {
    condition     = terraform_data.release.input == "ext_1"
    error_message = "The release must refer to the artifact."
  }
}

run "closes_for_a_failed_result" {
  command = plan

  override_data {
    target = data.retab_experiment_result.invoice
    values = {
      status        = "error"
      is_terminal   = true
      succeeded     = false
      error_message = "The page cannot be read."
      summary       = "Document expdoc_xyz failed: The page cannot be read."
    }
  }

  expect_failures = [data.retab_experiment_result.invoice]
}

run "closes_while_the_experiment_goes_on" {
  command = plan

  override_data {
    target = data.retab_experiment_result.invoice
    values = {
      status        = "running"
      is_terminal   = false
      succeeded     = false
      error_message = ""
      summary       = "Document expdoc_xyz has not finished (running)."
    }
  }

  expect_failures = [data.retab_experiment_result.invoice]
}
