package provider

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
)

// experimentRunWaitAction waits for a run and judges it, when Terraform applies and a change triggers it. A data
// source with wait_for_completion waits while planning instead.
type experimentRunWaitAction struct{ retabAction }

var _ action.ActionWithConfigure = &experimentRunWaitAction{}

func newExperimentRunWaitAction() action.Action { return &experimentRunWaitAction{} }

// What a run can be required to be.
const (
	requireAllSucceeded = "all_succeeded"
	requireTerminal     = "terminal"
)

// progressEvery is how long a wait is silent at most: a report is due when the next read could come too late for it.
const progressEvery = 30 * time.Second

type experimentRunWaitModel struct {
	RunID        types.String   `tfsdk:"run_id"`
	Require      types.String   `tfsdk:"require"`
	MinScore     types.Number   `tfsdk:"min_score"`
	PollInterval types.String   `tfsdk:"poll_interval"`
	Timeouts     timeouts.Value `tfsdk:"timeouts"`
}

func (a *experimentRunWaitAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_experiment_run_wait"
}

func (a *experimentRunWaitAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Waits until a Retab experiment run has ended, and fails unless it ended as required. Needs Terraform 1.14 or later.",
		Attributes: map[string]schema.Attribute{
			"run_id": schema.StringAttribute{
				Required:            true,
				Validators:          []validator.String{resourceID{}},
				MarkdownDescription: "Id of the experiment run, such as `exprun_2`.",
			},
			"require": schema.StringAttribute{
				Optional:   true,
				Validators: []validator.String{stringvalidator.OneOf(requireAllSucceeded, requireTerminal)},
				MarkdownDescription: "The required outcome: `all_succeeded` (the run completed and every document succeeded) or `terminal` (it ended, with any status). " +
					"Defaults to `all_succeeded`.",
			},
			"min_score": schema.NumberAttribute{
				Optional:   true,
				Validators: []validator.Number{fraction{}},
				MarkdownDescription: "The least score the run must have, from `0` to `1`. Failed documents do not affect the score; " +
					"use `require` for them. The score is not checked when this is not set.",
			},
			"poll_interval": schema.StringAttribute{
				Optional:            true,
				Validators:          []validator.String{durationAtLeast{minPollInterval}},
				MarkdownDescription: pollIntervalDescription,
			},
			"timeouts": actionTimeoutsAttribute(ctx),
		},
	}
}

func actionTimeoutsAttribute(ctx context.Context) schema.Attribute {
	attribute := timeouts.Attributes(ctx).(schema.SingleNestedAttribute)
	attribute.MarkdownDescription = "Bounds on how long the whole wait may take."
	invoke := attribute.Attributes["invoke"].(schema.StringAttribute)
	invoke.Description = ""
	invoke.MarkdownDescription = fmt.Sprintf("How long to wait at most, such as `30m`. Defaults to `%s`.", shortDuration(defaultWaitTimeout))
	invoke.Validators = []validator.String{durationAtLeast{}}
	attribute.Attributes["invoke"] = invoke
	return attribute
}

func (a *experimentRunWaitAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config experimentRunWaitModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	api, diags := a.provider.api()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := config.Timeouts.Invoke(ctx, defaultWaitTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	progress := newProgress(config.RunID.ValueString(), resp.SendProgress)
	find := func(ctx context.Context) (client.ExperimentRun, error) {
		return api.ExperimentRun(ctx, config.RunID.ValueString())
	}
	run, err := waitForRun(ctx, config.RunID.ValueString(), find, backoff(config.PollInterval), progress.onUpdate, progress.onFailure)
	if err != nil {
		resp.Diagnostics.Append(readDiagnostic(err, awaitedRunTarget(config.RunID.ValueString()).bounded(timeout, a.provider.edition)))
		return
	}
	if err := config.judge(run); err != nil {
		resp.Diagnostics.Append(requirementDiagnostic(err, run))
	}
}

// progress reports how a run stands whenever that has changed, and otherwise every progressEvery.
type progress struct {
	send     func(action.InvokeProgressEvent)
	began    time.Time
	reported time.Time
	state    string // how the run stood when it was last read
	last     string // what was last reported
}

func newProgress(runID string, send func(action.InvokeProgressEvent)) *progress {
	return &progress{send: send, began: time.Now(), state: runID}
}

func (p *progress) onUpdate(run client.ExperimentRun) {
	p.state = fmt.Sprintf("%s %s: %d/%d documents, %s",
		run.ID, run.Status, run.DocumentsWithResult(), run.TotalDocuments, counted(run.FailedDocuments, "error"))
	p.report(p.state)
}

func (p *progress) onFailure(error) { p.report(p.state + ", and Retab is not responding") }

func (p *progress) report(now string) {
	if now == p.last && time.Since(p.reported) < progressEvery-maxPollInterval {
		return
	}
	p.last, p.reported = now, time.Now()
	p.send(action.InvokeProgressEvent{Message: fmt.Sprintf("%s (%s)", now, time.Since(p.began).Round(time.Second))})
}

// judge returns why a run that has ended is not what is required, nil when it is.
func (m experimentRunWaitModel) judge(run client.ExperimentRun) error {
	if m.Require.ValueString() != requireTerminal && !runSucceeded(run) {
		return whyNotSucceeded(run)
	}
	if m.MinScore.IsNull() {
		return nil
	}
	minimum := m.MinScore.ValueBigFloat()
	switch {
	case run.Score == nil:
		return fmt.Errorf("it has no score, and at least %s is required", digits(minimum))
	case run.Score.Cmp(minimum) < 0:
		return fmt.Errorf("its score is %s, and at least %s is required", digits(run.Score), digits(minimum))
	default:
		return nil
	}
}

// whyNotSucceeded returns what a final run lacks to have succeeded.
func whyNotSucceeded(run client.ExperimentRun) error {
	counts := countsOf(run)
	switch {
	case run.Status != client.StatusCompleted:
		return fmt.Errorf("it ended as %s%s", run.Status, because(client.PlainText(cmp.Or(run.ErrorMessage, run.CancelReason))))
	case !run.HasTotal:
		return errors.New("it is completed, but Retab does not say how many documents it has")
	case !counts.areConsistent():
		return fmt.Errorf("it is completed, but its counters contradict each other: %s", counts)
	case counts.total == 0:
		return errors.New("it is completed, but has no documents, so nothing succeeded")
	case counts.failed > 0:
		return fmt.Errorf("it is completed, but %d of %d documents failed", counts.failed, counts.total)
	default:
		return fmt.Errorf("it is completed, but only %d of %d documents are", counts.completed, counts.total)
	}
}
