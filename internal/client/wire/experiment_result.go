package wire

// ExperimentResult is one result in the spellings of both editions.
type ExperimentResult struct {
	ID              *Text        `json:"id"`
	RunID           *Text        `json:"run_id"`
	ExperimentRunID *Text        `json:"experiment_run_id"` // flat edition
	ExperimentID    *Text        `json:"experiment_id"`
	DocumentID      *Text        `json:"document_id"`
	BlockKind       *Text        `json:"block_kind"`
	BlockType       *Text        `json:"block_type"` // flat edition
	Lifecycle       Lifecycle    `json:"lifecycle"`
	Timing          Timing       `json:"timing"`
	HandleInputs    Handles      `json:"handle_inputs"`
	HandleOutputs   Handles      `json:"handle_outputs"`
	Artifact        *ArtifactRef `json:"artifact"`
	Error           Failure      `json:"error"` // run-scoped edition; the flat edition has lifecycle.message and .details
	Attempt         Figure       `json:"attempt"`
	IsPlaceholder   *bool        `json:"is_placeholder"`
}

// ArtifactRef refers to the record that a block produced.
type ArtifactRef struct {
	Operation Text `json:"operation"`
	ID        Text `json:"id"`
}
