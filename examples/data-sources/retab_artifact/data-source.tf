data "retab_artifact" "invoice" {
  operation = "extraction"
  id        = "ext_xyz"
}

output "invoice_status" {
  value = data.retab_artifact.invoice.status
}

output "lowest_likelihood" {
  value = try(min(values(data.retab_artifact.invoice.likelihoods)...), null) # null without a consensus
}
