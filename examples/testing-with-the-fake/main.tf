# Two gates that a mocked provider cannot test: the first reads the rows of a run, the second is an ephemeral resource.
# Needs Terraform 1.10 or OpenTofu 1.11.
#
#   retab-fake -scenario scenario.yaml terraform plan -var run_id=exprun_unreadable
#   retab-fake -scenario scenario.yaml terraform test

terraform {
  required_version = ">= 1.10"

  required_providers {
    retab = {
      source  = "retab-dev/retab"
      version = "~> 0.1.0"
    }
  }
}

# Retab or the fake, as the environment says. With base_url here, the tests would read from that server.
provider "retab" {}

variable "run_id" {
  description = "Id of a run over the documents to release."
  type        = string
  default     = "exprun_good"
}

variable "canary_run_id" {
  description = "Id of a run whose document expdoc_canary must also succeed while the release is applied."
  type        = string
  default     = "exprun_canary"
}

# Stops the plan unless every document succeeded, has an artifact and took at most a minute.
data "retab_experiment_results" "invoices" {
  run_id = var.run_id

  lifecycle {
    postcondition {
      condition     = self.all_succeeded
      error_message = self.summary
    }
    # Both count the documents that say yes, so a document that says nothing does not pass.
    postcondition {
      condition     = length([for row in values(self.by_document) : row if row.artifact != null]) == self.document_count
      error_message = "No artifact: ${join(", ", [for id, row in self.by_document : id if row.artifact == null])}."
    }
    postcondition {
      condition     = length([for row in values(self.by_document) : row if try(row.timing.duration_ms <= 60000, false)]) == self.document_count
      error_message = "Too slow: ${join(", ", [for id, row in self.by_document : id if !try(row.timing.duration_ms <= 60000, false)])}."
    }
  }
}

# Stops the plan, and the apply of a saved plan, unless the canary document succeeded.
ephemeral "retab_experiment_result" "canary" {
  run_id      = var.canary_run_id
  document_id = "expdoc_canary"

  lifecycle {
    postcondition {
      condition     = self.succeeded
      error_message = "The canary of run ${var.canary_run_id} did not succeed."
    }
  }
}

resource "terraform_data" "release" {
  input      = { for id, row in data.retab_experiment_results.invoices.by_document : id => one(row.artifact[*].id) }
  depends_on = [ephemeral.retab_experiment_result.canary]
}
