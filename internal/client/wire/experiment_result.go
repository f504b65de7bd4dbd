package wire

import (
	"cmp"
	"io"

	"github.com/retab-dev/terraform-provider-retab/internal/client/retab"
)

// ExperimentResult is one result in the spellings of both editions.
type ExperimentResult struct {
	ID              *Text         `json:"id"`
	RunID           *Text         `json:"run_id"`
	ExperimentRunID *Text         `json:"experiment_run_id"` // flat edition
	ExperimentID    *Text         `json:"experiment_id"`
	DocumentID      *Text         `json:"document_id"`
	BlockKind       *Text         `json:"block_kind"`
	BlockType       *Text         `json:"block_type"` // flat edition
	Lifecycle       Lifecycle     `json:"lifecycle"`
	Timing          Group[Timing] `json:"timing"`
	HandleInputs    Handles       `json:"handle_inputs"`
	HandleOutputs   Handles       `json:"handle_outputs"`
	Artifact        *ArtifactRef  `json:"artifact"`
	Error           Failure       `json:"error"` // run-scoped edition; the flat edition has lifecycle.message and .details
	Attempt         Figure        `json:"attempt"`
	IsPlaceholder   *bool         `json:"is_placeholder"`
}

// ArtifactRef refers to the record that a block produced.
type ArtifactRef struct {
	Operation Text `json:"operation"`
	ID        Text `json:"id"`
}

// Result decodes one result. Its errors name the member that is missing or wrong.
func (d *Decoder) Result(body io.Reader, payloads bool) (retab.ExperimentResult, error) {
	return decodeOne(d, body, payloads, ExperimentResult.convert)
}

// Results decodes a page of results.
func (d *Decoder) Results(body io.Reader, payloads bool) ([]retab.ExperimentResult, Page, error) {
	return DecodePage(d, body, payloads, ExperimentResult.convert)
}

// convert checks the required members and merges the two spellings.
func (b ExperimentResult) convert() (retab.ExperimentResult, error) {
	var err error
	runID := oneOf(&err, member{"run_id", b.RunID}, member{"experiment_run_id", b.ExperimentRunID})
	result := retab.ExperimentResult{
		ID:              b.ID.String(),
		RunID:           runID.String(),
		DocumentID:      b.DocumentID.String(),
		ExperimentID:    b.ExperimentID.Pointer(),
		BlockKind:       blockKind(&err, b.BlockKind, b.BlockType),
		Lifecycle:       b.Lifecycle.lifecycle(b.Error, b.Timing.Members),
		Artifact:        b.Artifact.artifact(),
		HandleInputs:    b.HandleInputs.convert(),
		HandleOutputs:   b.HandleOutputs.convert(),
		Attempt:         b.Attempt.OrZero(),
		IsAttemptUnread: b.Attempt.IsUnread,
		IsPlaceholder:   b.IsPlaceholder,
	}
	return result, cmp.Or(err, requireMembers(
		member{"id", b.ID}, member{"run_id (or experiment_run_id)", runID}, member{"document_id", b.DocumentID}, member{"lifecycle.status", b.Lifecycle.Status},
	))
}

func (a *ArtifactRef) artifact() *retab.Artifact {
	if a == nil {
		return nil
	}
	return &retab.Artifact{Operation: a.Operation.value, ID: a.ID.value}
}
