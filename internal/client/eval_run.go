package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// EvalRun is one execution of saved evals against the draft of a workflow: of one eval, of those of a block, or of all.
//
// API: "Get Workflow Eval Run" (schemas WorkflowTestRunStatus, run-scoped edition, and WorkflowEvalRun, flat edition).
type EvalRun struct {
	ID                string  `tfsdk:"-"`
	WorkflowID        string  `tfsdk:"-"`
	WorkflowVersionID *string `tfsdk:"workflow_version_id"`
	RequestedVersion  *string `tfsdk:"requested_version"` // draft, production or a version; run-scoped edition only
	TriggerType       *string `tfsdk:"trigger_type"`
	EvalID            *string `tfsdk:"eval_id"`         // of a run of one eval
	TargetBlockID     *string `tfsdk:"target_block_id"` // of a run of the evals of one block

	Lifecycle
	Total int64 `tfsdk:"eval_count"`
	EvalCounts
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
	Passed    int64  `tfsdk:"passed_count"`
	Failed    int64  `tfsdk:"failed_count"`
	Blocked   int64  `tfsdk:"blocked_count"`
	Errors    int64  `tfsdk:"error_count"`
	Cancelled int64  `tfsdk:"cancelled_count"`
	Active    int64  `tfsdk:"-"` // pending, queued or running
	Completed *int64 `tfsdk:"-"` // those with a verdict, by a counter of its own; flat edition only
}

// Scope returns what the run is about: eval, block or workflow.
func (r EvalRun) Scope() string {
	switch {
	case r.EvalID != nil:
		return "eval"
	case r.TargetBlockID != nil:
		return "block"
	default:
		return "workflow"
	}
}

// EvalRun reads one run of evals. A fresh read uses no answer that was requested earlier.
//
// API: GET /v1/workflows/tests/runs/{run_id} in the run-scoped edition, GET /v1/workflows/evals/runs/{run_id} in the flat edition. A
// run that provably does not exist is an [*AbsentError].
func (c *Client) EvalRun(ctx context.Context, runID string, fresh bool) (EvalRun, error) {
	needs := c.cache.freshnessOf(fresh)
	return inEdition(ctx, c, ownRoutes, CheckID("run_id", runID), func(ctx context.Context, edition Edition) (EvalRun, error) {
		return c.evalRun(ctx, edition, runID, needs)
	}, explained[EvalRun](func(ctx context.Context, edition Edition, err error) error {
		return c.orKeyRefused(ctx, edition, c.evalRunAbsence(ctx, edition, err, runID))
	}))
}

func (c *Client) evalRun(ctx context.Context, edition Edition, runID string, needs freshness) (EvalRun, error) {
	request := evalRunRoute.request(edition, values{"run_id": runID}, nil).about(runID, runPart)
	isFinal := func(run EvalRun) bool { return run.Status.Terminal() }
	return get(ctx, c, request, needs, isFinal, checked(convertEvalRun, func(run EvalRun) error {
		return verifyIDs(idMatch{"id", runID, run.ID})
	}))
}

// evalRunAbsence returns an [*AbsentError] if err is the 404 of a run of evals that does not exist: see provedAbsent.
func (c *Client) evalRunAbsence(ctx context.Context, edition Edition, err error, runID string) error {
	absent := AbsentError{Reason: NoSuchEvalRun, RunID: runID}
	return provedAbsent(ctx, c, err, absent, evalRunsList(edition, EvalRunFilter{}), func(other string, after freshness) error {
		_, err := c.evalRun(ctx, edition, other, after)
		return err
	})
}

// NewestEvalRun returns the newest run of exactly the scope that the filter names: of one eval, of the evals of one
// block, or of all evals of the workflow. If there is none, the error unwraps to [ErrNoEvalRun].
//
// API: GET /v1/workflows/tests/runs in the run-scoped edition, GET /v1/workflows/evals/runs in the flat edition.
func (c *Client) NewestEvalRun(ctx context.Context, filter EvalRunFilter, fresh bool) (EvalRun, error) {
	needs := c.cache.freshnessOf(fresh)
	runs, err := inEdition(ctx, c, ownRoutes, CheckID("workflow_id", filter.WorkflowID), func(ctx context.Context, edition Edition) ([]EvalRun, error) {
		// The server cannot select the runs of all evals.
		return newest(ctx, c, evalRunsList(edition, filter), 1, needs, func(run EvalRun) bool { return hasScope(run, filter) })
	}, explained[[]EvalRun](c.orKeyRefused))
	if err == nil && len(runs) == 0 {
		err = ErrNoEvalRun
	}
	if err != nil {
		return EvalRun{}, err
	}
	return runs[0], nil
}

