variable "run_id" {
  description = "Id of the experiment run."
  type        = string
  default     = "exprun_2"
}

variable "document_ids" {
  description = "Ids of documents of that run."
  type        = set(string)
  default     = ["expdoc_xyz", "expdoc_schema"]
}
