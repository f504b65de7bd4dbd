package wire

import (
	"cmp"
	"errors"
	"io"

	"github.com/retab-dev/terraform-provider-retab/internal/client/retab"
)

// evalBody is one saved eval in the spellings of both editions.
type evalBody struct {
	ID               *text          `json:"id"`
	WorkflowID       *text          `json:"workflow_id"`
	Target           *evalBlockBody `json:"target"`
	Name             *text          `json:"name"`
	CreatedAt        note           `json:"created_at"`
	UpdatedAt        note           `json:"updated_at"`
	AssertionDrift   *text          `json:"assertion_drift_status"`
	ValidationStatus *text          `json:"validation_status"`

	SchemaDrift       *text         `json:"schema_drift"`
	SchemaDriftDetail note          `json:"schema_drift_detail"`
	Freshness         freshnessBody `json:"freshness"` // flat edition
	Drift             driftBody     `json:"drift"`     // flat edition

	LatestRun        *evalRunSummaryBody `json:"latest_run_summary"`
	LatestFailingRun *evalRunSummaryBody `json:"latest_failing_run_summary"`
}

// evalRunSummaryBody is one run of an eval. In the run-scoped edition the status is also the verdict.
type evalRunSummaryBody struct {
	RecordID          *text        `json:"run_record_id"`
	Status            *text        `json:"status"`
	Outcome           *text        `json:"outcome"` // flat edition
	StartedAt         *text        `json:"started_at"`
	CompletedAt       *text        `json:"completed_at"`
	AssertionsFailed  lenientInt64 `json:"assertions_failed"`
	BlockedAssertions lenientInt64 `json:"blocked_assertions"`
}

// Evals decodes a page of the saved evals of a workflow. Its errors name the member that is missing or wrong.
func (d *Decoder) Evals(body io.Reader) ([]retab.Eval, Page, error) {
	return decodePage(d, body, false, evalBody.convert)
}

// convert checks the required members.
func (b evalBody) convert() (retab.Eval, error) {
	if b.Target == nil {
		return retab.Eval{}, errors.New("target is missing")
	}
	err := requireMembers(member{"id", b.ID}, member{"workflow_id", b.WorkflowID}, member{"target.block_id", b.Target.BlockID})
	latest, latestErr := b.LatestRun.convert("latest_run_summary")
	failing, failingErr := b.LatestFailingRun.convert("latest_failing_run_summary")
	drift := experimentBody{SchemaDrift: b.SchemaDrift, SchemaDriftDetail: b.SchemaDriftDetail, Drift: b.Drift}.drift()
	return retab.Eval{
		ID: b.ID.string(), WorkflowID: b.WorkflowID.string(), BlockID: b.Target.BlockID.string(), Name: b.Name.pointer(),
		CreatedAt: b.CreatedAt.pointer(), UpdatedAt: b.UpdatedAt.pointer(),
		Freshness: retab.Freshness{Status: b.Freshness.Status.string(), Reasons: texts(b.Freshness.Reasons), BaselineRunID: firstPresent(b.Freshness.BaselineRunID)},
		Drift:     drift, AssertionDrift: b.AssertionDrift.string(), ValidationStatus: b.ValidationStatus.string(),
		LatestRun: latest, LatestFailingRun: failing,
	}, cmp.Or(err, latestErr, failingErr)
}

// convert returns nil for a summary that the server left out.
func (b *evalRunSummaryBody) convert(name string) (*retab.EvalRunSummary, error) {
	if b == nil {
		return nil, nil
	}
	if err := requireMembers(member{name + ".run_record_id", b.RecordID}, member{name + ".status", b.Status}); err != nil {
		return nil, err
	}
	status, verdict := b.Status.string(), agreedVerdict(b.Outcome.string())
	if inStatus := agreedVerdict(status); inStatus != "" {
		status, verdict = string(retab.StatusCompleted), agreedVerdict(string(inStatus), b.Outcome.string())
	}
	if status != string(retab.StatusCompleted) || verdict == retab.EvalPassed && (b.AssertionsFailed != 0 || b.BlockedAssertions != 0) {
		verdict = ""
	}
	return &retab.EvalRunSummary{
		RecordID: b.RecordID.string(), Status: retab.Status(status), Verdict: verdict,
		StartedAt: b.StartedAt.pointer(), CompletedAt: b.CompletedAt.pointer(),
	}, nil
}
