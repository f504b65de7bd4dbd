data "retab_artifact" "invoice" {
  operation = "extraction"
  id        = "ext_xyz"
}

output "invoice_status" {
  value = data.retab_artifact.invoice.status
}

output "lowest_likelihood" {
  value = data.retab_artifact.invoice.lowest_likelihood # 0 if a value has no likelihood
}
