package retab

import (
	"math/big"
	"time"
)

// EvalRun is one execution of saved evals against the draft of a workflow: of one eval, of those of a block, or of all.
//
// API: "Get Workflow Eval Run" (schemas WorkflowTestRunStatus, run-scoped edition, and WorkflowEvalRun, flat edition).
type EvalRun struct {
	ID                string
	WorkflowID        string
	WorkflowVersionID *string
	RequestedVersion  *string // draft, production or a version; run-scoped edition only
	TriggerType       *string
	EvalID            *string // of a run of one eval
	TargetBlockID     *string // of a run of the evals of one block

	Lifecycle
	Total  int64 // the evals of the run
	Counts EvalCounts
}

// EvalRunFilter narrows a list of runs of evals; an empty field does not. The fields are the API's own query parameters.
type EvalRunFilter struct {
	WorkflowID    string
	EvalID        string
	TargetBlockID string
	Status        string
}

// EvalCounts counts the evals of a run. Passed, Failed and Blocked have a verdict; Errors and Cancelled ended without one.
type EvalCounts struct {
	Passed, Failed, Blocked int64
	Errors, Cancelled       int64
	Active                  int64  // pending, queued or running
	Completed               *int64 // those with a verdict, by a counter of its own; flat edition only
}

// EvalScope is what a run of evals is about.
type EvalScope string

// The scopes of a run.
const (
	ScopeWorkflow EvalScope = "workflow"
	ScopeBlock    EvalScope = "block"
	ScopeEval     EvalScope = "eval"
)

// Scope returns what the run is about.
func (r EvalRun) Scope() EvalScope {
	switch {
	case r.EvalID != nil:
		return ScopeEval
	case r.TargetBlockID != nil:
		return ScopeBlock
	default:
		return ScopeWorkflow
	}
}

// EvalVerdict is what an eval found: passed, failed or blocked, "" for none.
type EvalVerdict string

// The verdicts of an eval. A blocked eval could not evaluate its assertion, so it neither passed nor failed.
const (
	EvalPassed  EvalVerdict = "passed"
	EvalFailed  EvalVerdict = "failed"
	EvalBlocked EvalVerdict = "blocked"
)

// EvalResult is what one eval found in one run.
//
// API: "List Workflow Eval Results" (schemas WorkflowTestRunRecord, run-scoped edition, and WorkflowEvalResult, flat edition).
type EvalResult struct {
	ID         string
	RunID      *string
	EvalID     string
	WorkflowID string
	BlockID    *string
	BlockKind  *string // flat edition only

	Lifecycle
	Verdict       EvalVerdict // "" if there is none, or if the API contradicts itself
	ConditionKind *string
	Score         *big.Float
	Threshold     *big.Float
	FailureCode   *string
	Artifact      *Artifact // flat edition only
	Values        EvalValues
}

// EvalValues are the members of an eval's result that can quote customers' data. JSON members are nil unless requested.
type EvalValues struct {
	FailureMessage *string
	AssertionLabel *string
	Warnings       []string
	ActualValue    *string // compact JSON, like the rest
	ExpectedValue  *string
	HandleInputs   *string
	HandleOutputs  *string
}

// Eval is one saved eval: the frozen inputs of a block, and an assertion about its output.
//
// API: "List Workflow Evals" (schemas WorkflowTest, run-scoped edition, and WorkflowEval, flat edition).
type Eval struct {
	ID         string
	WorkflowID string
	BlockID    string
	Name       *string
	CreatedAt  *string
	UpdatedAt  *string

	Freshness        Freshness // unknown in the run-scoped edition, which has none
	Drift            Drift
	AssertionDrift   string // valid, drifted or broken; "" when left out
	ValidationStatus string // valid, or what is wrong with the eval; "" when left out

	LatestRun        *EvalRunSummary // nil if the eval has never been run
	LatestFailingRun *EvalRunSummary
}

// AssertionResolves reports whether the API says that the assertion still refers to an output of the block.
func (e Eval) AssertionResolves() bool { return e.AssertionDrift == "valid" }

// EvalRunSummary is one run of an eval, as the eval shows it.
type EvalRunSummary struct {
	RecordID    string
	Status      Status      // run-scoped: completed if there is a verdict
	Verdict     EvalVerdict // "" if there is none, or if the API contradicts itself
	StartedAt   *string
	CompletedAt *string
}

// Started returns the time of the start, or the zero time if it is missing or not RFC 3339.
func (r EvalRunSummary) Started() time.Time { return parseTime(r.StartedAt) }
