terraform {
  required_providers {
    retab = {
      source = "retab-dev/retab"
    }
  }
}

# The API key is read from the environment variable RETAB_API_KEY.
provider "retab" {
  request_timeout = "30s"
  max_retries     = 4
}
