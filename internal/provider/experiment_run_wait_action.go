package provider

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/prose"
	"github.com/retab-dev/terraform-provider-retab/internal/provider/diagnose"
	"github.com/retab-dev/terraform-provider-retab/internal/verdict"
)

// experimentRunWaitAction waits for a run and judges it when Terraform applies. A data source with wait_for_completion
// waits when Terraform plans.
type experimentRunWaitAction struct{ provider *providerData }

var (
	_ action.ActionWithConfigure  = &experimentRunWaitAction{}
	_ action.ActionWithModifyPlan = &experimentRunWaitAction{}
)

// The values of require.
const (
	requireAllSucceeded = "all_succeeded"
	requireTerminal     = "terminal"
)

const (
	progressEvery = 30 * time.Second // the longest time between two reports
	slowRequest   = 15 * time.Second // how long a request must be unanswered before a report mentions it
)

type experimentRunWaitModel struct {
	RunID        types.String   `tfsdk:"run_id"`
	Require      types.String   `tfsdk:"require"`
	MinScore     types.Number   `tfsdk:"min_score"`
	PollInterval types.String   `tfsdk:"poll_interval"`
	Timeouts     timeouts.Value `tfsdk:"timeouts"`
}

func (a *experimentRunWaitAction) Configure(_ context.Context, req action.ConfigureRequest, _ *action.ConfigureResponse) {
	a.provider, _ = req.ProviderData.(*providerData)
}

func (a *experimentRunWaitAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_experiment_run_wait"
}

func (a *experimentRunWaitAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Waits until a Retab experiment run has ended, and fails unless it ended as required. Needs Terraform 1.14 or later.",
		Attributes: map[string]schema.Attribute{
			"run_id": requiredID("Id of the run, such as `exprun_2`."),
			"require": optionalString("`all_succeeded`, or `terminal` for any final status. Defaults to `all_succeeded`.",
				stringvalidator.OneOf(requireAllSucceeded, requireTerminal)),
			"min_score":     optionalNumber("Least score of the run, from `0` to `1`. Not checked by default.", isFraction),
			"poll_interval": optionalString(pollIntervalDescription, isDuration(minPollInterval)),
			"timeouts":      actionTimeouts(ctx),
		},
	}
}

func actionTimeouts(ctx context.Context) schema.Attribute {
	attribute := timeouts.Attributes(ctx).(schema.SingleNestedAttribute)
	attribute.MarkdownDescription = "Limit of the whole wait."
	attribute.Attributes["invoke"] = optionalString(
		"How long to wait, such as `30m`. Defaults to `"+prose.Duration(defaultWaitTimeout)+"`.", isDuration(0))
	return attribute
}

// ModifyPlan reports invalid and missing settings of the provider. Otherwise the user would approve the plan before
// they are reported.
func (a *experimentRunWaitAction) ModifyPlan(_ context.Context, _ action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	if _, diags := a.provider.api(); a.provider == nil || !a.provider.unknown {
		resp.Diagnostics.Append(diags...)
	}
}

func (a *experimentRunWaitAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config experimentRunWaitModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	runID := config.RunID.ValueString()
	subject := runSubject("run_id", runID)
	subject.TimeoutArgument, subject.Ignorable = "timeouts.invoke", ""
	diags := a.provider.read(ctx, subject, config.timeout, func(ctx context.Context, api *client.Client) error {
		progress := startProgress(runID, resp.SendProgress)
		defer progress.stop()
		run, err := runWaiter(func(ctx context.Context, fresh bool) (client.ExperimentRun, error) {
			return progress.watch(func() (client.ExperimentRun, error) { return api.ExperimentRun(ctx, runID, fresh) })
		}).wait(ctx, config.PollInterval)
		if err != nil {
			return err
		}
		if why := verdict.WhyNotAsRequired(run, config.Require.ValueString() != requireTerminal, config.MinScore.ValueBigFloat()); why != "" {
			resp.Diagnostics.Append(diagnose.Requirement(why, run))
		}
		return nil
	})
	resp.Diagnostics.Append(diags...)
}

// timeout returns the time limit of the wait.
func (m experimentRunWaitModel) timeout(ctx context.Context) (time.Duration, diag.Diagnostics) {
	return m.Timeouts.Invoke(ctx, defaultWaitTimeout)
}

// progress reports the state of a run whenever it has changed, and otherwise every progressEvery.
type progress struct {
	send  func(action.InvokeProgressEvent)
	began time.Time

	mu        sync.Mutex
	timer     *time.Timer // fires when a report is due; nil when the wait has ended
	run       string      // the run, as it was last read
	state     string      // what the last report said, without the time
	requested time.Time   // when the unanswered request was sent, zero if there is none
}

func startProgress(runID string, send func(action.InvokeProgressEvent)) *progress {
	p := &progress{send: send, began: time.Now(), run: runID, state: runID}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.timer = time.AfterFunc(progressEvery, p.onDue)
	return p
}

// stop ends the reports. Nothing is sent after it returns.
func (p *progress) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.timer.Stop()
	p.timer = nil
}

const notResponding = ", and Retab is not responding"

// watch reads the run. It reports a run that has changed, and a failure that does not end the wait.
func (p *progress) watch(read func() (client.ExperimentRun, error)) (client.ExperimentRun, error) {
	p.mu.Lock()
	p.requested = time.Now()
	p.mu.Unlock()
	run, err := read()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.requested = time.Time{}
	state := p.run
	switch {
	case err == nil:
		state = fmt.Sprintf("%s %s: %d/%d documents, %s",
			run.ID, run.Status, run.DocumentsWithResult(), run.TotalDocuments, prose.Counted(run.FailedDocuments, "error"))
		p.run = state
	case client.IsAbsent(err):
		state += ", which Retab does not find"
	case client.IsTemporary(err) || mayStillAppear(err):
		state += notResponding
	default:
		return run, err
	}
	if state != p.state {
		p.report(state)
	}
	return run, err
}

// onDue reports the state again.
func (p *progress) onDue() {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.timer == nil:
	case !p.requested.IsZero() && time.Since(p.requested) >= slowRequest:
		p.report(p.run + notResponding)
	default:
		p.report(p.state)
	}
}

// report sends a state. The caller holds the lock.
func (p *progress) report(state string) {
	p.state = state
	p.send(action.InvokeProgressEvent{Message: fmt.Sprintf("%s (%s)", state, time.Since(p.began).Round(time.Second))})
	p.timer.Reset(progressEvery)
}
