package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/verdict"
)

// experimentRunModel is one experiment run, the same object wherever a run appears. Attributes for conditions and messages are
// never null, except score and success_ratio, which are null when there is no number.
type experimentRunModel struct {
	lifecycleModel
	ID                        types.String `tfsdk:"id"`
	ExperimentID              types.String `tfsdk:"experiment_id"`
	Succeeded                 types.Bool   `tfsdk:"succeeded"`
	Score                     types.Number `tfsdk:"score"`
	NConsensus                types.Int64  `tfsdk:"n_consensus"`
	DocumentCount             types.Int64  `tfsdk:"document_count"`
	SucceededCount            types.Int64  `tfsdk:"succeeded_count"`
	FailedCount               types.Int64  `tfsdk:"failed_count"`
	MissingCount              types.Int64  `tfsdk:"missing_count"`
	SuccessRatio              types.Number `tfsdk:"success_ratio"`
	WorkflowID                types.String `tfsdk:"workflow_id"`
	WorkflowVersionID         types.String `tfsdk:"workflow_version_id"`
	RequestedVersion          types.String `tfsdk:"requested_version"`
	BlockID                   types.String `tfsdk:"block_id"`
	BlockKind                 types.String `tfsdk:"block_kind"`
	TriggerType               types.String `tfsdk:"trigger_type"`
	ParentRunID               types.String `tfsdk:"parent_run_id"`
	DocumentsFingerprint      types.String `tfsdk:"documents_fingerprint"`
	DefinitionFingerprint     types.String `tfsdk:"definition_fingerprint"`
	BlockExecutionFingerprint types.String `tfsdk:"block_execution_fingerprint"`
	BlockVersionID            types.String `tfsdk:"block_version_id"`
	MetricsFingerprint        types.String `tfsdk:"metrics_validity_fingerprint"`
}

// experimentRunAttributes returns the schema of the computed object. An attribute that is an argument, too, is replaced.
func experimentRunAttributes() map[string]schema.Attribute {
	return mergeAttributes(lifecycleAttributes("run"), map[string]schema.Attribute{
		"id":            computedString("Id of the run."),
		"experiment_id": computedString("Id of the experiment."),
		"succeeded": computedBool(
			"Whether the run is completed and every document succeeded."),
		"score": computedNumber(
			"Agreement of the consensus, from `0` to `1`, or null. It ignores failed documents."),
		"n_consensus":     computedInt64("Number of passes for the consensus."),
		"document_count":  computedInt64("Number of documents, or `0` if unknown."),
		"succeeded_count": computedInt64("Number of documents that succeeded."),
		"failed_count":    computedInt64("Number of documents that failed."),
		"missing_count": computedInt64(
			"Number of documents that neither succeeded nor failed."),
		"success_ratio":     successRatioAttribute(),
		"workflow_id":       computedString("Id of the workflow."),
		"requested_version": requestedVersionAttribute(),
		"workflow_version_id": computedString(
			"Id of the version of the workflow."),
		"block_id": computedString("Id of the block."),
		"block_kind": computedString(
			"`extract`, `classifier`, `split` or `for_each`."),
		"trigger_type":          computedString("What started the run, such as `api`, or null."),
		"parent_run_id":         computedString("Id of the run that this one followed, or null."),
		"documents_fingerprint": computedString("Fingerprint of the documents."),
		"definition_fingerprint": computedString(
			"Fingerprint of the block. Run-scoped edition only."),
		"block_execution_fingerprint": computedString(
			"Fingerprint of what was run. Flat edition only."),
		"block_version_id": computedString(
			"Id of the version of the block. Flat edition only."),
		"metrics_validity_fingerprint": computedString(
			"Fingerprint of the validity of the metrics. Flat edition only."),
	})
}

// newExperimentRunModel converts a run that exists.
func newExperimentRunModel(run client.ExperimentRun) experimentRunModel {
	missing, _ := verdict.MissingDocuments(run)
	return experimentRunModel{
		lifecycleModel:            newLifecycleModel(run.Lifecycle, verdict.RunSummary(run)),
		ID:                        types.StringValue(run.ID),
		ExperimentID:              types.StringPointerValue(run.ExperimentID),
		Succeeded:                 types.BoolValue(verdict.WhyRunNotSucceeded(run) == ""),
		Score:                     numberValue(run.Score),
		NConsensus:                types.Int64PointerValue(run.NConsensus),
		DocumentCount:             types.Int64Value(run.TotalDocuments),
		SucceededCount:            types.Int64Value(run.CompletedDocuments),
		FailedCount:               types.Int64Value(run.FailedDocuments),
		MissingCount:              types.Int64Value(missing),
		SuccessRatio:              numberValue(verdict.SuccessRatio(run)),
		WorkflowID:                types.StringPointerValue(run.WorkflowID),
		WorkflowVersionID:         types.StringPointerValue(run.WorkflowVersionID),
		RequestedVersion:          types.StringPointerValue(run.RequestedVersion),
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

// absentExperimentRunModel returns the object for a run that does not exist. The ids are those of the configuration.
func absentExperimentRunModel(id, experimentID types.String, summary string) experimentRunModel {
	model := newExperimentRunModel(client.ExperimentRun{})
	model.Summary = types.StringValue(summary)
	model.ID, model.ExperimentID = id, experimentID
	model.Exists = types.BoolValue(false)
	return model
}
