data "retab_workflow" "invoices" {
  id = "wf_1"
}

output "published_version" {
  value = one(data.retab_workflow.invoices.published[*].version_id) # null if it has never been published
}
