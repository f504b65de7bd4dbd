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

type evalRunConfigModel struct {
	evalRunModel
	waitModel
	absenceModel
	StatusFilter types.String `tfsdk:"status_filter"`
}

// evalRunModel is one run of evals.
type evalRunModel struct {
	lifecycleModel
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

// newEvalRunDataSource returns a data source that reads one run of evals: the one with an id, or the newest of a scope.
func newEvalRunDataSource() datasource.DataSource {
	return newSource[evalRunConfigModel](noun{
		name:        "eval_run",
		description: "Reads one run of Retab evals: whether every eval passed, and how many did not. Evals run the draft of a workflow.",
		attributes:  evalRunAttributes,
		validators: []datasource.ConfigValidator{
			datasourcevalidator.ExactlyOneOf(path.MatchRoot("run_id"), path.MatchRoot("workflow_id")),
		},
	})
}

func evalRunAttributes(ctx context.Context) map[string]schema.Attribute {
	scopeID := func(description, other string) schema.Attribute {
		return optionalComputedID(description,
			stringvalidator.AlsoRequires(path.MatchRoot("workflow_id")), stringvalidator.ConflictsWith(path.MatchRoot(other)))
	}
	return mergeAttributes(lifecycleAttributes("run"), waitArguments(ctx, "the run has a final status"), map[string]schema.Attribute{
		"run_id":              optionalComputedID("Id of the run. Exactly one of `run_id` and `workflow_id` must be set."),
		"workflow_id":         optionalComputedID("Id of the workflow. Reads the newest run of all its evals."),
		"eval_id":             scopeID("Id of an eval. Reads the newest run of only this eval.", "target_block_id"),
		"target_block_id":     scopeID("Id of a block. Reads the newest run of only the evals of this block.", "eval_id"),
		"status_filter":       statusFilterArgument("workflow_id", "Which runs count: those with this status, or `any`. Defaults to `any`, so that a newer run that failed is seen."),
		"ignore_not_found":    ignoreNotFoundArgument("run"),
		"scope":               computedString("What the run executed: all evals of the `workflow`, those of one `block`, or one `eval`. Empty if the run does not exist."),
		"all_passed":          computedBool("Whether the run is completed, has at least one eval, and every eval passed. `false` if its counters contradict each other."),
		"pass_ratio":          computedNumber("Part of all evals that passed, from `0` to `1`. Null for a run without evals or with contradicting counters."),
		"eval_count":          computedInt64("Number of evals in the run."),
		"passed_count":        computedInt64("Number of evals that passed."),
		"failed_count":        computedInt64("Number of evals whose assertion failed."),
		"blocked_count":       computedInt64("Number of evals whose assertion could not be evaluated."),
		"error_count":         computedInt64("Number of evals that ended with an error."),
		"cancelled_count":     computedInt64("Number of evals that were cancelled."),
		"missing_count":       computedInt64("Number of evals that none of the other counts includes."),
		"trigger_type":        computedString("What started the run, such as `api`."),
		"requested_version":   requestedVersionAttribute(),
		"workflow_version_id": computedString("Id of the version of the workflow that was run."),
	})
}

// load reads the run with the id, or the newest run of the scope.
func (m *evalRunConfigModel) load(ctx context.Context, provider *providerData, fresh bool) diag.Diagnostics {
	return provider.read(ctx, m.subject(), m.timeout, func(ctx context.Context, api *client.Client) error {
		run, err := waiter[client.EvalRun]{
			noun:   "Run of evals",
			read:   m.finder(api),
			isDone: func(run client.EvalRun) bool { return verdict.HasEnded(run.Lifecycle) },
			status: func(run client.EvalRun) (id, status string) { return run.ID, string(run.Status) },
		}.readOrWait(ctx, m.waitModel, fresh)
		switch {
		case err == nil:
			m.evalRunModel = newEvalRunModel(run)
		case m.ignores(err):
			m.evalRunModel = absentEvalRunModel(m.evalRunModel, verdict.AbsentEvalRunSummary(err, m.filter()))
		default:
			return err
		}
		return nil
	})
}

// filter returns the scope and the status of the run to find. Unlike those of experiments, runs of any status count
// by default: a gate on evals has no score to fall back on.
func (m *evalRunConfigModel) filter() client.EvalRunFilter {
	filter := client.EvalRunFilter{
		WorkflowID: m.WorkflowID.ValueString(), EvalID: m.EvalID.ValueString(),
		TargetBlockID: m.TargetBlockID.ValueString(), Status: m.StatusFilter.ValueString(),
	}
	if filter.Status == anyStatus {
		filter.Status = ""
	}
	return filter
}

// finder returns a function that reads the run. A wait goes on with the run that it has found.
func (m *evalRunConfigModel) finder(api *client.Client) func(ctx context.Context, fresh bool) (client.EvalRun, error) {
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

func (m *evalRunConfigModel) subject() *diagnose.Subject {
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

// newEvalRunModel converts a run that exists.
func newEvalRunModel(run client.EvalRun) evalRunModel {
	missing, _ := verdict.MissingEvals(run)
	return evalRunModel{
		lifecycleModel:    newLifecycleModel(run.Lifecycle, verdict.EvalRunSummary(run)),
		RunID:             types.StringValue(run.ID),
		WorkflowID:        types.StringValue(run.WorkflowID),
		EvalID:            types.StringPointerValue(run.EvalID),
		TargetBlockID:     types.StringPointerValue(run.TargetBlockID),
		Scope:             types.StringValue(string(run.Scope())),
		AllPassed:         types.BoolValue(verdict.WhyEvalRunNotPassed(run) == ""),
		PassRatio:         numberValue(verdict.EvalPassRatio(run)),
		EvalCount:         types.Int64Value(run.Total),
		PassedCount:       types.Int64Value(run.Counts.Passed),
		FailedCount:       types.Int64Value(run.Counts.Failed),
		BlockedCount:      types.Int64Value(run.Counts.Blocked),
		ErrorCount:        types.Int64Value(run.Counts.Errors),
		CancelledCount:    types.Int64Value(run.Counts.Cancelled),
		MissingCount:      types.Int64Value(missing),
		TriggerType:       types.StringPointerValue(run.TriggerType),
		RequestedVersion:  types.StringPointerValue(run.RequestedVersion),
		WorkflowVersionID: types.StringPointerValue(run.WorkflowVersionID),
	}
}

// absentEvalRunModel returns the object for a run that does not exist. The ids are those of the configuration.
func absentEvalRunModel(requested evalRunModel, summary string) evalRunModel {
	model := newEvalRunModel(client.EvalRun{})
	model.Summary, model.Exists, model.Scope = types.StringValue(summary), types.BoolValue(false), types.StringValue("")
	model.RunID, model.WorkflowID, model.EvalID, model.TargetBlockID = requested.RunID, requested.WorkflowID, requested.EvalID, requested.TargetBlockID
	return model
}
