variable "experiment_id" {
  description = "Id of the experiment."
  type        = string
  default     = "exp_abc"
}
