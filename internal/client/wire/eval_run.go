package wire

import (
	"cmp"
	"errors"
	"fmt"
	"io"

	"github.com/retab-dev/terraform-provider-retab/internal/client/retab"
)

// evalRunBody is one run of evals in the spellings of both editions.
type evalRunBody struct {
	ID *text `json:"id"`
	workflowRef
	Trigger group[triggerBody] `json:"trigger"`
	EvalID  *text              `json:"eval_id"` // flat edition
	TestID  *text              `json:"test_id"` // run-scoped edition
	Target  *evalBlockBody     `json:"target"`

	Lifecycle  lifecycleBody     `json:"lifecycle"`
	Timing     group[timingBody] `json:"timing"`
	Error      failureBody       `json:"error"`
	TotalEvals *lenientInt64     `json:"total_evals"` // flat edition
	TotalTests *lenientInt64     `json:"total_tests"` // run-scoped edition
	Counts     evalCountBody     `json:"counts"`
}

// evalBlockBody is the block that an eval is about.
type evalBlockBody struct {
	BlockID *text `json:"block_id"`
}

// evalCountBody has the counters of the run-scoped edition beside those of the flat edition.
type evalCountBody struct {
	verdictCounts

	Queued    lenientInt64 `json:"queued"`
	Running   lenientInt64 `json:"running"`
	Error     lenientInt64 `json:"error"`
	Cancelled lenientInt64 `json:"cancelled"`

	Outcome   *verdictCounts `json:"outcome"`
	Lifecycle *struct {
		Pending   lenientInt64 `json:"pending"`
		Queued    lenientInt64 `json:"queued"`
		Running   lenientInt64 `json:"running"`
		Completed lenientInt64 `json:"completed"`
		Error     lenientInt64 `json:"error"`
		Cancelled lenientInt64 `json:"cancelled"`
	} `json:"lifecycle_counts"`
}

type verdictCounts struct {
	Passed  lenientInt64 `json:"passed"`
	Failed  lenientInt64 `json:"failed"`
	Blocked lenientInt64 `json:"blocked"`
}

// EvalRun decodes one run of evals. Its errors name the member that is missing or wrong.
func (d *Decoder) EvalRun(body io.Reader) (retab.EvalRun, error) {
	return decodeOne(d, body, false, evalRunBody.convert)
}

// EvalRuns decodes a page of runs of evals.
func (d *Decoder) EvalRuns(body io.Reader) ([]retab.EvalRun, Page, error) {
	return decodePage(d, body, false, evalRunBody.convert)
}

// convert checks the required members and merges the two spellings.
func (b evalRunBody) convert() (retab.EvalRun, error) {
	var err error
	workflowID, versionID := b.ids(&err)
	evalID := oneOf(&err, member{"test_id", b.TestID}, member{"eval_id", b.EvalID})
	err = cmp.Or(err, requireMembers(member{"id", b.ID}, member{"workflow_id", workflowID}, member{"lifecycle.status", b.Lifecycle.Status}))
	if err != nil {
		return retab.EvalRun{}, err
	}
	if b.Target != nil && b.Target.BlockID.string() == "" { // a run of a scope that this version does not know
		return retab.EvalRun{}, errors.New("target.block_id is missing")
	}
	total := cmp.Or(b.TotalEvals, b.TotalTests)
	if total == nil {
		return retab.EvalRun{}, errors.New("total_evals (or total_tests) is missing")
	}
	counts, err := b.Counts.convert(int64(*total))
	if err != nil {
		return retab.EvalRun{}, err
	}
	run := retab.EvalRun{
		ID: b.ID.string(), WorkflowID: workflowID.string(), WorkflowVersionID: versionID.pointer(),
		RequestedVersion: b.Workflow.RequestedVersion.pointer(), TriggerType: b.Trigger.members.Type.pointer(), EvalID: firstPresent(evalID),
		Lifecycle: b.Lifecycle.lifecycle(b.Error, b.Timing.members), Total: int64(*total), Counts: counts,
	}
	if b.Target != nil {
		run.TargetBlockID = b.Target.BlockID.pointer()
	}
	return run, nil
}

// convert returns the counters of either edition. A negative one is an error.
func (b evalCountBody) convert(total int64) (retab.EvalCounts, error) {
	verdicts := b.verdictCounts
	if b.Outcome != nil {
		verdicts = *b.Outcome
	}
	counts := retab.EvalCounts{
		Passed: int64(verdicts.Passed), Failed: int64(verdicts.Failed), Blocked: int64(verdicts.Blocked),
		Errors: int64(b.Error), Cancelled: int64(b.Cancelled), Active: int64(b.Queued + b.Running),
	}
	if states := b.Lifecycle; states != nil {
		counts.Errors, counts.Cancelled, counts.Active = int64(states.Error), int64(states.Cancelled), int64(states.Pending+states.Queued+states.Running)
		counts.Completed = new(int64(states.Completed))
		if *counts.Completed < 0 {
			return retab.EvalCounts{}, errors.New("counts.lifecycle_counts.completed is negative")
		}
	}
	names := []string{"total", "passed", "failed", "blocked", "error", "cancelled", "active"}
	for i, count := range []int64{total, counts.Passed, counts.Failed, counts.Blocked, counts.Errors, counts.Cancelled, counts.Active} {
		if count < 0 {
			return retab.EvalCounts{}, fmt.Errorf("the count of evals (%s) is negative", names[i])
		}
	}
	return counts, nil
}
