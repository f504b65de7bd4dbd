ephemeral "retab_workflow" "invoices" {
  id = "wf_1"

  lifecycle {
    postcondition {
      condition     = self.is_published
      error_message = "Workflow wf_1 has never been published."
    }
  }
}
