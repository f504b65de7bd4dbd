# Plans what belongs to the category that a document was classified as: from the result of an experiment to its artifact, and
# from there to the category.

terraform {
  required_providers {
    retab = {
      source  = "retab-dev/retab"
      version = "~> 0.1.0"
    }
  }
}

provider "retab" {}

variable "run_id" {
  description = "Id of a run of an experiment on a classifier."
  type        = string
  default     = "exprun_classifier"
}

variable "document_id" {
  description = "Id of a document of that run."
  type        = string
  default     = "expdoc_classifier"
}

variable "min_likelihood" {
  description = "The least likelihood of the category, from 0 to 1."
  type        = number
  default     = 0.9
}

data "retab_experiment_result" "document" {
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

# There is one for the artifact of the result, and none while there is no artifact, so a gate that fails does not block destroy.
data "retab_artifact" "classification" {
  for_each = { for artifact in data.retab_experiment_result.document.artifact[*] : artifact.id => artifact.operation }

  operation      = each.value
  id             = each.key
  include_output = true # the category, with its reasoning, is then in the state

  lifecycle {
    postcondition {
      condition     = self.succeeded
      error_message = self.summary
    }

    postcondition {
      condition     = self.is_scored && self.lowest_likelihood >= var.min_likelihood
      error_message = "The category of artifact ${self.id} is less likely than ${var.min_likelihood}."
    }
  }
}

locals {
  # The output is sensitive as a whole; its category is not. It is empty where there is no artifact.
  category = try(nonsensitive(jsondecode(one(values(data.retab_artifact.classification)[*].output)).category), "")
}

resource "terraform_data" "invoices" {
  count = local.category == "invoice" ? 1 : 0
  input = var.document_id
}

resource "terraform_data" "receipts" {
  count = local.category == "receipt" ? 1 : 0
  input = var.document_id
}

output "category" {
  value = local.category
}
