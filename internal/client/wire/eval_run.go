package wire

import (
	"cmp"
	"errors"
	"fmt"
	"io"

	"github.com/retab-dev/terraform-provider-retab/internal/client/retab"
)

// EvalRun is one run of evals in the spellings of both editions.
type EvalRun struct {
	ID *Text `json:"id"`
	WorkflowRef
	Trigger Group[Trigger] `json:"trigger"`
	EvalID  *Text          `json:"eval_id"` // flat edition
	TestID  *Text          `json:"test_id"` // run-scoped edition
	Target  *EvalBlock     `json:"target"`

	Lifecycle  Lifecycle     `json:"lifecycle"`
	Timing     Group[Timing] `json:"timing"`
	Error      Failure       `json:"error"`
	TotalEvals *Int64        `json:"total_evals"` // flat edition
	TotalTests *Int64        `json:"total_tests"` // run-scoped edition
	Counts     EvalCounts    `json:"counts"`
}

// EvalBlock is the block that an eval is about.
type EvalBlock struct {
	BlockID *Text `json:"block_id"`
}

// EvalCounts has the counters of the run-scoped edition beside those of the flat edition.
type EvalCounts struct {
	VerdictCounts

	Queued    Int64 `json:"queued"`
	Running   Int64 `json:"running"`
	Error     Int64 `json:"error"`
	Cancelled Int64 `json:"cancelled"`

	Outcome   *VerdictCounts `json:"outcome"`
	Lifecycle *struct {
		Pending   Int64 `json:"pending"`
		Queued    Int64 `json:"queued"`
		Running   Int64 `json:"running"`
		Completed Int64 `json:"completed"`
		Error     Int64 `json:"error"`
		Cancelled Int64 `json:"cancelled"`
	} `json:"lifecycle_counts"`
}

// VerdictCounts counts the evals with a verdict.
type VerdictCounts struct {
	Passed  Int64 `json:"passed"`
	Failed  Int64 `json:"failed"`
	Blocked Int64 `json:"blocked"`
}

// EvalRun decodes one run of evals. Its errors name the member that is missing or wrong.
func (d *Decoder) EvalRun(body io.Reader) (retab.EvalRun, error) {
	return decodeOne(d, body, false, EvalRun.convert)
}

// EvalRuns decodes a page of runs of evals.
func (d *Decoder) EvalRuns(body io.Reader) ([]retab.EvalRun, Page, error) {
	return DecodePage(d, body, false, EvalRun.convert)
}

// convert checks the required members and merges the two spellings.
func (b EvalRun) convert() (retab.EvalRun, error) {
	var err error
	workflowID, versionID := b.ids(&err)
	evalID := oneOf(&err, member{"test_id", b.TestID}, member{"eval_id", b.EvalID})
	err = cmp.Or(err, requireMembers(member{"id", b.ID}, member{"workflow_id", workflowID}, member{"lifecycle.status", b.Lifecycle.Status}))
	if err != nil {
		return retab.EvalRun{}, err
	}
	if b.Target != nil && b.Target.BlockID.String() == "" { // a run of a scope that this version does not know
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
		ID: b.ID.String(), WorkflowID: workflowID.String(), WorkflowVersionID: versionID.Pointer(),
		RequestedVersion: b.Workflow.RequestedVersion.Pointer(), TriggerType: b.Trigger.Members.Type.Pointer(), EvalID: firstPresent(evalID),
		Lifecycle: b.Lifecycle.lifecycle(b.Error, b.Timing.Members), Total: int64(*total), Counts: counts,
	}
	if b.Target != nil {
		run.TargetBlockID = b.Target.BlockID.Pointer()
	}
	return run, nil
}

// convert returns the counters of either edition. A negative one is an error.
func (b EvalCounts) convert(total int64) (retab.EvalCounts, error) {
	verdicts := b.VerdictCounts
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
