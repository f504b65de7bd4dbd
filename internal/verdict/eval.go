package verdict

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/prose"
)

// evalCounts is what the counters of a run of evals say together.
type evalCounts struct {
	missing int64 // evals with neither a verdict nor an end without one
	problem string
}

func evalCountsOf(run client.EvalRun) evalCounts {
	counts, rest := evalCounts{}, run.Total
	for _, count := range []int64{run.Counts.Passed, run.Counts.Failed, run.Counts.Blocked, run.Counts.Errors, run.Counts.Cancelled} {
		if rest -= count; rest < 0 { // a count is not negative, so this cannot overflow
			counts.problem = "its counters add up to more than its " + prose.Counted(run.Total, "eval")
			return counts
		}
	}
	counts.missing = rest
	verdicts := run.Counts.Passed + run.Counts.Failed + run.Counts.Blocked
	counts.problem = first(
		reason{run.Counts.Active > rest, "its counters add up to more than its " + prose.Counted(run.Total, "eval")},
		reason{
			run.Counts.Completed != nil && value(run.Counts.Completed) != verdicts,
			fmt.Sprintf("it has %s and %s", prose.Counted(value(run.Counts.Completed), "completed eval"), prose.Counted(verdicts, "verdict")),
		},
		reason{run.Status.Terminal() && run.Counts.Active > 0, fmt.Sprintf("it has ended with %s", prose.Counted(run.Counts.Active, "active eval"))},
	)
	return counts
}

// WhyEvalRunNotPassed returns the first reason why not every eval of a run is proved to have passed, as the end of a sentence
// that names the run.
func WhyEvalRunNotPassed(run client.EvalRun) string {
	counts := evalCountsOf(run)
	of := prose.Counted(run.Total, "eval")
	return first(
		reason{run.Status != client.StatusCompleted || run.HasError, strings.TrimSuffix(Outcome(run.Lifecycle), ".")},
		reason{counts.problem != "", "is completed, but " + counts.problem},
		reason{run.Total == 0, "is completed, but has no evals, so nothing passed"},
		reason{run.Counts.Failed > 0, fmt.Sprintf("is completed, but %d of %s failed", run.Counts.Failed, of)},
		reason{run.Counts.Blocked > 0, fmt.Sprintf("is completed, but %d of %s %s blocked", run.Counts.Blocked, of, prose.Agree(run.Counts.Blocked, "is", "are"))},
		reason{run.Counts.Errors > 0, fmt.Sprintf("is completed, but %d of %s ended with an error", run.Counts.Errors, of)},
		reason{run.Counts.Cancelled > 0, fmt.Sprintf("is completed, but %d of %s %s cancelled", run.Counts.Cancelled, of, prose.Agree(run.Counts.Cancelled, "was", "were"))},
		reason{counts.missing > 0, fmt.Sprintf("is completed, but %d of %s %s no verdict", counts.missing, of, have(counts.missing))},
	)
}

// MissingEvals returns how many evals of a run have neither a verdict nor an end without one, 0 where the counters contradict
// each other.
func MissingEvals(run client.EvalRun) int64 {
	if counts := evalCountsOf(run); counts.problem == "" {
		return counts.missing
	}
	return 0
}

// EvalPassRatio returns the part of all evals of a run that passed. It is nil for a run without evals, where the counters
// contradict each other, and where it would be 1 although the run has not passed.
func EvalPassRatio(run client.EvalRun) *big.Float {
	if evalCountsOf(run).problem != "" || run.Counts.Passed == run.Total && WhyEvalRunNotPassed(run) != "" {
		return nil
	}
	return ratio(run.Counts.Passed, run.Total)
}

// EvalRunSummary describes a run by its scope and the first reason why it has not passed.
func EvalRunSummary(run client.EvalRun) string {
	name := fmt.Sprintf("Run %s of %s", client.PlainText(run.ID), scopeName(run))
	if why := WhyEvalRunNotPassed(run); why != "" {
		return prose.Sentence(name + " " + why)
	}
	if run.Total == 1 {
		return name + " passed: its only eval did."
	}
	return fmt.Sprintf("%s passed: all %s did.", name, prose.Counted(run.Total, "eval"))
}

// AbsentEvalRunSummary describes the absence of a run of evals: of the one with an id, or of the newest of a scope.
func AbsentEvalRunSummary(err error, filter client.EvalRunFilter) string {
	if absent := new(client.AbsentError); errors.As(err, &absent) {
		return nonexistent("Run " + client.PlainText(absent.RunID))
	}
	run := client.EvalRun{WorkflowID: filter.WorkflowID}
	if filter.EvalID != "" {
		run.EvalID = &filter.EvalID
	}
	if filter.TargetBlockID != "" {
		run.TargetBlockID = &filter.TargetBlockID
	}
	text := "Retab lists no run of " + scopeName(run)
	if filter.Status != "" {
		text += " with the status " + filter.Status
	}
	return text + "."
}

// scopeName names what a run of evals is about.
func scopeName(run client.EvalRun) string {
	switch run.Scope() {
	case client.ScopeEval:
		return "eval " + client.PlainText(value(run.EvalID))
	case client.ScopeBlock:
		return "the evals of block " + client.PlainText(value(run.TargetBlockID))
	default:
		return "all evals of workflow " + client.PlainText(run.WorkflowID)
	}
}

// EvalResults sorts the results of a run of evals by what they found. An eval is in exactly one of the three lists unless it
// passed.
type EvalResults struct {
	Failed     []string // with the verdict failed, or ended with an error
	Blocked    []string
	Unfinished []string // without a verdict: active, cancelled, or with members that contradict each other
	IsComplete bool     // whether the run has no other eval, by its own count
}

