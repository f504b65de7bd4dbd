package verdict

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
	"github.com/retab-dev/terraform-provider-retab/internal/prose"
)

// MissingEvals returns how many evals of a run have not ended. If the counters of the run contradict each other, it
// returns 0 and the contradiction.
func MissingEvals(run client.EvalRun) (missing int64, contradiction string) {
	counts, rest := run.EvalCounts, run.Total
	for _, count := range []int64{counts.Passed, counts.Failed, counts.Blocked, counts.Errors, counts.Cancelled, counts.Active} {
		if rest -= count; rest < 0 { // a count is not negative, so this cannot overflow
			return 0, "its counters add up to more than its " + prose.Counted(run.Total, "eval")
		}
	}
	verdicts, completed := counts.Passed+counts.Failed+counts.Blocked, client.OrZero(counts.Completed)
	switch {
	case counts.Completed != nil && completed != verdicts:
		return 0, fmt.Sprintf("it has %s and %s", prose.Counted(completed, "completed eval"), prose.Counted(verdicts, "verdict"))
	case run.Status.Terminal() && counts.Active > 0:
		return 0, fmt.Sprintf("it has ended with %s", prose.Counted(counts.Active, "active eval"))
	default:
		return rest + counts.Active, ""
	}
}

// WhyEvalRunNotPassed returns the first reason why a run does not prove that all of its evals passed. The reason
// continues a sentence that begins with the run.
func WhyEvalRunNotPassed(run client.EvalRun) string {
	missing, contradiction := MissingEvals(run)
	some := func(count int64, verb string) reason {
		return reason{count > 0, fmt.Sprintf(completedBut+"%d of %s %s", count, prose.Counted(run.Total, "eval"), prose.Agree(count, verb))}
	}
	return first(
		reason{run.Status != client.StatusCompleted || run.HasError, strings.TrimSuffix(describe(run.Lifecycle), ".")},
		reason{contradiction != "", completedBut + contradiction},
		reason{run.Total == 0, completedBut + "has no evals, so nothing passed"},
		some(run.Failed, failed),
		some(run.Blocked, "is blocked"),
		some(run.Errors, "ended with an error"),
		some(run.Cancelled, wasCancelled),
		some(missing, "has no verdict"),
	)
}

// EvalPassRatio returns the share of the evals of a run that passed. It is nil if the run has no evals, if its counters
// contradict each other, or if it would be 1 although the run has not passed.
func EvalPassRatio(run client.EvalRun) *big.Float {
	if _, contradiction := MissingEvals(run); contradiction != "" || run.Passed == run.Total && WhyEvalRunNotPassed(run) != "" {
		return nil
	}
	return ratio(run.Passed, run.Total)
}

// EvalRunSummary describes a run by its scope and the first reason why it has not passed.
func EvalRunSummary(run client.EvalRun) string { return evalRunSummary(run, WhyEvalRunNotPassed(run)) }

func evalRunSummary(run client.EvalRun, whyNotPassed string) string {
	scope := scopeName(run.WorkflowID, client.OrZero(run.EvalID), client.OrZero(run.TargetBlockID))
	name := fmt.Sprintf("Run %s of %s", sanitize.PlainText(run.ID), scope)
	switch {
	case whyNotPassed != "":
		return prose.Sentence(name + " " + whyNotPassed)
	case run.Total == 1:
		return name + " passed: its only eval did."
	default:
		return fmt.Sprintf("%s passed: all %s did.", name, prose.Counted(run.Total, "eval"))
	}
}

// AbsentEvalRunSummary describes the absence of a run of evals: of the one with an id, or of the newest of a scope.
func AbsentEvalRunSummary(err error, filter client.EvalRunFilter) string {
	return absentRunSummary(err, scopeName(filter.WorkflowID, filter.EvalID, filter.TargetBlockID), filter.Status)
}

// scopeName names the evals that a run is about: one, those of a block, or all of a workflow.
func scopeName(workflowID, evalID, blockID string) string {
	switch {
	case evalID != "":
		return "eval " + sanitize.PlainText(evalID)
	case blockID != "":
		return "the evals of block " + sanitize.PlainText(blockID)
	default:
		return "all evals of workflow " + sanitize.PlainText(workflowID)
	}
}

// EvalResults groups the evals of a run that did not pass, by id. Each is in exactly one of the three sorted lists.
type EvalResults struct {
	run        client.EvalRun
	Failed     []string `tfsdk:"failed_eval_ids"` // with the verdict failed, or with an error
	Blocked    []string `tfsdk:"blocked_eval_ids"`
	Unfinished []string `tfsdk:"unfinished_eval_ids"` // without a verdict: active, cancelled, or contradicting itself
	IsComplete bool     `tfsdk:"is_complete"`         // has ended, and counts as many evals as there are results
}

