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

variable "require_evals" {
  description = "\"passing\" if every saved eval of the workflow must have passed when it last ran, \"fresh\" if also with its block as it is now, which only the flat edition of the API reports. Null to leave evals out."
  type        = string
  default     = null

  validation {
    condition     = contains(["passing", "fresh"], coalesce(var.require_evals, "passing"))
    error_message = "Must be \"passing\", \"fresh\" or null."
  }
}

variable "require_published_version" {
  description = "Whether the run must have executed the published version: both ids must be the same. Runs execute the draft, so this can be false for every run."
  type        = bool
  default     = false
  nullable    = false
}
