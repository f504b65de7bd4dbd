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
		"run_id":      computedString("Id of the run."),
		"document_id": computedString("Id of the document."),
		"id":          computedString("Id of the result."),
		"experiment_id": computedString(
			"Id of the experiment."),
		"block_kind": computedString(
			"`extract`, `classifier`, `split` or `for_each`."),
		"succeeded": computedBool(
			"Whether the block was run for the document and completed."),
		"artifact":       artifactAttribute(),
		"handle_inputs":  handlesAttribute("Inputs of the block, by handle name."),
		"handle_outputs": handlesAttribute("Outputs of the block, by handle name. Flat edition only."),
		"attempt": computedInt64(
			"Number of the attempt, as counted by the API."),
		"is_placeholder": computedBool(
			"Whether the document was never run. Null in the flat edition."),
	})
}

func artifactAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Computed:            true,
		MarkdownDescription: "Artifact that the block produced, or null.",
		Attributes: map[string]schema.Attribute{
			"operation": computedString("`extraction`, `classification`, `split`, `partition` or another one."),
			"id":        computedString("Id of the artifact."),
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
