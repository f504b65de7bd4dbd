package wire

import (
	"errors"
	"io"
	"slices"

	"github.com/retab-dev/terraform-provider-retab/internal/client/retab"
)

// experimentBody is one experiment in the spellings of both editions.
type experimentBody struct {
	ID            *text         `json:"id"`
	WorkflowID    *text         `json:"workflow_id"`
	BlockID       *text         `json:"block_id"`
	Name          *text         `json:"name"`
	BlockKind     *text         `json:"block_kind"`
	BlockType     *text         `json:"block_type"` // flat edition
	NConsensus    figure        `json:"n_consensus"`
	DocumentCount *lenientInt64 `json:"document_count"`
	Status        *text         `json:"status"`
	Score         *number       `json:"score"`
	LastRunID     *text         `json:"last_run_id"`
	CreatedAt     note          `json:"created_at"`
	UpdatedAt     note          `json:"updated_at"`

	IsStale           *bool `json:"is_stale"`
	SchemaDrift       *text `json:"schema_drift"`
	SchemaDriftDetail note  `json:"schema_drift_detail"`

	// The rest is the flat edition's.
	Freshness        freshnessBody `json:"freshness"`
	FreshnessState   *text         `json:"freshness_state"`
	FreshnessReasons []*text       `json:"freshness_reasons"`
	Drift            driftBody     `json:"drift"`
	RunPlanMode      *text         `json:"run_plan_mode"`
	Rerunnable       *lenientInt64 `json:"rerunnable_document_count"`
}

type freshnessBody struct {
	Status        *text   `json:"status"`
	Reasons       []*text `json:"reasons"`
	BaselineRunID *text   `json:"baseline_run_id"`
}

type driftBody struct {
	Status          *text   `json:"status"`
	AffectedTargets []*text `json:"affected_targets"`
	Detail          note    `json:"detail"`
}

// Experiment decodes one experiment. Its errors name the member that is missing or wrong.
func (d *Decoder) Experiment(body io.Reader) (retab.Experiment, error) {
	return decodeOne(d, body, false, experimentBody.convert)
}

// Experiments decodes a page of experiments.
func (d *Decoder) Experiments(body io.Reader) ([]retab.Experiment, Page, error) {
	return decodePage(d, body, false, experimentBody.convert)
}

// convert checks the required members and merges the two spellings.
func (b experimentBody) convert() (retab.Experiment, error) {
	err := requireMembers(member{"id", b.ID}, member{"workflow_id", b.WorkflowID}, member{"block_id", b.BlockID})
	if err == nil && b.Name == nil { // it may be empty, and have any character that a person can type
		err = errors.New("name is missing")
	}
	experiment := retab.Experiment{
		ID:                  b.ID.string(),
		WorkflowID:          b.WorkflowID.string(),
		BlockID:             b.BlockID.string(),
		Name:                b.Name.string(),
		BlockKind:           blockKind(&err, b.BlockKind, b.BlockType),
		NConsensus:          b.NConsensus.value,
		DocumentCount:       (*int64)(b.DocumentCount),
		Status:              b.Status.string(),
		Score:               b.Score.float(),
		LastRunID:           firstPresent(b.LastRunID),
		CreatedAt:           b.CreatedAt.pointer(),
		UpdatedAt:           b.UpdatedAt.pointer(),
		Freshness:           b.freshness(),
		IsStale:             b.IsStale != nil && *b.IsStale,
		Drift:               b.drift(),
		RunPlanMode:         b.RunPlanMode.pointer(),
		RerunnableDocuments: (*int64)(b.Rerunnable),
	}
	return experiment, err
}

// freshness returns the flat edition's freshness. The run-scoped edition has none, so there the status is derived.
func (b experimentBody) freshness() retab.Freshness {
	freshness := retab.Freshness{
		Status:        b.derivedFreshness(),
		State:         b.FreshnessState.string(),
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
func (b experimentBody) derivedFreshness() string {
	switch {
	case b.IsStale == nil:
		return retab.UnknownFreshness
	case *b.IsStale:
		return retab.Stale
	case b.SchemaDrift.string() == retab.NoDrift && b.LastRunID.string() != "":
		return retab.Fresh
	default:
		return retab.UnknownFreshness
	}
}

// drift returns the flat edition's drift, or that of the schema, which both editions have. If only one of the two statuses
// contradicts freshness, that one counts.
func (b experimentBody) drift() retab.Drift {
	drift := retab.Drift{
		Status:          b.SchemaDrift.string(),
		AffectedTargets: texts(b.Drift.AffectedTargets),
		Detail:          firstPresent(b.Drift.Detail.text, b.SchemaDriftDetail.text),
	}
	own := retab.Drift{Status: b.Drift.Status.string()}
	if own.Changed() || own.Status != "" && !drift.Changed() {
		drift.Status = own.Status
	}
	return drift
}

// RunPlan decodes the run plan of an experiment.
func (d *Decoder) RunPlan(body io.Reader) (retab.RunPlan, error) {
	type planBody struct {
		Mode          *text        `json:"mode"`
		DocumentCount lenientInt64 `json:"document_count"`
	}
	return decodeOne(d, body, false, func(b planBody) (retab.RunPlan, error) {
		return retab.RunPlan{Mode: b.Mode.string(), DocumentCount: int64(b.DocumentCount)}, requireMembers(member{"mode", b.Mode})
	})
}
