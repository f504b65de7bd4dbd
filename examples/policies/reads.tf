# What the policy judges: the experiment, its last run, and the metrics of that run. The module release-gate reads the same, so a
# configuration with the module does not need this file.

variable "experiment_id" {
  description = "Id of the experiment that the policy names."
  type        = string
  default     = "exp_compared"
}

data "retab_experiment" "released" {
  id = var.experiment_id
}

data "retab_experiment_run" "released" {
  count = data.retab_experiment.released.last_run_id == null ? 0 : 1

  id = data.retab_experiment.released.last_run_id
}

data "retab_experiment_metrics" "released" {
  count = data.retab_experiment.released.last_run_id == null ? 0 : 1

  run_id = data.retab_experiment.released.last_run_id
}
