package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
)

// experimentRunModel is one experiment run, the same object wherever a run appears. What goes into conditions and
// messages is never null, the score excepted, which has no value to stand for none.
type experimentRunModel struct {
	lifecycleModel
	ID                        types.String  `tfsdk:"id"`
	ExperimentID              types.String  `tfsdk:"experiment_id"`
	Succeeded                 types.Bool    `tfsdk:"succeeded"`
	Score                     types.Float64 `tfsdk:"score"`
	NConsensus                types.Int64   `tfsdk:"n_consensus"`
	DocumentCount             types.Int64   `tfsdk:"document_count"`
	CompletedCount            types.Int64   `tfsdk:"completed_count"`
	FailedCount               types.Int64   `tfsdk:"failed_count"`
	WorkflowID                types.String  `tfsdk:"workflow_id"`
	WorkflowVersionID         types.String  `tfsdk:"workflow_version_id"`
	BlockID                   types.String  `tfsdk:"block_id"`
	BlockKind                 types.String  `tfsdk:"block_kind"`
	TriggerType               types.String  `tfsdk:"trigger_type"`
	ParentRunID               types.String  `tfsdk:"parent_run_id"`
	DocumentsFingerprint      types.String  `tfsdk:"documents_fingerprint"`
	DefinitionFingerprint     types.String  `tfsdk:"definition_fingerprint"`
	BlockExecutionFingerprint types.String  `tfsdk:"block_execution_fingerprint"`
	BlockVersionID            types.String  `tfsdk:"block_version_id"`
	MetricsFingerprint        types.String  `tfsdk:"metrics_validity_fingerprint"`
}

// experimentRunAttributes describes the computed object. Where an attribute is an argument, too, it is replaced.
func experimentRunAttributes() map[string]schema.Attribute {
	return merged(lifecycleAttributes("run"), map[string]schema.Attribute{
		"id":            computedString("Id of the run."),
		"experiment_id": computedString("Id of the experiment that was run."),
		"succeeded": computedBool(
			"Whether the run is completed **and** every one of its documents is. A run can be `completed` although documents failed; then this is `false`. Also `false` for a run without documents."),
		"score": schema.Float64Attribute{
			Computed: true,
			MarkdownDescription: "Agreement of the consensus, from `0` to `1`. **Documents that failed are left out of it**, so a high score does not mean that all is well: " +
				"look at `failed_count` or `succeeded`, too. Null until there is one.",
		},
		"n_consensus":     computedInt64("How many times each document is executed for the consensus."),
		"document_count":  computedInt64("How many documents the run has."),
		"completed_count": computedInt64("How many of them are completed."),
		"failed_count":    computedInt64("How many of them failed. They are left out of `score`."),
		"workflow_id":     computedString("Id of the workflow the block belongs to."),
		"workflow_version_id": computedString(
			"Id of the version of the workflow that was run."),
		"block_id": computedString("Id of the block that was run."),
		"block_kind": computedString(
			"Kind of the block, verbatim from the API (`block_kind` or `block_type`): `extract`, `classifier`, `split` or `for_each`."),
		"trigger_type":          computedString("What started the run, such as `api` or `manual_run`. Null when the API does not say."),
		"parent_run_id":         computedString("Id of the run this one followed. Null when there is none."),
		"documents_fingerprint": computedString("The API's fingerprint of the documents."),
		"definition_fingerprint": computedString(
			"The API's fingerprint of the block's definition. Null in the flat edition of the API, which has `block_execution_fingerprint`."),
		"block_execution_fingerprint": computedString(
			"The API's fingerprint of what was executed. Null in the run-scoped edition of the API, which has `definition_fingerprint`."),
		"block_version_id": computedString(
			"Id of the version of the block that was run. Null when the API does not say, and always in its run-scoped edition."),
		"metrics_validity_fingerprint": computedString(
			"The API's fingerprint for the validity of the run's metrics. Null when the API does not say, and always in its run-scoped edition. `is_fresh` of `retab_experiment` says whether the score is about the block as it is now."),
	})
}

// newExperimentRunModel converts a run the API has.
func newExperimentRunModel(run client.ExperimentRun) experimentRunModel {
	return experimentRunModel{
		lifecycleModel:            newLifecycleModel(run.Lifecycle),
		ID:                        types.StringValue(run.ID),
		ExperimentID:              types.StringPointerValue(run.ExperimentID),
		Succeeded:                 types.BoolValue(run.Succeeded()),
		Score:                     types.Float64PointerValue(run.Score),
		NConsensus:                types.Int64PointerValue(run.NConsensus),
		DocumentCount:             types.Int64Value(run.TotalDocuments),
		CompletedCount:            types.Int64Value(run.CompletedDocuments),
		FailedCount:               types.Int64Value(run.FailedDocuments),
		WorkflowID:                types.StringPointerValue(run.WorkflowID),
		WorkflowVersionID:         types.StringPointerValue(run.WorkflowVersionID),
		BlockID:                   types.StringPointerValue(run.BlockID),
		BlockKind:                 types.StringPointerValue(run.BlockKind),
		TriggerType:               types.StringPointerValue(run.TriggerType),
		ParentRunID:               types.StringPointerValue(run.ParentRunID),
		DocumentsFingerprint:      types.StringPointerValue(run.DocumentsFingerprint),
		DefinitionFingerprint:     types.StringPointerValue(run.DefinitionFingerprint),
		BlockExecutionFingerprint: types.StringPointerValue(run.BlockExecutionFingerprint),
		BlockVersionID:            types.StringPointerValue(run.BlockVersionID),
		MetricsFingerprint:        types.StringPointerValue(run.MetricsFingerprint),
	}
}

// absentExperimentRunModel stands for a run that does not exist; id and experiment are what was asked for.
func absentExperimentRunModel(id, experimentID types.String) experimentRunModel {
	model := newExperimentRunModel(client.ExperimentRun{})
	model.ID, model.ExperimentID = id, experimentID
	model.Exists = types.BoolValue(false)
	return model
}
