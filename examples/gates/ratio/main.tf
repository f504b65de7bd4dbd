# Stops the plan unless at least 98 % of a run's documents and all critical documents succeeded. success_ratio counts documents,
# so a missing or unfinished result counts as not succeeded.

terraform {
  required_providers {
    retab = {
      source = "retab-dev/retab"
    }
  }
}

provider "retab" {}

variable "run_id" {
  description = "Id of the experiment run."
  type        = string
  default     = "exprun_split"
}

variable "min_success_ratio" {
  description = "Minimum share of documents that must succeed, from 0 to 1."
  type        = number
  default     = 0.98
}

variable "critical_document_ids" {
  description = "Ids of the documents that must succeed regardless of the ratio."
  type        = set(string)
  default     = ["expdoc_split"]
}

data "retab_experiment_results" "all" {
  run_id = var.run_id

  lifecycle {
    postcondition {
      condition     = coalesce(self.success_ratio, 0) >= var.min_success_ratio # null for a run without documents
      error_message = "At least ${var.min_success_ratio * 100} % of the documents must succeed. ${self.summary}"
    }
  }
}

data "retab_experiment_results" "critical" {
  run_id       = var.run_id
  document_ids = var.critical_document_ids

  lifecycle {
    postcondition {
      condition     = self.all_succeeded
      error_message = "Every critical document must succeed. ${self.summary}"
    }
  }
}

# Terraform plans what depends on both data sources only if both gates pass.
resource "terraform_data" "release" {
  input = {
    run_id             = data.retab_experiment_results.all.run_id
    critical_documents = data.retab_experiment_results.critical.status_by_document
  }
}
