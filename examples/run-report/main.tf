# Reports on the newest run of an experiment, as a Markdown table. Terraform creates nothing.
#
#   terraform apply -auto-approve
#   terraform output -raw report

terraform {
  required_providers {
    retab = {
      source = "retab-dev/retab"
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
  source = "../modules/run-report"

  experiment_id = var.experiment_id
}

output "report" {
  value = module.report.markdown
}

output "succeeded" {
  value = module.report.succeeded
}
