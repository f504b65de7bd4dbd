package wire

// Experiment is one experiment in the spellings of both editions.
type Experiment struct {
	ID            *Text  `json:"id"`
	WorkflowID    *Text  `json:"workflow_id"`
	BlockID       *Text  `json:"block_id"`
	Name          *Text  `json:"name"`
	BlockKind     *Text  `json:"block_kind"`
	BlockType     *Text  `json:"block_type"` // flat edition
	NConsensus    Figure `json:"n_consensus"`
	DocumentCount *Int64 `json:"document_count"`
	Status        *Text  `json:"status"`
	Score         Number `json:"score"`
	LastRunID     *Text  `json:"last_run_id"`
	CreatedAt     Note   `json:"created_at"`
	UpdatedAt     Note   `json:"updated_at"`

	IsStale           *bool `json:"is_stale"`
	SchemaDrift       *Text `json:"schema_drift"`
	SchemaDriftDetail Note  `json:"schema_drift_detail"`

	// The rest is the flat edition's.
	Freshness        Freshness `json:"freshness"`
	FreshnessState   *Text     `json:"freshness_state"`
	FreshnessReasons []*Text   `json:"freshness_reasons"`
	Drift            Drift     `json:"drift"`
	RunPlanMode      *Text     `json:"run_plan_mode"`
	Rerunnable       *Int64    `json:"rerunnable_document_count"`
}

// Freshness says whether a score is about the block as it is now.
type Freshness struct {
	Status        *Text   `json:"status"`
	Reasons       []*Text `json:"reasons"`
	BaselineRunID *Text   `json:"baseline_run_id"`
}

// Drift says whether the schema of a block has changed.
type Drift struct {
	Status          *Text   `json:"status"`
	AffectedTargets []*Text `json:"affected_targets"`
	Detail          Note    `json:"detail"`
}

// RunPlan is the run plan of an experiment.
type RunPlan struct {
	Mode          *Text `json:"mode"`
	DocumentCount Int64 `json:"document_count"`
}
