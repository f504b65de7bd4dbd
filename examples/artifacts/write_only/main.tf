# Hands what was extracted from a document to another provider, here Vault, without storing it in the plan or the state.
# Write-only arguments need Terraform 1.11 or OpenTofu 1.11.

terraform {
  required_providers {
    retab = {
      source  = "retab-dev/retab"
      version = "~> 0.1.0"
    }
    vault = {
      source  = "hashicorp/vault"
      version = "~> 5.0"
    }
  }
}

provider "retab" {}

variable "run_id" {
  description = "Id of the experiment run."
  type        = string
  default     = "exprun_2"
}

variable "document_id" {
  description = "Id of a document of that run."
  type        = string
  default     = "expdoc_xyz"
}

variable "min_likelihood" {
  description = "The least likelihood of a value, from 0 to 1."
  type        = number
  default     = 0.6
}

data "retab_experiment_result" "invoice" {
  run_id      = var.run_id
  document_id = var.document_id

  lifecycle {
    postcondition {
      condition     = self.succeeded
      error_message = self.summary
    }

    # Without an artifact, nothing would be read below.
    postcondition {
      condition     = self.artifact != null
      error_message = "Document ${self.document_id} has no artifact. ${self.summary}"
    }
  }
}

locals {
  # Empty while there is no artifact, so there is then nothing to open.
  artifacts = { for artifact in data.retab_experiment_result.invoice.artifact[*] : artifact.id => artifact.operation }
}

ephemeral "retab_artifact" "invoice" {
  for_each = local.artifacts

  operation = each.value
  id        = each.key

  lifecycle {
    postcondition {
      condition     = self.is_scored && self.lowest_likelihood >= var.min_likelihood
      error_message = "The invoice was not extracted, or a value of it is not likely enough." # may not refer to ephemeral values
    }
  }
}

resource "vault_kv_secret_v2" "invoice" {
  for_each = local.artifacts

  mount = "kv"
  name  = "invoices/${each.key}"

  data_json_wo         = ephemeral.retab_artifact.invoice[each.key].output
  data_json_wo_version = 1 # raise it to write again
}
