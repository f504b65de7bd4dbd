variable "experiment_id" {
  description = "Id of the experiment."
  type        = string
  default     = "exp_split"
}

variable "min_score" {
  description = "Minimum score, from 0 to 1."
  type        = number
  default     = 0.9
}

variable "min_success_ratio" {
  description = "Minimum share of documents that must succeed, from 0 to 1."
  type        = number
  default     = 0.98
}
