package wire

import (
	"cmp"
	"errors"
	"io"

	"github.com/retab-dev/terraform-provider-retab/internal/client/retab"
)

// Eval is one saved eval in the spellings of both editions.
type Eval struct {
	ID               *Text      `json:"id"`
	WorkflowID       *Text      `json:"workflow_id"`
	Target           *EvalBlock `json:"target"`
	Name             *Text      `json:"name"`
	CreatedAt        Note       `json:"created_at"`
	UpdatedAt        Note       `json:"updated_at"`
	AssertionDrift   *Text      `json:"assertion_drift_status"`
	ValidationStatus *Text      `json:"validation_status"`

	SchemaDrift       *Text     `json:"schema_drift"`
	SchemaDriftDetail Note      `json:"schema_drift_detail"`
	Freshness         Freshness `json:"freshness"` // flat edition
	Drift             Drift     `json:"drift"`     // flat edition

	LatestRun        *EvalRunSummary `json:"latest_run_summary"`
	LatestFailingRun *EvalRunSummary `json:"latest_failing_run_summary"`
}

// EvalRunSummary is one run of an eval. In the run-scoped edition the status is also the verdict.
type EvalRunSummary struct {
	RecordID          *Text `json:"run_record_id"`
	Status            *Text `json:"status"`
	Outcome           *Text `json:"outcome"` // flat edition
	StartedAt         *Text `json:"started_at"`
	CompletedAt       *Text `json:"completed_at"`
	AssertionsFailed  Int64 `json:"assertions_failed"`
	BlockedAssertions Int64 `json:"blocked_assertions"`
}

// Evals decodes a page of the saved evals of a workflow. Its errors name the member that is missing or wrong.
func (d *Decoder) Evals(body io.Reader) ([]retab.Eval, Page, error) {
	return DecodePage(d, body, false, Eval.convert)
}

// convert checks the required members.
func (b Eval) convert() (retab.Eval, error) {
	if b.Target == nil {
		return retab.Eval{}, errors.New("target is missing")
	}
	err := requireMembers(member{"id", b.ID}, member{"workflow_id", b.WorkflowID}, member{"target.block_id", b.Target.BlockID})
	latest, latestErr := b.LatestRun.convert("latest_run_summary")
	failing, failingErr := b.LatestFailingRun.convert("latest_failing_run_summary")
	drift := Experiment{SchemaDrift: b.SchemaDrift, SchemaDriftDetail: b.SchemaDriftDetail, Drift: b.Drift}.drift()
	return retab.Eval{
		ID: b.ID.String(), WorkflowID: b.WorkflowID.String(), BlockID: b.Target.BlockID.String(), Name: b.Name.Pointer(),
		CreatedAt: b.CreatedAt.Pointer(), UpdatedAt: b.UpdatedAt.Pointer(),
		Freshness: retab.Freshness{Status: b.Freshness.Status.String(), Reasons: texts(b.Freshness.Reasons), BaselineRunID: firstPresent(b.Freshness.BaselineRunID)},
		Drift:     drift, AssertionDrift: b.AssertionDrift.String(), ValidationStatus: b.ValidationStatus.String(),
		LatestRun: latest, LatestFailingRun: failing,
	}, cmp.Or(err, latestErr, failingErr)
}

// convert returns nil for a summary that the server left out.
func (b *EvalRunSummary) convert(name string) (*retab.EvalRunSummary, error) {
	if b == nil {
		return nil, nil
	}
	if err := requireMembers(member{name + ".run_record_id", b.RecordID}, member{name + ".status", b.Status}); err != nil {
		return nil, err
	}
	status, verdict := b.Status.String(), agreedVerdict(b.Outcome.String())
	if inStatus := agreedVerdict(status); inStatus != "" {
		status, verdict = string(retab.StatusCompleted), agreedVerdict(string(inStatus), b.Outcome.String())
	}
	if status != string(retab.StatusCompleted) || verdict == retab.EvalPassed && (b.AssertionsFailed != 0 || b.BlockedAssertions != 0) {
		verdict = ""
	}
	return &retab.EvalRunSummary{
		RecordID: b.RecordID.String(), Status: retab.Status(status), Verdict: verdict,
		StartedAt: b.StartedAt.Pointer(), CompletedAt: b.CompletedAt.Pointer(),
	}, nil
}