// evalRunsList is the list of runs of evals, newest first. The run-scoped edition calls evals tests.
func evalRunsList(edition Edition, filter EvalRunFilter) list[wire.EvalRun, EvalRun] {
	evalID := map[Edition]string{EditionRunScoped: "test_id", EditionFlat: "eval_id"}[edition]
	return list[wire.EvalRun, EvalRun]{
		request: evalRunsRoute.request(edition, nil, values{
			"sort_by": "created_at", "order": "desc", "workflow_id": filter.WorkflowID,
			evalID: filter.EvalID, "target_block_id": filter.TargetBlockID, "status": filter.Status,
		}),
		size: maxEvalsPage,
		id:   func(run EvalRun) string { return run.ID },
		convert: checked(convertEvalRun, func(run EvalRun) error { // a server can ignore the filter
			return verifyFilter(
				idMatch{"workflow_id", filter.WorkflowID, run.WorkflowID}, idMatch{"eval_id", filter.EvalID, OrZero(run.EvalID)},
				idMatch{"target.block_id", filter.TargetBlockID, OrZero(run.TargetBlockID)},
				idMatch{"lifecycle.status", filter.Status, string(run.Status)},
			)
		}),
	}
}

// hasScope reports whether a run is about exactly what the filter names. A run of one eval can also name its block.
func hasScope(run EvalRun, filter EvalRunFilter) bool {
	return sameID(OrZero(run.EvalID), filter.EvalID) &&
		(filter.EvalID != "" || sameID(OrZero(run.TargetBlockID), filter.TargetBlockID))
}

// convertEvalRun checks the required members and merges the two spellings.
func convertEvalRun(b wire.EvalRun) (EvalRun, error) {
	var err error
	workflowID, versionID := workflowIDs(&err, b.WorkflowRef)
	evalID := oneOf(&err, member{"test_id", b.TestID}, member{"eval_id", b.EvalID})
	err = cmp.Or(err, requireMembers(member{"id", b.ID}, member{"workflow_id", workflowID}, member{"lifecycle.status", b.Lifecycle.Status}))
	total := cmp.Or(b.TotalEvals, b.TotalTests)
	switch {
	case err != nil:
		return EvalRun{}, err
	case b.Target != nil && b.Target.BlockID.String() == "": // a run of a scope that this version does not know
		return EvalRun{}, errors.New("target.block_id is missing")
	case total == nil:
		return EvalRun{}, errors.New("total_evals (or total_tests) is missing")
	}
	counts, err := convertEvalCounts(b.Counts, int64(*total))
	if err != nil {
		return EvalRun{}, err
	}
	run := EvalRun{
		ID: b.ID.String(), WorkflowID: workflowID.String(), WorkflowVersionID: versionID.Pointer(),
		RequestedVersion: b.Workflow.RequestedVersion.Pointer(), TriggerType: b.Trigger.Type.Pointer(), EvalID: firstPresent(evalID),
		Lifecycle: convertLifecycle(b.Lifecycle, b.Error, b.Timing), Total: int64(*total), EvalCounts: counts,
	}
	if b.Target != nil {
		run.TargetBlockID = b.Target.BlockID.Pointer()
	}
	return run, nil
}

// convertEvalCounts returns the counters of either edition. A negative one is an error.
func convertEvalCounts(b wire.EvalCounts, total int64) (EvalCounts, error) {
	verdicts := b.VerdictCounts
	if b.Outcome != nil {
		verdicts = *b.Outcome
	}
	counts := EvalCounts{
		Passed: int64(verdicts.Passed), Failed: int64(verdicts.Failed), Blocked: int64(verdicts.Blocked),
		Errors: int64(b.Error), Cancelled: int64(b.Cancelled), Active: int64(b.Queued + b.Running),
	}
	if states := b.Lifecycle; states != nil {
		counts.Errors, counts.Cancelled, counts.Active = int64(states.Error), int64(states.Cancelled), int64(states.Pending+states.Queued+states.Running)
		counts.Completed = new(int64(states.Completed))
		if *counts.Completed < 0 {
			return EvalCounts{}, errors.New("counts.lifecycle_counts.completed is negative")
		}
	}
	names := []string{"total", "passed", "failed", "blocked", "error", "cancelled", "active"}
	for i, count := range []int64{total, counts.Passed, counts.Failed, counts.Blocked, counts.Errors, counts.Cancelled, counts.Active} {
		if count < 0 {
			return EvalCounts{}, fmt.Errorf("the count of evals (%s) is negative", names[i])
		}
	}
	return counts, nil
}
