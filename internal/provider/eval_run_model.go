package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/verdict"
)

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

// evalRunAttributes returns the schema of the computed object. An attribute that is also an argument is replaced.
func evalRunAttributes() map[string]schema.Attribute {
	return mergeAttributes(lifecycleAttributes("run"), map[string]schema.Attribute{
		"scope": computedString("What the run executed: all evals of the `workflow`, those of one `block`, or one `eval`. Empty if the run does not exist."),
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
		"requested_version":   requestedVersionAttribute(),
		"workflow_version_id": computedString("Id of the version of the workflow that was run."),
	})
}

// requestedVersionAttribute describes the version that a run was asked for.
func requestedVersionAttribute() schema.Attribute {
	return computedString("Requested version, such as `draft`. Null in the flat edition.")
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
