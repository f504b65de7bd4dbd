package wire

import (
	"cmp"
	"io"

	"github.com/retab-dev/terraform-provider-retab/internal/client/retab"
)

// ExperimentRun is one experiment run in the spellings of both editions.
type ExperimentRun struct {
	ID           *Text          `json:"id"`
	ExperimentID *Text          `json:"experiment_id"`
	ParentRunID  Note           `json:"parent_run_id"`
	Trigger      Group[Trigger] `json:"trigger"`

	WorkflowRef
	BlockID    *Text  `json:"block_id"`
	BlockKind  *Text  `json:"block_kind"`
	BlockType  *Text  `json:"block_type"` // flat edition
	NConsensus Figure `json:"n_consensus"`

	Lifecycle Lifecycle     `json:"lifecycle"`
	Timing    Group[Timing] `json:"timing"`
	Error     Failure       `json:"error"` // not of either edition

	Score                  *Number `json:"score"`
	TotalDocumentCount     *Int64  `json:"total_document_count"`
	DocumentCount          *Int64  `json:"document_count"`
	CompletedDocumentCount *Int64  `json:"completed_document_count"`
	ErrorCount             *Int64  `json:"error_count"`

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

// Run decodes one run. Its errors name the member that is missing or wrong.
func (d *Decoder) Run(body io.Reader) (retab.ExperimentRun, error) {
	return decodeOne(d, body, false, ExperimentRun.convert)
}

// Runs decodes a page of runs.
func (d *Decoder) Runs(body io.Reader) ([]retab.ExperimentRun, Page, error) {
	return DecodePage(d, body, false, ExperimentRun.convert)
}

// convert checks the required members and merges the two spellings.
func (b ExperimentRun) convert() (retab.ExperimentRun, error) {
	err := requireMembers(member{"id", b.ID}, member{"lifecycle.status", b.Lifecycle.Status})
	workflowID, versionID := b.ids(&err)
	run := retab.ExperimentRun{
		ID:                        b.ID.String(),
		ExperimentID:              b.ExperimentID.Pointer(),
		ParentRunID:               b.ParentRunID.Pointer(),
		TriggerType:               b.Trigger.Members.Type.Pointer(),
		WorkflowID:                workflowID.Pointer(),
		WorkflowVersionID:         versionID.Pointer(),
		RequestedVersion:          b.Workflow.RequestedVersion.Pointer(),
		BlockID:                   b.BlockID.Pointer(),
		BlockKind:                 blockKind(&err, b.BlockKind, b.BlockType),
		NConsensus:                b.NConsensus.Value,
		Lifecycle:                 b.Lifecycle.lifecycle(b.Error, b.Timing.Members),
		Score:                     b.Score.Float(),
		HasTotal:                  b.TotalDocumentCount != nil || b.DocumentCount != nil,
		TotalDocuments:            cmp.Or(b.TotalDocumentCount.OrZero(), b.DocumentCount.OrZero()), // as the vendor's own tools do
		DocumentCount:             b.DocumentCount.OrZero(),
		CompletedDocuments:        b.CompletedDocumentCount.OrZero(),
		FailedDocuments:           b.ErrorCount.OrZero(),
		DocumentsFingerprint:      b.DocumentsFingerprint.Pointer(),
		DefinitionFingerprint:     b.DefinitionFingerprint.Pointer(),
		BlockExecutionFingerprint: b.BlockExecutionFingerprint.Pointer(),
		BlockVersionID:            b.BlockVersionID.Pointer(),
		MetricsFingerprint:        b.MetricsFingerprint.Pointer(),
	}
	return run, err
}
