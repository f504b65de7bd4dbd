package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/provider/diagnose"
	"github.com/retab-dev/terraform-provider-retab/internal/verdict"
)

// evalRunModel holds one run of evals.
type evalRunModel struct {
	waitModel
	absenceModel
	lifecycleModel
	StatusFilter      types.String `tfsdk:"status_filter"`
	RunID             types.String `tfsdk:"run_id"`
	WorkflowID        types.String `tfsdk:"workflow_id"`
	EvalID            types.String `tfsdk:"eval_id"`
	TargetBlockID     types.String `tfsdk:"target_block_id"`
	Scope             types.String `tfsdk:"scope"`
	AllPassed         types.Bool   `tfsdk:"all_passed"`
	PassRatio         types.Number `tfsdk:"pass_ratio"`
	EvalCount         types.Int64  `tfsdk:"eval_count"`
	PassedCount       types.Int64  `tfsdk:"passed_count"`
	FailedCount       types.Int64  `tfsdk:"failed_count"`
	BlockedCount      types.Int64  `tfsdk:"blocked_count"`
	ErrorCount        types.Int64  `tfsdk:"error_count"`
	CancelledCount    types.Int64  `tfsdk:"cancelled_count"`
	MissingCount      types.Int64  `tfsdk:"missing_count"`
	TriggerType       types.String `tfsdk:"trigger_type"`
	RequestedVersion  types.String `tfsdk:"requested_version"`
	WorkflowVersionID types.String `tfsdk:"workflow_version_id"`
}

// evalRunNoun is retab_eval_run: the run of evals with an id, or the newest one of a scope.
var evalRunNoun = noun{
	name:        "eval_run",
	description: "Reads one run of Retab evals: whether every eval passed, and how many did not. Evals run the draft of a workflow.",
	ephemeral:   "one run of Retab evals",
	newModel:    func() loadable { return &evalRunModel{} },
	attributes:  evalRunAttributes,
	validators: []datasource.ConfigValidator{
		datasourcevalidator.ExactlyOneOf(path.MatchRoot("run_id"), path.MatchRoot("workflow_id")),
	},
}

func evalRunAttributes(ctx context.Context) attributeMap {
	scopeID := func(description, other string) schema.Attribute {
		return optionalComputedID(description,
			stringvalidator.AlsoRequires(path.MatchRoot("workflow_id")), stringvalidator.ConflictsWith(path.MatchRoot(other)))
	}
	return mergeAttributes(lifecycleAttributes("run"), waitArguments(ctx, "the run has a final status"), attributeMap{
		"run_id":          optionalComputedID("Id of the run. Exactly one of `run_id` and `workflow_id` must be set."),
		"workflow_id":     optionalComputedID("Id of the workflow. Reads the newest run of all its evals."),
		"eval_id":         scopeID("Id of an eval. Reads the newest run of only this eval.", "target_block_id"),
		"target_block_id": scopeID("Id of a block. Reads the newest run of only the evals of this block.", "eval_id"),
		"status_filter": statusFilterArgument("workflow_id",
			"Which runs count: those with this status, or `any`. Defaults to `any`, so that a newer run that failed is seen."),
		"ignore_not_found": ignoreNotFoundArgument("run"),
		"scope":            computedString("What the run executed: all evals of the `workflow`, those of one `block`, or one `eval`. Empty if the run does not exist."),
		"all_passed": computedBool(
			"Whether the run is completed, has at least one eval, and every eval passed. `false` if its counters contradict each other."),
		"pass_ratio":          computedNumber("Part of all evals that passed, from `0` to `1`. Null for a run without evals or with contradicting counters."),
		"eval_count":          computedInt64("Number of evals in the run."),
		"passed_count":        computedInt64("Number of evals that passed."),
		"failed_count":        computedInt64("Number of evals whose assertion failed."),
		"blocked_count":       computedInt64("Number of evals whose assertion could not be evaluated."),
		"error_count":         computedInt64("Number of evals that ended with an error."),
		"cancelled_count":     computedInt64("Number of evals that were cancelled."),
		"missing_count":       computedInt64("Number of evals that none of the other counts includes."),
		"trigger_type":        computedString("What started the run, such as `api`."),
		"requested_version":   computedString("Requested version, such as `draft`. Null in the flat edition."),
		"workflow_version_id": computedString("Id of the version of the workflow that was run."),
	})
}

