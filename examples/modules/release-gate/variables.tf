variable "experiment_id" {
  description = "Id of the experiment."
  type        = string
}

variable "workflow_id" {
  description = "Id of the workflow that the experiment belongs to. Saves a request in the run-scoped edition of the API."
  type        = string
  default     = null
}

variable "min_score" {
  description = "The lowest score that passes, from 0 to 1."
  type        = number
  nullable    = false
}

variable "min_target_score" {
  description = "The lowest score of any single target that passes, from 0 to 1. Null to leave targets out."
  type        = number
  default     = null
}

variable "max_score_drop" {
  description = "How much lower than that of the prior run the score may be. Null to leave the prior run out, as for the first run of an experiment."
  type        = number
  default     = null
}

variable "prior_run_id" {
  description = "Id of the run to compare with. Null for the one that Retab chooses."
  type        = string
  default     = null
}

variable "min_success_ratio" {
  description = "How many of the documents must succeed, from 0 to 1."
  type        = number
  default     = 1
  nullable    = false
}

variable "critical_document_ids" {
  description = "Ids of the documents that must succeed, whatever the others do."
  type        = set(string)
  default     = []
  nullable    = false
}
