package client

type wireResult struct {
	ID              *string       `json:"id"`
	RunID           *string       `json:"run_id"`
	ExperimentRunID *string       `json:"experiment_run_id"` // the flat edition's run_id
	ExperimentID    *string       `json:"experiment_id"`
	DocumentID      *string       `json:"document_id"`
	BlockKind       *string       `json:"block_kind"`
	BlockType       *string       `json:"block_type"` // the flat edition's block_kind
	Lifecycle       wireLifecycle `json:"lifecycle"`
	Timing          wireTiming    `json:"timing"`
	HandleInputs    wireHandles   `json:"handle_inputs"`
	HandleOutputs   wireHandles   `json:"handle_outputs"`
	Artifact        *wireArtifact `json:"artifact"`
	Error           wireFailure   `json:"error"` // the flat edition's lifecycle.message and .details
	Attempt         *wholeNumber  `json:"attempt"`
	IsPlaceholder   *bool         `json:"is_placeholder"`
}

type wireArtifact struct {
	Operation string `json:"operation"`
	ID        string `json:"id"`
}

// decodeResult reads one result. Its errors name the member that is missing or wrong.
func decodeResult(body []byte, options ResultOptions) (ExperimentResult, error) {
	var wire wireResult
	if err := unmarshal(body, &wire, options); err != nil {
		return ExperimentResult{}, err
	}
	return wire.result()
}

// runIDName is how this row spells the id of its run.
func (w wireResult) runIDName() string {
	if w.RunID == nil {
		return "experiment_run_id"
	}
	return "run_id"
}

// result checks what must be there and brings the spellings together.
func (w wireResult) result() (ExperimentResult, error) {
	runID, err := oneOf(member{"run_id", w.RunID}, member{"experiment_run_id", w.ExperimentRunID})
	if err != nil {
		return ExperimentResult{}, err
	}
	blockKind, err := oneOf(member{"block_kind", w.BlockKind}, member{"block_type", w.BlockType})
	if err != nil {
		return ExperimentResult{}, err
	}
	err = requireMembers(
		member{"id", w.ID},
		member{"run_id (or experiment_run_id)", runID},
		member{"document_id", w.DocumentID},
		member{"lifecycle.status", w.Lifecycle.Status},
	)
	if err != nil {
		return ExperimentResult{}, err
	}
	result := ExperimentResult{
		ID:            *w.ID,
		RunID:         *runID,
		DocumentID:    *w.DocumentID,
		ExperimentID:  w.ExperimentID,
		BlockKind:     blockKind,
		Lifecycle:     w.Lifecycle.lifecycle(w.Error, w.Timing),
		Artifact:      w.Artifact.artifact(),
		HandleInputs:  w.HandleInputs.handles(),
		HandleOutputs: w.HandleOutputs.handles(),
		IsPlaceholder: w.IsPlaceholder,
	}
	if w.Attempt != nil {
		result.Attempt = int64(*w.Attempt)
	}
	return result, nil
}

func (w *wireArtifact) artifact() *Artifact {
	if w == nil {
		return nil
	}
	return &Artifact{Operation: w.Operation, ID: w.ID}
}
