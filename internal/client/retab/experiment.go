package retab

import "math/big"

// Experiment is a block of a workflow with a fixed set of documents, over which it is run.
//
// API: "Get Experiment" (schemas ExperimentResponse, run-scoped edition, and WorkflowExperiment, flat edition).
type Experiment struct {
	ID            string
	WorkflowID    string
	BlockID       string
	Name          string  // not unique: a copy of an experiment can have the same name
	BlockKind     *string // extract, classifier, split, for_each, or a later value; nil when left out, like every pointer below
	NConsensus    *int64  // how many times each document is executed: 3, 5 or 7
	DocumentCount *int64
	Status        string     // draft, processing, completed, failed, cancelled, or a later value; "" when left out
	Score         *big.Float // of the newest run
	LastRunID     *string    // nil when the experiment has never been run
	CreatedAt     *string    // RFC 3339, exactly as the server wrote it
	UpdatedAt     *string

	Freshness Freshness
	IsStale   bool // the server's older, second word about freshness; false when left out
	Drift     Drift

	RunPlanMode         *string // what a new run would do: run, noop, conflict, unknown; flat edition only
	RerunnableDocuments *int64  // how many documents a new run would compute; flat edition only
}

// The words of [Freshness.Status]. The API may send others; they pass through unchanged.
const (
	Fresh            = "fresh"
	Stale            = "stale"
	UnknownFreshness = "unknown"
)

// Freshness says whether the newest score is about the block and the documents as they are now.
//
// API: schema ArtifactFreshness, flat edition. In the run-scoped edition the status is derived, see package wire.
type Freshness struct {
	Status        string
	State         string   // the server's second word for the status, freshness_state; "" when left out; flat edition only
	Reasons       []string // why it is not fresh, from both of its lists; flat edition only
	BaselineRunID *string  // the run that the status is about; flat edition only
}

// NoDrift is the [Drift.Status] of a block whose schema has not changed since the newest run.
const NoDrift = "none"

// Drift says whether the schema of the block has changed since the newest run.
//
// API: schema ArtifactDrift (flat edition), or the members schema_drift and schema_drift_detail (both editions).
type Drift struct {
	Status          string   // flat: none, drifted, broken, unknown; run-scoped: none, partial, drifted, unknown; "" when left out
	AffectedTargets []string // flat edition only
	Detail          *string
}

// Changed reports whether the status says that the schema has changed, or may say so: an unknown word counts as a change.
func (d Drift) Changed() bool {
	switch d.Status {
	case "", NoDrift, "unknown":
		return false
	default:
		return true
	}
}

// RunPlan is what a new run of an experiment would do.
//
// API: "Get Experiment Run Plan" (schema ExperimentRunPlanResponse), run-scoped edition only. What its count of documents means
// for a plan that runs nothing is not documented.
type RunPlan struct {
	Mode          string // run or noop
	DocumentCount int64
}
