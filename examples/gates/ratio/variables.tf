variable "run_id" {
  description = "Id of the experiment run."
  type        = string
  default     = "exprun_split"
}

variable "min_success_ratio" {
  description = "Minimum share of documents that must succeed, from 0 to 1."
  type        = number
  default     = 0.98
}

variable "critical_document_ids" {
  description = "Ids of the documents that must succeed regardless of the ratio."
  type        = set(string)
  default     = ["expdoc_split"]
}
