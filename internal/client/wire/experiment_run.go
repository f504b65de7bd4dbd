package wire

// ExperimentRun is one experiment run in the spellings of both editions.
type ExperimentRun struct {
	ID           *Text   `json:"id"`
	ExperimentID *Text   `json:"experiment_id"`
	ParentRunID  Note    `json:"parent_run_id"`
	Trigger      Trigger `json:"trigger"`

	WorkflowRef
	BlockID    *Text  `json:"block_id"`
	BlockKind  *Text  `json:"block_kind"`
	BlockType  *Text  `json:"block_type"` // flat edition
	NConsensus Figure `json:"n_consensus"`

	Lifecycle Lifecycle `json:"lifecycle"`
	Timing    Timing    `json:"timing"`
	Error     Failure   `json:"error"` // not of either edition

	Score                  Number `json:"score"`
	TotalDocumentCount     *Int64 `json:"total_document_count"`
	DocumentCount          *Int64 `json:"document_count"`
	CompletedDocumentCount *Int64 `json:"completed_document_count"`
	ErrorCount             *Int64 `json:"error_count"`

	DocumentsFingerprint      Note `json:"documents_fingerprint"`
	DefinitionFingerprint     Note `json:"definition_fingerprint"`
	BlockExecutionFingerprint Note `json:"block_execution_fingerprint"`
	BlockVersionID            Note `json:"block_version_id"`             // flat edition
	MetricsFingerprint        Note `json:"metrics_validity_fingerprint"` // flat edition
}

// Trigger is what started a run.
type Trigger struct {
	Type Note `json:"type"`
}

func (t *Trigger) read(r *reader) error { return r.readDescriptive(t) }
