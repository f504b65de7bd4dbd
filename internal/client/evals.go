package client

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// Eval is one saved eval: the frozen inputs of a block, and an assertion about its output.
//
// API: "List Workflow Evals" (schemas WorkflowTest, run-scoped edition, and WorkflowEval, flat edition).
type Eval struct {
	ID         string  `tfsdk:"id"`
	WorkflowID string  `tfsdk:"-"`
	BlockID    string  `tfsdk:"block_id"`
	Name       *string `tfsdk:"name"`
	CreatedAt  *string `tfsdk:"-"`
	UpdatedAt  *string `tfsdk:"-"`

	Freshness        Freshness `tfsdk:"-"` // unknown in the run-scoped edition, which has none
	Drift            Drift     `tfsdk:"drift"`
	AssertionDrift   string    `tfsdk:"-"` // valid, drifted or broken; "" when left out
	ValidationStatus string    `tfsdk:"-"` // valid, or what is wrong with the eval; "" when left out

	LatestRun        *EvalRunSummary `tfsdk:"latest_run"` // nil if the eval has never been run
	LatestFailingRun *EvalRunSummary `tfsdk:"-"`
}

// AssertionResolves reports whether the API says that the assertion still refers to an output of the block.
func (e Eval) AssertionResolves() bool { return e.AssertionDrift == "valid" }

// EvalRunSummary is one run of an eval, as the eval shows it.
type EvalRunSummary struct {
	RecordID    string      `tfsdk:"id"`
	Status      Status      `tfsdk:"status"`  // run-scoped: completed if there is a verdict
	Verdict     EvalVerdict `tfsdk:"verdict"` // "" if there is none, or if the API contradicts itself
	StartedAt   *string     `tfsdk:"started_at"`
	CompletedAt *string     `tfsdk:"completed_at"`
}

// Started returns the time of the start, or the zero time if it is missing or not RFC 3339.
func (r EvalRunSummary) Started() time.Time { return parseTime(r.StartedAt) }

// Evals lists the saved evals of a workflow, or of one of its blocks, sorted by id. blockID may be "".
//
// API: GET /v1/workflows/{workflow_id}/tests in the run-scoped edition, GET /v1/workflows/evals?workflow_id= in the flat edition. A
// workflow that does not exist cannot be distinguished from a missing route: the server's error is returned, or its empty list.
func (c *Client) Evals(ctx context.Context, workflowID, blockID string, fresh bool) ([]Eval, error) {
	needs := c.cache.freshnessOf(fresh)
	evals, err := inEdition(ctx, c, ownRoutes, CheckID("workflow_id", workflowID), func(ctx context.Context, edition Edition) ([]Eval, error) {
		return evalsList(edition, workflowID).all(ctx, c, needs, never)
	}, explained[[]Eval](c.orKeyRefused))
	return slices.DeleteFunc(slices.Clone(evals), func(eval Eval) bool { return blockID != "" && !sameID(eval.BlockID, blockID) }), err
}

// evalsList is the list of the saved evals of a workflow.
func evalsList(edition Edition, workflowID string) list[wire.Eval, Eval] {
	return list[wire.Eval, Eval]{
		request: evalsRoute.request(edition, values{"workflow_id": workflowID}, nil).about(workflowID, ""),
		size:    maxEvalsPage,
		isWhole: edition == EditionRunScoped,
		id:      func(eval Eval) string { return eval.ID },
		convert: checked(convertEval, func(eval Eval) error {
			return verifyIDs(idMatch{"workflow_id", workflowID, eval.WorkflowID})
		}),
	}
}

// convertEval checks the required members.
func convertEval(b wire.Eval) (Eval, error) {
	if b.Target == nil {
		return Eval{}, errors.New("target is missing")
	}
	err := requireMembers(member{"id", b.ID}, member{"workflow_id", b.WorkflowID}, member{"target.block_id", b.Target.BlockID})
	latest, latestErr := convertEvalRunSummary(b.LatestRun, "latest_run_summary")
	failing, failingErr := convertEvalRunSummary(b.LatestFailingRun, "latest_failing_run_summary")
	return Eval{
		ID: b.ID.String(), WorkflowID: b.WorkflowID.String(), BlockID: b.Target.BlockID.String(), Name: b.Name.Pointer(),
		CreatedAt: b.CreatedAt.Pointer(), UpdatedAt: b.UpdatedAt.Pointer(),
		Freshness: Freshness{Status: b.Freshness.Status.String(), Reasons: texts(b.Freshness.Reasons), BaselineRunID: firstPresent(b.Freshness.BaselineRunID)},
		Drift:     convertDrift(b.SchemaDrift, b.SchemaDriftDetail, b.Drift), AssertionDrift: b.AssertionDrift.String(), ValidationStatus: b.ValidationStatus.String(),
		LatestRun: latest, LatestFailingRun: failing,
	}, cmp.Or(err, latestErr, failingErr)
}

// convertEvalRunSummary returns nil for a summary that the server left out.
func convertEvalRunSummary(b *wire.EvalRunSummary, name string) (*EvalRunSummary, error) {
	if b == nil {
		return nil, nil
	}
	if err := requireMembers(member{name + ".run_record_id", b.RecordID}, member{name + ".status", b.Status}); err != nil {
		return nil, err
	}
	status, verdict := b.Status.String(), agreedVerdict(b.Outcome.String())
	if inStatus := agreedVerdict(status); inStatus != "" {
		status, verdict = string(StatusCompleted), agreedVerdict(string(inStatus), b.Outcome.String())
	}
	if status != string(StatusCompleted) || verdict == EvalPassed && (b.AssertionsFailed != 0 || b.BlockedAssertions != 0) {
		verdict = ""
	}
	return &EvalRunSummary{
		RecordID: b.RecordID.String(), Status: Status(status), Verdict: verdict,
		StartedAt: b.StartedAt.Pointer(), CompletedAt: b.CompletedAt.Pointer(),
	}, nil
}
