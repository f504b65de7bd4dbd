# Tests that the gate passes and fails, without an account: the provider is mocked, and each run sets the attributes that Retab
# would return. Terraform invents values for all other attributes.
#
# A mock cannot set an object to null, so do not test for a null artifact this way. It cannot set the elements of a map of objects
# either, so test a gate on many documents with all_succeeded, success_ratio and failed_document_ids.

mock_provider "retab" {}

run "passes_for_a_completed_result" {
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
    error_message = "The release must reference the artifact."
  }
}

run "fails_for_a_failed_result" {
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

run "fails_while_the_experiment_is_running" {
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
