variable "run_id" {
  description = "Id of the experiment run."
  type        = string
  default     = "exprun_2"
}
