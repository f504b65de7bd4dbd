package wire

// Eval is one saved eval in the spellings of both editions.
type Eval struct {
	ID               *Text      `json:"id"`
	WorkflowID       *Text      `json:"workflow_id"`
	Target           *EvalBlock `json:"target"`
	Name             *Text      `json:"name"`
	CreatedAt        Note       `json:"created_at"`
	UpdatedAt        Note       `json:"updated_at"`
	AssertionDrift   *Text      `json:"assertion_drift_status"`
	ValidationStatus *Text      `json:"validation_status"`

	SchemaDrift       *Text     `json:"schema_drift"`
	SchemaDriftDetail Note      `json:"schema_drift_detail"`
	Freshness         Freshness `json:"freshness"` // flat edition
	Drift             Drift     `json:"drift"`     // flat edition

	LatestRun        *EvalRunSummary `json:"latest_run_summary"`
	LatestFailingRun *EvalRunSummary `json:"latest_failing_run_summary"`
}

// EvalRunSummary is one run of an eval. In the run-scoped edition the status is also the verdict.
type EvalRunSummary struct {
	RecordID          *Text `json:"run_record_id"`
	Status            *Text `json:"status"`
	Outcome           *Text `json:"outcome"` // flat edition
	StartedAt         *Text `json:"started_at"`
	CompletedAt       *Text `json:"completed_at"`
	AssertionsFailed  Int64 `json:"assertions_failed"`
	BlockedAssertions Int64 `json:"blocked_assertions"`
}
