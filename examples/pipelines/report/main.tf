# Reports on a run, also if the gate of the release fails: this configuration has no gate and creates nothing.

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
}

module "report" {
  source = "github.com/retab-dev/terraform-provider-retab//examples/modules/run-report?ref=v0.1.0"

  run_id = var.run_id
}

output "report" {
  value = module.report.markdown
}