// load reads the run with the id, or the newest run of the scope.
func (m *evalRunModel) load(ctx context.Context, provider *providerData, fresh bool) diag.Diagnostics {
	return provider.read(ctx, m.subject(), m.timeout, func(ctx context.Context, api *client.Client) error {
		run, err := waiter[client.EvalRun]{
			noun:   "Run of evals",
			read:   m.finder(api),
			status: func(run client.EvalRun) waitStatus { return statusOf(run.ID, run.Lifecycle) },
		}.readOrWait(ctx, m.waitModel, fresh)
		switch {
		case err == nil:
			m.set(run)
		case m.ignores(err):
			requested := *m
			m.set(client.EvalRun{})
			m.RunID, m.WorkflowID = requested.RunID, requested.WorkflowID
			m.EvalID, m.TargetBlockID = requested.EvalID, requested.TargetBlockID
			m.Summary = types.StringValue(verdict.AbsentEvalRunSummary(err, m.filter()))
			m.Exists, m.Scope = types.BoolValue(false), types.StringValue("")
		default:
			return err
		}
		return nil
	})
}

// filter returns the scope and the status of the run to find. By default a run of any status matches, unlike for
// experiments, because a gate on evals has no score to fall back on.
func (m *evalRunModel) filter() client.EvalRunFilter {
	filter := client.EvalRunFilter{
		WorkflowID: m.WorkflowID.ValueString(), EvalID: m.EvalID.ValueString(),
		TargetBlockID: m.TargetBlockID.ValueString(), Status: m.StatusFilter.ValueString(),
	}
	if filter.Status == anyStatus {
		filter.Status = ""
	}
	return filter
}

// finder returns a function that reads the run. The later reads of a wait read the run that the first one found.
func (m *evalRunModel) finder(api *client.Client) func(ctx context.Context, fresh bool) (client.EvalRun, error) {
	id, filter := m.RunID.ValueString(), m.filter()
	return func(ctx context.Context, fresh bool) (client.EvalRun, error) {
		if id != "" {
			return api.EvalRun(ctx, id, fresh)
		}
		run, err := api.NewestEvalRun(ctx, filter, fresh)
		id = run.ID
		return run, err
	}
}

func (m *evalRunModel) subject() *diagnose.Subject {
	subject := &diagnose.Subject{Noun: "run of evals", Ignorable: "run"}
	switch {
	case !m.RunID.IsNull():
		subject.Description = fmt.Sprintf("the run of evals %q", m.RunID.ValueString())
		subject.IDs = []diagnose.ID{{Argument: "run_id", Kind: "run", Value: m.RunID.ValueString()}}
	case !m.EvalID.IsNull():
		subject.Description = fmt.Sprintf("the newest run of only eval %q", m.EvalID.ValueString())
	case !m.TargetBlockID.IsNull():
		subject.Description = fmt.Sprintf("the newest run of only the evals of block %q", m.TargetBlockID.ValueString())
	default:
		subject.Description = fmt.Sprintf("the newest run of all evals of workflow %q", m.WorkflowID.ValueString())
	}
	return subject
}

// set stores a run that exists.
func (m *evalRunModel) set(run client.EvalRun) {
	missing, _ := verdict.MissingEvals(run)
	m.lifecycleModel = newLifecycleModel(run.Lifecycle, verdict.EvalRunSummary(run))
	m.RunID = types.StringValue(run.ID)
	m.WorkflowID = types.StringValue(run.WorkflowID)
	m.EvalID = types.StringPointerValue(run.EvalID)
	m.TargetBlockID = types.StringPointerValue(run.TargetBlockID)
	m.Scope = types.StringValue(string(run.Scope()))
	m.AllPassed = types.BoolValue(verdict.WhyEvalRunNotPassed(run) == "")
	m.PassRatio = numberValue(verdict.EvalPassRatio(run))
	m.EvalCount = types.Int64Value(run.Total)
	m.PassedCount = types.Int64Value(run.Counts.Passed)
	m.FailedCount = types.Int64Value(run.Counts.Failed)
	m.BlockedCount = types.Int64Value(run.Counts.Blocked)
	m.ErrorCount = types.Int64Value(run.Counts.Errors)
	m.CancelledCount = types.Int64Value(run.Counts.Cancelled)
	m.MissingCount = types.Int64Value(missing)
	m.TriggerType = types.StringPointerValue(run.TriggerType)
	m.RequestedVersion = types.StringPointerValue(run.RequestedVersion)
	m.WorkflowVersionID = types.StringPointerValue(run.WorkflowVersionID)
}
