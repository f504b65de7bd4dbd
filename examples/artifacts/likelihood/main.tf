# Stops the plan unless every value of an extraction is likely enough. Nothing of the extraction goes into the state but the
# paths of its values and their likelihoods.

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

data "retab_artifact" "invoice" {
  for_each = { for artifact in data.retab_experiment_result.invoice.artifact[*] : artifact.id => artifact.operation }

  operation = each.value
  id        = each.key

  lifecycle {
    postcondition {
      condition     = self.succeeded
      error_message = self.summary
    }

    postcondition {
      condition     = self.is_scored
      error_message = "Artifact ${self.id} is not fully scored. Values without a likelihood: ${self.unscored_count} (${join(", ", self.unscored_paths)})."
    }

    postcondition {
      condition = self.lowest_likelihood >= var.min_likelihood
      error_message = join(" ", [
        "Every value of artifact ${self.id} must have a likelihood of at least ${var.min_likelihood}.",
        try("Less likely: ${join(", ", [for path, likelihood in self.likelihoods : path if try(likelihood < var.min_likelihood, true)])}.", self.summary),
      ])
    }
  }
}

# Whatever depends on the data source is reached only if the gate passes.
resource "terraform_data" "release" {
  input = keys(data.retab_artifact.invoice)
}
