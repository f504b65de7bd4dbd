terraform {
  required_version = ">= 1.10"

  required_providers {
    retab = {
      source  = "retab-dev/retab"
      version = "~> 0.1.0"
    }
  }

  # Add the backend that has your state. The jobs of a pipeline run on different machines, so a local state would be lost.
}

provider "retab" {}
