ephemeral "retab_artifact" "invoice" {
  operation = "extraction"
  id        = "ext_xyz"

  lifecycle {
    postcondition {
      condition     = self.succeeded
      error_message = "The invoice was not extracted." # may not refer to ephemeral values
    }
  }
}

# Runs once for an artifact. Terraform neither stores nor prints what is in the environment.
resource "terraform_data" "import" {
  triggers_replace = "ext_xyz"

  provisioner "local-exec" {
    interpreter = ["sh", "-c"]
    command     = "printf '%s' \"$INVOICE\" | wc -c" # a program of yours in place of wc
    environment = {
      INVOICE = ephemeral.retab_artifact.invoice.output
    }
  }
}
