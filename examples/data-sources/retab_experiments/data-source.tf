data "retab_experiments" "all" {
  workflow_id = "wf_1"
}

output "summaries" {
  value = { for id, experiment in data.retab_experiments.all.by_id : id => experiment.summary }
}
