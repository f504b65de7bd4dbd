# Stops the plan unless the block succeeded for several documents. The errors name the documents that did not succeed.

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
  default     = "exprun_2"
}

variable "document_ids" {
  description = "Ids of documents of that run."
  type        = set(string)
  default     = ["expdoc_xyz", "expdoc_schema"]
}

data "retab_experiment_result" "invoices" {
  for_each = var.document_ids

  run_id      = var.run_id
  document_id = each.key

  lifecycle {
    postcondition {
      condition     = self.succeeded
      error_message = self.summary
    }
  }
}

resource "terraform_data" "release" {
  input = { for id, result in data.retab_experiment_result.invoices : id => one(result.artifact[*].id) }
}
