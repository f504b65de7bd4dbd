package client

import (
	"cmp"
	"context"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

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
	ID         string  `tfsdk:"id"`
	RunID      *string `tfsdk:"-"`
	EvalID     string  `tfsdk:"-"`
	WorkflowID string  `tfsdk:"-"`
	BlockID    *string `tfsdk:"block_id"`
	BlockKind  *string `tfsdk:"-"` // flat edition only

	Lifecycle `tfsdk:"-"` // of which only the status and the timing cannot quote customers' data

	Verdict       EvalVerdict `tfsdk:"verdict"` // "" if there is none, or if the API contradicts itself
	ConditionKind *string     `tfsdk:"condition_kind"`
	Score         *big.Float  `tfsdk:"score"`
	Threshold     *big.Float  `tfsdk:"threshold"`
	FailureCode   *string     `tfsdk:"failure_code"`
	Artifact      *Artifact   `tfsdk:"artifact"` // flat edition only
	Values        EvalValues  `tfsdk:"-"`
}

// EvalValues are the members of an eval's result that can quote customers' data. JSON members are nil unless requested.
type EvalValues struct {
	FailureMessage *string  `tfsdk:"failure_message"`
	AssertionLabel *string  `tfsdk:"assertion_label"`
	Warnings       []string `tfsdk:"warnings"`
	ActualValue    *string  `tfsdk:"actual_value"` // compact JSON, like the rest
	ExpectedValue  *string  `tfsdk:"expected_value"`
	HandleInputs   *string  `tfsdk:"handle_inputs"`
	HandleOutputs  *string  `tfsdk:"handle_outputs"`
}

// EvalResults are a run of evals and the results that it has produced so far, one for each eval.
type EvalResults struct {
	Run  EvalRun
	Rows []EvalResult
}

// EvalResults reads a run of evals, and then its results. The caller must check whether they are complete.
//
// API: GET /v1/workflows/tests/runs/{run_id}/results in the run-scoped edition, GET /v1/workflows/evals/results?run_id= in the flat
// edition. A run that provably does not exist is an [*AbsentError].
func (c *Client) EvalResults(ctx context.Context, runID string, includeValues, fresh bool) (EvalResults, error) {
	needs := c.cache.freshnessOf(fresh)
	return inEdition(ctx, c, ownRoutes, CheckID("run_id", runID), func(ctx context.Context, edition Edition) (EvalResults, error) {
		run, err := c.evalRun(ctx, edition, runID, needs)
		if err != nil {
			return EvalResults{}, c.evalRunAbsence(ctx, edition, err, runID)
		}
		rows, err := c.evalResults(ctx, edition, run, includeValues, needs)
		return EvalResults{run, rows}, err
	}, explained[EvalResults](c.orKeyRefused))
}

// evalResults reads the list of a run's results to its end. Each is of another eval, and of the workflow of the run.
func (c *Client) evalResults(ctx context.Context, edition Edition, run EvalRun, includeValues bool, needs freshness) ([]EvalResult, error) {
	runIDName := map[Edition]string{EditionRunScoped: "run_id", EditionFlat: "workflow_eval_run_id"}[edition]
	results := map[string]string{} // by eval; a repeated attempt converts the same rows again
	list := list[wire.EvalResult, EvalResult]{
		request: evalResultsRoute.request(edition, values{"run_id": run.ID}, nil).about(run.ID, ""),
		size:    map[Edition]int{EditionFlat: maxEvalsPage}[edition],
		isWhole: edition == EditionRunScoped,
		id:      func(result EvalResult) string { return result.ID },
		convert: func(body wire.EvalResult) (EvalResult, error) {
			result, err := convertEvalResult(body)
			if err == nil && result.RunID != nil { // the API lets it be null
				err = verifyRun(runIDName, run.ID, *result.RunID)
			}
			eval := Identity(result.EvalID)
			if err == nil && cmp.Or(results[eval], result.ID) != result.ID {
				err = fmt.Errorf("eval_id is %q for the second time", sanitize.PlainText(result.EvalID))
			}
			results[eval] = result.ID
			if err == nil && !sameID(result.WorkflowID, run.WorkflowID) {
				err = fmt.Errorf("workflow_id is %q, but its run is of workflow %q",
					sanitize.PlainText(result.WorkflowID), sanitize.PlainText(run.WorkflowID))
			}
			return result, err
		},
	}
	list.request.content = includeValues
	isFinal := func([]EvalResult) bool { return run.Status.Terminal() }
	return list.all(ctx, c, needs, isFinal)
}

