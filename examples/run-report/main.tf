# Reports on the newest run of an experiment, as a Markdown table. Terraform creates nothing.
#
#   terraform apply -auto-approve
#   terraform output -raw report

terraform {
  required_providers {
    retab = {
      source  = "retab-dev/retab"
      version = "~> 0.1.0"
    }
  }
}

provider "retab" {}

variable "experiment_id" {
  description = "Id of the experiment."
  type        = string
  default     = "exp_compared"
}

module "report" {
  source = "github.com/retab-dev/terraform-provider-retab//examples/modules/run-report?ref=v0.1.0"

  experiment_id = var.experiment_id
}

output "report" {
  value = module.report.markdown
}

output "succeeded" {
  value = module.report.succeeded
}
