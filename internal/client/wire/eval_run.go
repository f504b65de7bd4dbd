package wire

// EvalRun is one run of evals in the spellings of both editions.
type EvalRun struct {
	ID *Text `json:"id"`
	WorkflowRef
	Trigger Trigger    `json:"trigger"`
	EvalID  *Text      `json:"eval_id"` // flat edition
	TestID  *Text      `json:"test_id"` // run-scoped edition
	Target  *EvalBlock `json:"target"`

	Lifecycle  Lifecycle  `json:"lifecycle"`
	Timing     Timing     `json:"timing"`
	Error      Failure    `json:"error"`
	TotalEvals *Int64     `json:"total_evals"` // flat edition
	TotalTests *Int64     `json:"total_tests"` // run-scoped edition
	Counts     EvalCounts `json:"counts"`
}

// EvalBlock is the block that an eval is about.
type EvalBlock struct {
	BlockID *Text `json:"block_id"`
}

// EvalCounts has the counters of the run-scoped edition beside those of the flat edition.
type EvalCounts struct {
	VerdictCounts

	Queued    Int64 `json:"queued"`
	Running   Int64 `json:"running"`
	Error     Int64 `json:"error"`
	Cancelled Int64 `json:"cancelled"`

	Outcome   *VerdictCounts `json:"outcome"`
	Lifecycle *struct {
		Pending   Int64 `json:"pending"`
		Queued    Int64 `json:"queued"`
		Running   Int64 `json:"running"`
		Completed Int64 `json:"completed"`
		Error     Int64 `json:"error"`
		Cancelled Int64 `json:"cancelled"`
	} `json:"lifecycle_counts"`
}

// VerdictCounts counts the evals with a verdict.
type VerdictCounts struct {
	Passed  Int64 `json:"passed"`
	Failed  Int64 `json:"failed"`
	Blocked Int64 `json:"blocked"`
}