// NewEvalResults groups the results of a run, one row for each eval.
func NewEvalResults(all client.EvalResults) EvalResults {
	results := EvalResults{
		run: all.Run, Failed: []string{}, Blocked: []string{}, Unfinished: []string{}, // nil would be null in Terraform
		IsComplete: HasEnded(all.Run.Lifecycle) && int64(len(all.Rows)) == all.Run.Total,
	}
	for _, row := range all.Rows {
		switch {
		case row.Status == client.StatusCancelled:
			results.Unfinished = append(results.Unfinished, row.EvalID)
		case row.Verdict == client.EvalFailed, row.Status == client.StatusError, row.HasError: // even if it passed
			results.Failed = append(results.Failed, row.EvalID)
		case row.Verdict == client.EvalBlocked:
			results.Blocked = append(results.Blocked, row.EvalID)
		case row.Verdict != client.EvalPassed:
			results.Unfinished = append(results.Unfinished, row.EvalID)
		}
	}
	slices.Sort(results.Failed)
	slices.Sort(results.Blocked)
	slices.Sort(results.Unfinished)
	return results
}

// WhyNotPassed returns the first reason why the results do not prove that all evals of the run passed.
func (r EvalResults) WhyNotPassed() string {
	list := func(ids []string, verb string) reason {
		count := len(ids)
		return reason{count > 0, fmt.Sprintf("has %s that %s: %s", prose.Counted(count, "eval"), prose.Agree(count, verb), prose.IDs(ids, maxSummaryIDs))}
	}
	whyRun := WhyEvalRunNotPassed(r.run)
	return first(
		list(r.Failed, failed),
		list(r.Blocked, "is blocked"),
		list(r.Unfinished, "has no verdict"),
		reason{whyRun != "", whyRun},
		reason{!r.IsComplete, fmt.Sprintf("has %s, and Retab lists another number", prose.Counted(r.run.Total, "eval"))},
	)
}

// Summary describes what the evals of the run found.
func (r EvalResults) Summary() string { return evalRunSummary(r.run, r.WhyNotPassed()) }

// WhyEvalNotPassing returns the first reason why a saved eval did not pass when it last ran, or may not have.
func WhyEvalNotPassing(e client.Eval) string {
	if e.LatestRun == nil {
		return "has never been run"
	}
	run, failing := *e.LatestRun, e.LatestFailingRun
	return first(
		reason{run.Status != client.StatusCompleted, fmt.Sprintf("has a latest run whose status is %q", sanitize.PlainText(string(run.Status)))},
		reason{run.Verdict == client.EvalFailed, "failed"},
		reason{run.Verdict == client.EvalBlocked, "is blocked"},
		reason{run.Verdict != client.EvalPassed, "has a latest run without a verdict"},
		reason{failing != nil && failing.RecordID == run.RecordID, "has a latest run that is also its latest failing run"},
		reason{
			failing != nil && (failing.Started().IsZero() || !failing.Started().Before(run.Started())), // one without a time may be newer
			"has a failing run that is not older than its latest run",
		},
	)
}

// WhyEvalNotFresh returns the first reason why a saved eval or its block may have changed since the latest run of the
// eval.
func WhyEvalNotFresh(e client.Eval) string {
	return first(
		reason{e.LatestRun == nil, "has never been run"},
		reason{e.Freshness.Status == "", "has no freshness, which the run-scoped edition of the API does not report for evals"},
		reason{e.Freshness.Status != client.Fresh, fmt.Sprintf("has the freshness %q%s", sanitize.PlainText(e.Freshness.Status), prose.Parentheses(e.Freshness.Reasons...))},
		reason{len(e.Freshness.Reasons) > 0, "has reasons against its freshness" + prose.Parentheses(e.Freshness.Reasons...)},
		reason{e.Drift.Changed(), fmt.Sprintf("has the drift %q", sanitize.PlainText(e.Drift.Status))},
		reason{len(e.Drift.AffectedTargets) > 0, "has a drift that affects targets" + prose.Parentheses(e.Drift.AffectedTargets...)},
		reason{!e.AssertionResolves() && e.AssertionDrift != "", fmt.Sprintf("has an assertion that is %s", sanitize.PlainText(e.AssertionDrift))},
		reason{e.ValidationStatus != "" && e.ValidationStatus != "valid", fmt.Sprintf("has the validation status %q", sanitize.PlainText(e.ValidationStatus))},
	)
}

// EvalsSummary describes the saved evals of a workflow: how many did not pass or are not fresh, and the first of them.
func EvalsSummary(of string, evals []client.Eval) string {
	var failing, stale []string // the reasons, with the id of the eval
	for _, e := range evals {
		if why := WhyEvalNotPassing(e); why != "" {
			failing = append(failing, sanitize.PlainText(e.ID)+" "+why)
		} else if why := WhyEvalNotFresh(e); why != "" {
			stale = append(stale, sanitize.PlainText(e.ID)+" "+why)
		}
	}
	total, are := prose.Counted(len(evals), "eval"), prose.Agree(len(stale), "is")
	switch {
	case len(evals) == 0:
		return prose.UpperFirst(of) + " has no evals."
	case len(failing) > 0:
		return fmt.Sprintf("%d of %s of %s did not pass when last run. Eval %s", len(failing), total, of, prose.Sentence(failing[0]))
	case len(stale) > 0:
		return fmt.Sprintf("%d of %s of %s passed, but %s not about the block as it is. Eval %s", len(stale), total, of, are, prose.Sentence(stale[0]))
	default:
		return fmt.Sprintf("All %s of %s passed when last run, and each is about its block as it is.", total, of)
	}
}