// convertEvalResult checks the required members and merges the two spellings.
func convertEvalResult(b wire.EvalResult) (EvalResult, error) {
	var err error
	evalID := oneOf(&err, member{"test_id", b.TestID}, member{"eval_id", b.EvalID})
	runID := oneOf(&err, member{"run_id", b.RunID}, member{"workflow_eval_run_id", b.EvalRunID})
	found := b.Assertion
	result := EvalResult{
		ID: b.ID.String(), RunID: firstPresent(runID), EvalID: evalID.String(), WorkflowID: b.WorkflowID.String(),
		BlockID: cmp.Or(b.BlockID, b.Target.BlockID).Pointer(), BlockKind: b.BlockType.Pointer(),
		Lifecycle: convertLifecycle(b.Lifecycle, b.Error, b.Timing), Verdict: verdictOf(b), Artifact: convertArtifact(b.Artifact),
		ConditionKind: found.ConditionKind.Pointer(), Score: found.Score.Float(), Threshold: found.Threshold.Float(),
		Values: EvalValues{
			AssertionLabel: found.Label.Pointer(), Warnings: texts(b.Warnings),
			ActualValue: found.ActualValue.Pointer(), ExpectedValue: found.ExpectedValue.Pointer(),
			HandleInputs: b.HandleInputs.Pointer(), HandleOutputs: cmp.Or(b.HandleOutputs.Pointer(), b.Outputs.Pointer()),
		},
	}
	if failure := found.Failure; failure != nil {
		result.FailureCode, result.Values.FailureMessage = failure.Code.Pointer(), failure.Message.Pointer()
	}
	return result, cmp.Or(err, requireMembers(member{"id", b.ID}, member{"eval_id (or test_id)", evalID}, member{"workflow_id", b.WorkflowID}))
}

// verdictOf returns the verdict of a completed result, "" if there is none or if two members contradict each other. The vendor
// populates it only for a final result.
func verdictOf(b wire.EvalResult) EvalVerdict {
	if b.Lifecycle.Status.String() != string(StatusCompleted) || b.Skipped {
		return ""
	}
	summary := summaryWord(b.VerdictSummary)
	verdict := agreedVerdict(b.Verdict.String(), summary, b.Assertion.Outcome.String(), b.Assertion.Status.String())
	if verdict == EvalPassed && (b.Assertion.Failure != nil || isBelowThreshold(b.Assertion)) {
		return ""
	}
	return verdict
}

// isBelowThreshold reports whether the score is too low for the condition. A kind that ends with _gte, such as
// similarity_gte or split_iou_gte, requires at least the threshold. The vendor does not say what other kinds require.
func isBelowThreshold(b wire.Assertion) bool {
	score, threshold := b.Score.Float(), b.Threshold.Float()
	return score != nil && threshold != nil && strings.HasSuffix(b.ConditionKind.String(), "_gte") && score.Cmp(threshold) < 0
}

// summaryWord returns the verdict of a summary. A summary that passed with failed assertions contradicts itself,
// so it has no verdict.
func summaryWord(b wire.VerdictSummary) string {
	against := "" // what the assertions say that did not pass
	switch {
	case b.Failed != 0, len(b.FailedIDs) > 0:
		against = string(EvalFailed)
	case b.Blocked != 0:
		against = string(EvalBlocked)
	}
	passed := cmp.Or(b.Passed, b.Result)
	switch {
	case passed == nil:
		return against
	case *passed && against != "":
		return "contradiction"
	case *passed:
		return string(EvalPassed)
	default:
		return cmp.Or(against, string(EvalFailed))
	}
}

// agreedVerdict returns the verdict that every non-empty word names, "" if they differ or name an unknown one.
func agreedVerdict(words ...string) EvalVerdict {
	words = slices.Compact(slices.DeleteFunc(words, func(word string) bool { return word == "" }))
	known := []EvalVerdict{EvalPassed, EvalFailed, EvalBlocked}
	if len(words) != 1 || !slices.Contains(known, EvalVerdict(words[0])) {
		return ""
	}
	return EvalVerdict(words[0])
}
