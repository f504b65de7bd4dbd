terraform {
  required_version = ">= 1.14"

  required_providers {
    retab = {
      source = "retab-dev/retab"
    }
  }
}

provider "retab" {}
