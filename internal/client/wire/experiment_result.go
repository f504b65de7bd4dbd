package wire

import (
	"cmp"
	"fmt"
	"io"

	"github.com/retab-dev/terraform-provider-retab/internal/client/retab"
)

// resultBody is one result in the spellings of both editions.
type resultBody struct {
	ID              *text             `json:"id"`
	RunID           *text             `json:"run_id"`
	ExperimentRunID *text             `json:"experiment_run_id"` // flat edition
	ExperimentID    *text             `json:"experiment_id"`
	DocumentID      *text             `json:"document_id"`
	BlockKind       *text             `json:"block_kind"`
	BlockType       *text             `json:"block_type"` // flat edition
	Lifecycle       lifecycleBody     `json:"lifecycle"`
	Timing          group[timingBody] `json:"timing"`
	HandleInputs    handleBodies      `json:"handle_inputs"`
	HandleOutputs   handleBodies      `json:"handle_outputs"`
	Artifact        *artifactRef      `json:"artifact"`
	Error           failureBody       `json:"error"` // run-scoped edition; the flat edition has lifecycle.message and .details
	Attempt         figure            `json:"attempt"`
	IsPlaceholder   *bool             `json:"is_placeholder"`
}

// artifactRef refers to the record that a block produced.
type artifactRef struct {
	Operation text `json:"operation"`
	ID        text `json:"id"`
}

// Result decodes one result. Its errors name the member that is missing or wrong.
func (d *Decoder) Result(body io.Reader, payloads bool) (retab.ExperimentResult, error) {
	return decodeOne(d, body, payloads, resultBody.convert)
}

// Results decodes a page of results.
func (d *Decoder) Results(body io.Reader, payloads bool) ([]retab.ExperimentResult, Page, error) {
	handles := 0
	return decodePage(d, body, payloads, func(row resultBody) (retab.ExperimentResult, error) {
		if handles += len(row.HandleInputs) + len(row.HandleOutputs); handles > maxElements {
			return retab.ExperimentResult{}, fmt.Errorf("handle_outputs: %w", checkCount(handles))
		}
		return row.convert()
	})
}

// convert checks the required members and merges the two spellings.
func (b resultBody) convert() (retab.ExperimentResult, error) {
	var err error
	runID := oneOf(&err, member{"run_id", b.RunID}, member{"experiment_run_id", b.ExperimentRunID})
	result := retab.ExperimentResult{
		ID:              b.ID.string(),
		RunID:           runID.string(),
		DocumentID:      b.DocumentID.string(),
		ExperimentID:    b.ExperimentID.pointer(),
		BlockKind:       blockKind(&err, b.BlockKind, b.BlockType),
		Lifecycle:       b.Lifecycle.lifecycle(b.Error, b.Timing.members),
		Artifact:        b.Artifact.artifact(),
		HandleInputs:    b.HandleInputs.convert(),
		HandleOutputs:   b.HandleOutputs.convert(),
		Attempt:         b.Attempt.orZero(),
		IsAttemptUnread: b.Attempt.isUnread,
		IsPlaceholder:   b.IsPlaceholder,
	}
	return result, cmp.Or(err, requireMembers(
		member{"id", b.ID}, member{"run_id (or experiment_run_id)", runID}, member{"document_id", b.DocumentID}, member{"lifecycle.status", b.Lifecycle.Status},
	))
}

func (a *artifactRef) artifact() *retab.Artifact {
	if a == nil {
		return nil
	}
	return &retab.Artifact{Operation: a.Operation.value, ID: a.ID.value}
}
