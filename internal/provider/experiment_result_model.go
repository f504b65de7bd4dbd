package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/verdict"
)

// experimentResultModel is one experiment result, the same object wherever a result appears.
type experimentResultModel struct {
	lifecycleModel
	RunID         types.String           `tfsdk:"run_id"`
	DocumentID    types.String           `tfsdk:"document_id"`
	ID            types.String           `tfsdk:"id"`
	ExperimentID  types.String           `tfsdk:"experiment_id"`
	BlockKind     types.String           `tfsdk:"block_kind"`
	Succeeded     types.Bool             `tfsdk:"succeeded"`
	Artifact      *artifactModel         `tfsdk:"artifact"`
	HandleInputs  map[string]handleModel `tfsdk:"handle_inputs"`
	HandleOutputs map[string]handleModel `tfsdk:"handle_outputs"`
	Attempt       types.Int64            `tfsdk:"attempt"`
	IsPlaceholder types.Bool             `tfsdk:"is_placeholder"`
}

type artifactModel struct {
	Operation types.String `tfsdk:"operation"`
	ID        types.String `tfsdk:"id"`
}

// experimentResultAttributes describes the computed object. Where run_id and document_id are arguments, they replace
// the two entries of the same names.
func experimentResultAttributes() map[string]schema.Attribute {
	return mergeAttributes(lifecycleAttributes("result"), map[string]schema.Attribute{
		"run_id":      computedString("Id of the experiment run."),
		"document_id": computedString("Id of the document within the experiment."),
		"id":          computedString("Id of the result itself. Null when the result does not exist."),
		"experiment_id": computedString(
			"Id of the experiment that was run. Null when the result does not exist."),
		"block_kind": computedString(
			"Kind of the workflow block that was run, verbatim from the API (`block_kind` or `block_type`): `extract`, `classifier`, `split` or `for_each`. Null when the result does not exist."),
		"succeeded": computedBool(
			"Whether the block ran for this document and completed. Never `true` for a placeholder or a result that does not exist."),
		"artifact":       artifactAttribute(),
		"handle_inputs":  handlesAttribute("Inputs the block was given for this document, by handle name such as `input-document-0`."),
		"handle_outputs": handlesAttribute("Outputs the block produced for this document, by handle name. Empty in the run-scoped edition of the API, which has none."),
		"attempt": computedInt64(
			"The API's own attempt counter, `0` by default. The vendor does not say whether it counts from the first try or from the first retry. Null when the result does not exist."),
		"is_placeholder": computedBool(
			"Whether this row only stands for a document that was never executed. Null where the API does not say, as in its flat edition."),
	})
}

func artifactAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Computed:            true,
		MarkdownDescription: "The record the block produced. Null until there is one.",
		Attributes: map[string]schema.Attribute{
			"operation": computedString("Kind of the record, such as `extraction`, `classification`, `split` or `partition`."),
			"id":        computedString("Id of the record."),
		},
	}
}

// newExperimentResultModel converts a result that exists.
func newExperimentResultModel(result client.ExperimentResult) experimentResultModel {
	return experimentResultModel{
		lifecycleModel: newLifecycleModel(result.Lifecycle, verdict.ResultSummary(&result)),
		RunID:          types.StringValue(result.RunID),
		DocumentID:     types.StringValue(result.DocumentID),
		ID:             types.StringValue(result.ID),
		ExperimentID:   types.StringPointerValue(result.ExperimentID),
		BlockKind:      types.StringPointerValue(result.BlockKind),
		Succeeded:      types.BoolValue(verdict.ResultSucceeded(&result)),
		Artifact:       newArtifactModel(result.Artifact),
		HandleInputs:   newHandleModels(result.HandleInputs),
		HandleOutputs:  newHandleModels(result.HandleOutputs),
		Attempt:        types.Int64Value(result.Attempt),
		IsPlaceholder:  types.BoolPointerValue(result.IsPlaceholder),
	}
}

// absentExperimentResultModel returns the object for a document that has no result.
func absentExperimentResultModel(absent *client.AbsentError) experimentResultModel {
	model := newExperimentResultModel(client.ExperimentResult{RunID: absent.RunID, DocumentID: absent.DocumentID})
	model.Summary = types.StringValue(verdict.AbsentResultSummary(absent))
	model.ID = types.StringNull()
	model.Exists = types.BoolValue(false)
	model.Attempt = types.Int64Null()
	return model
}

func newArtifactModel(artifact *client.Artifact) *artifactModel {
	if artifact == nil {
		return nil
	}
	return &artifactModel{Operation: types.StringValue(artifact.Operation), ID: types.StringValue(artifact.ID)}
}
