package client

import "cmp"

// wireRun is one experiment run in the words of both editions.
type wireRun struct {
	ID           *string `json:"id"`
	ExperimentID *string `json:"experiment_id"`
	ParentRunID  *string `json:"parent_run_id"`
	Trigger      struct {
		Type *string `json:"type"`
	} `json:"trigger"`

	Workflow struct { // the run-scoped edition's
		WorkflowID *string `json:"workflow_id"`
		VersionID  *string `json:"version_id"`
	} `json:"workflow"`
	WorkflowID        *string      `json:"workflow_id"`         // the flat edition's workflow.workflow_id
	WorkflowVersionID *string      `json:"workflow_version_id"` // the flat edition's workflow.version_id
	BlockID           *string      `json:"block_id"`
	BlockKind         *string      `json:"block_kind"`
	BlockType         *string      `json:"block_type"` // the flat edition's block_kind
	NConsensus        *wholeNumber `json:"n_consensus"`

	Lifecycle wireLifecycle `json:"lifecycle"`
	Timing    wireTiming    `json:"timing"`

	Score                  *float64     `json:"score"`
	TotalDocumentCount     *wholeNumber `json:"total_document_count"`
	DocumentCount          *wholeNumber `json:"document_count"`
	CompletedDocumentCount *wholeNumber `json:"completed_document_count"`
	ErrorCount             *wholeNumber `json:"error_count"`

	DocumentsFingerprint      *string `json:"documents_fingerprint"`
	DefinitionFingerprint     *string `json:"definition_fingerprint"`
	BlockExecutionFingerprint *string `json:"block_execution_fingerprint"`
}

// decodeRun reads one run. Its errors name the member that is missing or wrong.
func decodeRun(body []byte) (ExperimentRun, error) {
	var wire wireRun
	if err := unmarshal(body, &wire, ResultOptions{}); err != nil {
		return ExperimentRun{}, err
	}
	return wire.run()
}

// run checks what must be there and brings the spellings together.
func (w wireRun) run() (ExperimentRun, error) {
	if err := requireMembers(member{"id", w.ID}, member{"lifecycle.status", w.Lifecycle.Status}); err != nil {
		return ExperimentRun{}, err
	}
	workflowID, err := oneOf(member{"workflow.workflow_id", w.Workflow.WorkflowID}, member{"workflow_id", w.WorkflowID})
	if err != nil {
		return ExperimentRun{}, err
	}
	versionID, err := oneOf(member{"workflow.version_id", w.Workflow.VersionID}, member{"workflow_version_id", w.WorkflowVersionID})
	if err != nil {
		return ExperimentRun{}, err
	}
	blockKind, err := oneOf(member{"block_kind", w.BlockKind}, member{"block_type", w.BlockType})
	if err != nil {
		return ExperimentRun{}, err
	}
	return ExperimentRun{
		ID:                        *w.ID,
		ExperimentID:              w.ExperimentID,
		ParentRunID:               w.ParentRunID,
		TriggerType:               w.Trigger.Type,
		WorkflowID:                workflowID,
		WorkflowVersionID:         versionID,
		BlockID:                   w.BlockID,
		BlockKind:                 blockKind,
		NConsensus:                (*int64)(w.NConsensus),
		Lifecycle:                 w.Lifecycle.lifecycle(wireFailure{}, w.Timing),
		Score:                     w.Score,
		TotalDocuments:            cmp.Or(w.TotalDocumentCount.orZero(), w.DocumentCount.orZero()), // as the vendor's own tools do
		CompletedDocuments:        w.CompletedDocumentCount.orZero(),
		FailedDocuments:           w.ErrorCount.orZero(),
		DocumentsFingerprint:      w.DocumentsFingerprint,
		DefinitionFingerprint:     w.DefinitionFingerprint,
		BlockExecutionFingerprint: w.BlockExecutionFingerprint,
	}, nil
}