// EvalResultsOf sorts results, which have one row for each eval.
func EvalResultsOf(run client.EvalRun, rows []client.EvalResult) EvalResults {
	results := EvalResults{IsComplete: HasEnded(run.Lifecycle) && int64(len(rows)) == run.Total}
	for _, row := range rows {
		switch {
		case row.Status == client.StatusCancelled:
			results.Unfinished = append(results.Unfinished, row.EvalID)
		case row.Verdict == client.EvalFailed, row.Status == client.StatusError, row.HasError: // also one that passed
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

// WhyNotPassed returns the first reason why not every eval of the run is proved to have passed by its own row.
func (r EvalResults) WhyNotPassed(run client.EvalRun) string {
	list := func(ids []string, verb string) reason {
		return reason{len(ids) > 0, fmt.Sprintf("has %s that %s: %s", prose.Counted(int64(len(ids)), "eval"), verb, prose.IDs(ids, maxSummaryIDs))}
	}
	whyRun := WhyEvalRunNotPassed(run)
	return first(
		list(r.Failed, "failed"),
		list(r.Blocked, prose.Agree(int64(len(r.Blocked)), "is", "are")+" blocked"),
		list(r.Unfinished, prose.Agree(int64(len(r.Unfinished)), "has", "have")+" no verdict"),
		reason{whyRun != "", whyRun},
		reason{!r.IsComplete, fmt.Sprintf("has %s, and Retab lists another number", prose.Counted(run.Total, "eval"))},
	)
}

// Summary describes what the evals of the run found.
func (r EvalResults) Summary(run client.EvalRun) string {
	if why := r.WhyNotPassed(run); why != "" {
		return prose.Sentence(fmt.Sprintf("Run %s of %s %s", client.PlainText(run.ID), scopeName(run), why))
	}
	return EvalRunSummary(run)
}

// WhyEvalNotPassing returns the first reason why a saved eval is not proved to have passed when it last ran.
func WhyEvalNotPassing(e client.Eval) string {
	if e.LatestRun == nil {
		return "has never been run"
	}
	run, failing := *e.LatestRun, e.LatestFailingRun
	return first(
		reason{run.Status != client.StatusCompleted, fmt.Sprintf("has a latest run whose status is %q", client.PlainText(string(run.Status)))},
		reason{run.Verdict == client.EvalFailed, "failed"},
		reason{run.Verdict == client.EvalBlocked, "is blocked"},
		reason{run.Verdict != client.EvalPassed, "has a latest run without a verdict"},
		reason{failing != nil && failing.RecordID == run.RecordID, "has a latest run that is also its latest failing run"},
		reason{failing != nil && !isOlder(*failing, run), "has a failing run that is not older than its latest run"},
	)
}

// isOlder reports whether a run of an eval started before another one. Runs without times prove nothing.
func isOlder(one, other client.EvalRunSummary) bool {
	started, err := time.Parse(time.RFC3339, value(one.StartedAt))
	otherStarted, otherErr := time.Parse(time.RFC3339, value(other.StartedAt))
	return err == nil && otherErr == nil && started.Before(otherStarted)
}

// WhyEvalNotFresh returns the first reason why the latest run of a saved eval is not about its block as it is.
func WhyEvalNotFresh(e client.Eval) string {
	return first(
		reason{e.LatestRun == nil, "has never been run"},
		reason{e.Freshness.Status == "", "has no freshness, which the run-scoped edition of the API does not report for evals"},
		reason{e.Freshness.Status != client.Fresh, fmt.Sprintf("has the freshness %q%s", client.PlainText(e.Freshness.Status), prose.Parentheses(e.Freshness.Reasons...))},
		reason{len(e.Freshness.Reasons) > 0, "has reasons against its freshness" + prose.Parentheses(e.Freshness.Reasons...)},
		reason{e.Drift.Changed(), fmt.Sprintf("has the drift %q", client.PlainText(e.Drift.Status))},
		reason{len(e.Drift.AffectedTargets) > 0, "has a drift that affects targets" + prose.Parentheses(e.Drift.AffectedTargets...)},
		reason{!e.AssertionResolves() && e.AssertionDrift != "", fmt.Sprintf("has an assertion that is %s", client.PlainText(e.AssertionDrift))},
		reason{e.ValidationStatus != "" && e.ValidationStatus != "valid", fmt.Sprintf("has the validation status %q", client.PlainText(e.ValidationStatus))},
	)
}

// EvalsSummary describes the saved evals of a workflow: how many pass, and the first that does not or is not fresh.
func EvalsSummary(of string, evals []client.Eval) string {
	if len(evals) == 0 {
		return prose.UpperFirst(of) + " has no evals."
	}
	var failing, stale []string // the reasons, with the id of the eval
	for _, e := range evals {
		if why := WhyEvalNotPassing(e); why != "" {
			failing = append(failing, client.PlainText(e.ID)+" "+why)
		} else if why := WhyEvalNotFresh(e); why != "" {
			stale = append(stale, client.PlainText(e.ID)+" "+why)
		}
	}
	total := prose.Counted(int64(len(evals)), "eval")
	switch {
	case len(failing) > 0:
		return fmt.Sprintf("%d of %s of %s did not pass when last run. Eval %s", len(failing), total, of, prose.Sentence(failing[0]))
	case len(stale) > 0:
		return fmt.Sprintf("%d of %s of %s passed, but %s not about the block as it is. Eval %s",
			len(stale), total, of, prose.Agree(int64(len(stale)), "is", "are"), prose.Sentence(stale[0]))
	default:
		return fmt.Sprintf("All %s of %s passed when last run, and each is about its block as it is.", total, of)
	}
}
