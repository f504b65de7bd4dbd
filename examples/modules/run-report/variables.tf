variable "run_id" {
  description = "Id of the run. Null for the newest run of the experiment."
  type        = string
  default     = null
}

variable "experiment_id" {
  description = "Id of the experiment whose newest run is reported. Null if run_id is set."
  type        = string
  default     = null
}

variable "prior_run_id" {
  description = "Id of the run to compare the scores with. Null for the one that Retab chooses."
  type        = string
  default     = null
}

variable "max_rows" {
  description = "How many documents the table has at most. A run with more documents shows those that did not succeed, and counts the rest. With up to 25, the report fits into a comment on GitHub."
  type        = number
  default     = 25
  nullable    = false

  validation {
    condition     = var.max_rows >= 1 && var.max_rows == floor(var.max_rows)
    error_message = "max_rows must be a whole number of at least 1."
  }
}
