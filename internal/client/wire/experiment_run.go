package wire

import (
	"cmp"
	"io"

	"github.com/retab-dev/terraform-provider-retab/internal/client/retab"
)

// runBody is one experiment run in the spellings of both editions.
type runBody struct {
	ID           *text              `json:"id"`
	ExperimentID *text              `json:"experiment_id"`
	ParentRunID  note               `json:"parent_run_id"`
	Trigger      group[triggerBody] `json:"trigger"`

	workflowRef
	BlockID    *text  `json:"block_id"`
	BlockKind  *text  `json:"block_kind"`
	BlockType  *text  `json:"block_type"` // flat edition
	NConsensus figure `json:"n_consensus"`

	Lifecycle lifecycleBody     `json:"lifecycle"`
	Timing    group[timingBody] `json:"timing"`
	Error     failureBody       `json:"error"` // not of either edition

	Score                  *number       `json:"score"`
	TotalDocumentCount     *lenientInt64 `json:"total_document_count"`
	DocumentCount          *lenientInt64 `json:"document_count"`
	CompletedDocumentCount *lenientInt64 `json:"completed_document_count"`
	ErrorCount             *lenientInt64 `json:"error_count"`

	DocumentsFingerprint      note `json:"documents_fingerprint"`
	DefinitionFingerprint     note `json:"definition_fingerprint"`
	BlockExecutionFingerprint note `json:"block_execution_fingerprint"`
	BlockVersionID            note `json:"block_version_id"`             // flat edition
	MetricsFingerprint        note `json:"metrics_validity_fingerprint"` // flat edition
}

type triggerBody struct {
	Type note `json:"type"`
}

// Run decodes one run. Its errors name the member that is missing or wrong.
func (d *Decoder) Run(body io.Reader) (retab.ExperimentRun, error) {
	return decodeOne(d, body, false, runBody.convert)
}

// Runs decodes a page of runs.
func (d *Decoder) Runs(body io.Reader) ([]retab.ExperimentRun, Page, error) {
	return decodePage(d, body, false, runBody.convert)
}

// convert checks the required members and merges the two spellings.
func (b runBody) convert() (retab.ExperimentRun, error) {
	err := requireMembers(member{"id", b.ID}, member{"lifecycle.status", b.Lifecycle.Status})
	workflowID, versionID := b.ids(&err)
	run := retab.ExperimentRun{
		ID:                        b.ID.string(),
		ExperimentID:              b.ExperimentID.pointer(),
		ParentRunID:               b.ParentRunID.pointer(),
		TriggerType:               b.Trigger.members.Type.pointer(),
		WorkflowID:                workflowID.pointer(),
		WorkflowVersionID:         versionID.pointer(),
		RequestedVersion:          b.Workflow.RequestedVersion.pointer(),
		BlockID:                   b.BlockID.pointer(),
		BlockKind:                 blockKind(&err, b.BlockKind, b.BlockType),
		NConsensus:                b.NConsensus.value,
		Lifecycle:                 b.Lifecycle.lifecycle(b.Error, b.Timing.members),
		Score:                     b.Score.float(),
		HasTotal:                  b.TotalDocumentCount != nil || b.DocumentCount != nil,
		TotalDocuments:            cmp.Or(b.TotalDocumentCount.orZero(), b.DocumentCount.orZero()), // as the vendor's own tools do
		DocumentCount:             b.DocumentCount.orZero(),
		CompletedDocuments:        b.CompletedDocumentCount.orZero(),
		FailedDocuments:           b.ErrorCount.orZero(),
		DocumentsFingerprint:      b.DocumentsFingerprint.pointer(),
		DefinitionFingerprint:     b.DefinitionFingerprint.pointer(),
		BlockExecutionFingerprint: b.BlockExecutionFingerprint.pointer(),
		BlockVersionID:            b.BlockVersionID.pointer(),
		MetricsFingerprint:        b.MetricsFingerprint.pointer(),
	}
	return run, err
}
