package wire

import (
	"errors"
	"io"
	"slices"

	"github.com/retab-dev/terraform-provider-retab/internal/client/retab"
)

// Experiment is one experiment in the spellings of both editions.
type Experiment struct {
	ID            *Text   `json:"id"`
	WorkflowID    *Text   `json:"workflow_id"`
	BlockID       *Text   `json:"block_id"`
	Name          *Text   `json:"name"`
	BlockKind     *Text   `json:"block_kind"`
	BlockType     *Text   `json:"block_type"` // flat edition
	NConsensus    Figure  `json:"n_consensus"`
	DocumentCount *Int64  `json:"document_count"`
	Status        *Text   `json:"status"`
	Score         *Number `json:"score"`
	LastRunID     *Text   `json:"last_run_id"`
	CreatedAt     Note    `json:"created_at"`
	UpdatedAt     Note    `json:"updated_at"`

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

// Experiment decodes one experiment. Its errors name the member that is missing or wrong.
func (d *Decoder) Experiment(body io.Reader) (retab.Experiment, error) {
	return decodeOne(d, body, false, Experiment.convert)
}

// Experiments decodes a page of experiments.
func (d *Decoder) Experiments(body io.Reader) ([]retab.Experiment, Page, error) {
	return DecodePage(d, body, false, Experiment.convert)
}

// convert checks the required members and merges the two spellings.
func (b Experiment) convert() (retab.Experiment, error) {
	err := requireMembers(member{"id", b.ID}, member{"workflow_id", b.WorkflowID}, member{"block_id", b.BlockID})
	if err == nil && b.Name == nil { // it may be empty, and have any character that a person can type
		err = errors.New("name is missing")
	}
	experiment := retab.Experiment{
		ID:                  b.ID.String(),
		WorkflowID:          b.WorkflowID.String(),
		BlockID:             b.BlockID.String(),
		Name:                b.Name.String(),
		BlockKind:           blockKind(&err, b.BlockKind, b.BlockType),
		NConsensus:          b.NConsensus.Value,
		DocumentCount:       (*int64)(b.DocumentCount),
		Status:              b.Status.String(),
		Score:               b.Score.Float(),
		LastRunID:           firstPresent(b.LastRunID),
		CreatedAt:           b.CreatedAt.Pointer(),
		UpdatedAt:           b.UpdatedAt.Pointer(),
		Freshness:           b.freshness(),
		IsStale:             b.IsStale != nil && *b.IsStale,
		Drift:               b.drift(),
		RunPlanMode:         b.RunPlanMode.Pointer(),
		RerunnableDocuments: (*int64)(b.Rerunnable),
	}
	return experiment, err
}

// freshness returns the flat edition's freshness. The run-scoped edition has none, so there the status is derived.
func (b Experiment) freshness() retab.Freshness {
	freshness := retab.Freshness{
		Status:        b.derivedFreshness(),
		State:         b.FreshnessState.String(),
		Reasons:       texts(b.Freshness.Reasons),
		BaselineRunID: firstPresent(b.Freshness.BaselineRunID),
	}
	if status := firstPresent(b.Freshness.Status, b.FreshnessState); status != nil {
		freshness.Status = *status
	}
	for _, reason := range texts(b.FreshnessReasons) {
		if !slices.Contains(freshness.Reasons, reason) {
			freshness.Reasons = append(freshness.Reasons, reason)
		}
	}
	return freshness
}

// derivedFreshness returns fresh only if the server says all three: it is not stale, its schema has not changed, and it has
// been run.
func (b Experiment) derivedFreshness() string {
	switch {
	case b.IsStale == nil:
		return retab.UnknownFreshness
	case *b.IsStale:
		return retab.Stale
	case b.SchemaDrift.String() == retab.NoDrift && b.LastRunID.String() != "":
		return retab.Fresh
	default:
		return retab.UnknownFreshness
	}
}

// drift returns the flat edition's drift, or that of the schema, which both editions have. If only one of the two statuses
// contradicts freshness, that one counts.
func (b Experiment) drift() retab.Drift {
	drift := retab.Drift{
		Status:          b.SchemaDrift.String(),
		AffectedTargets: texts(b.Drift.AffectedTargets),
		Detail:          firstPresent(b.Drift.Detail.Text, b.SchemaDriftDetail.Text),
	}
	own := retab.Drift{Status: b.Drift.Status.String()}
	if own.Changed() || own.Status != "" && !drift.Changed() {
		drift.Status = own.Status
	}
	return drift
}

// RunPlan decodes the run plan of an experiment.
func (d *Decoder) RunPlan(body io.Reader) (retab.RunPlan, error) {
	type planBody struct {
		Mode          *Text `json:"mode"`
		DocumentCount Int64 `json:"document_count"`
	}
	return decodeOne(d, body, false, func(b planBody) (retab.RunPlan, error) {
		return retab.RunPlan{Mode: b.Mode.String(), DocumentCount: int64(b.DocumentCount)}, requireMembers(member{"mode", b.Mode})
	})
}
