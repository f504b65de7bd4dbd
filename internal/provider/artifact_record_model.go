package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/verdict"
)

// artifactRecordModel is the record that an artifact refers to. Attributes for conditions and messages are never null.
type artifactRecordModel struct {
	Operation        types.String            `tfsdk:"operation"`
	ID               types.String            `tfsdk:"id"`
	Summary          types.String            `tfsdk:"summary"`
	Status           types.String            `tfsdk:"status"`
	IsTerminal       types.Bool              `tfsdk:"is_terminal"`
	Succeeded        types.Bool              `tfsdk:"succeeded"`
	ErrorMessage     types.String            `tfsdk:"error_message"`
	ErrorCode        types.String            `tfsdk:"error_code"`
	Model            types.String            `tfsdk:"model"`
	NConsensus       types.Int64             `tfsdk:"n_consensus"`
	CreatedAt        types.String            `tfsdk:"created_at"`
	Credits          types.Number            `tfsdk:"credits"`
	File             *artifactFileModel      `tfsdk:"file"`
	Likelihoods      map[string]types.Number `tfsdk:"likelihoods"`
	IsScored         types.Bool              `tfsdk:"is_scored"`
	LowestLikelihood types.Number            `tfsdk:"lowest_likelihood"`
	UnscoredPaths    []types.String          `tfsdk:"unscored_paths"`
	UnscoredCount    types.Int64             `tfsdk:"unscored_count"`
	Output           types.String            `tfsdk:"output"`
	Metadata         map[string]types.String `tfsdk:"metadata"`
}

type artifactFileModel struct {
	ID       types.String `tfsdk:"id"`
	Filename types.String `tfsdk:"filename"`
	MIMEType types.String `tfsdk:"mime_type"`
}

// artifactRecordAttributes returns the schema of the computed object. condition says when the contents are there.
func artifactRecordAttributes(condition string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"summary": computedString(
			"The outcome in a sentence."),
		"status": computedString(
			"`pending`, `queued`, `in_progress`, `completed`, `failed`, `cancelled`, or a newer status."),
		"is_terminal": computedBool(
			"Whether the status is `completed`, `failed` or `cancelled`."),
		"succeeded":     computedBool("Whether the artifact is completed without an error."),
		"error_message": computedString("Why the artifact failed. Otherwise empty."),
		"error_code":    computedString("Code of the failure, or empty."),
		"model":         computedString("Model that produced the artifact, or null."),
		"n_consensus":   computedInt64("Number of passes for the consensus, or null."),
		"created_at":    computedString("When the artifact was created, in RFC 3339."),
		"credits":       computedNumber("Cost in credits, or null."),
		"file": schema.SingleNestedAttribute{
			Computed: true, MarkdownDescription: "The processed file, or null.",
			Attributes: map[string]schema.Attribute{
				"id":        computedString("Id of the file."),
				"filename":  computedString("Name of the file."),
				"mime_type": computedString("MIME type of the file."),
			},
		},
		"likelihoods": schema.MapAttribute{
			Computed: true, ElementType: types.NumberType,
			MarkdownDescription: "Agreement of the consensus, from `0` to `1`, by path. Empty without a consensus.",
		},
		"is_scored":         computedBool("Whether the artifact succeeded and every value has a likelihood from `0` to `1`."),
		"lowest_likelihood": computedNumber("Lowest likelihood of a value. `0` if a value has none."),
		"unscored_paths":    computedStrings("Paths of at most 100 values without a likelihood."),
		"unscored_count":    computedInt64("Number of values without a likelihood."),
		"output": schema.StringAttribute{
			Computed: true, Sensitive: true,
			MarkdownDescription: "Contents as JSON for `jsondecode`, with sorted keys. " + condition,
		},
		"metadata": schema.MapAttribute{
			Computed: true, Sensitive: true, ElementType: types.StringType,
			MarkdownDescription: "Metadata of an extraction. " + condition,
		},
	}
}

// newArtifactRecordModel converts a record.
func newArtifactRecordModel(record client.ArtifactRecord) artifactRecordModel {
	model := artifactRecordModel{
		Operation:        types.StringValue(record.Operation),
		ID:               types.StringValue(record.ID),
		Summary:          types.StringValue(verdict.ArtifactSummary(record)),
		Status:           types.StringValue(string(record.Status)),
		IsTerminal:       types.BoolValue(record.Status.Terminal()),
		Succeeded:        types.BoolValue(verdict.ArtifactSucceeded(record)),
		ErrorMessage:     types.StringValue(record.ErrorMessage),
		ErrorCode:        types.StringValue(record.ErrorCode),
		Model:            types.StringPointerValue(record.Model),
		NConsensus:       types.Int64PointerValue(record.NConsensus),
		CreatedAt:        types.StringPointerValue(record.CreatedAt),
		Credits:          numberValue(record.Credits),
		IsScored:         types.BoolValue(verdict.IsScored(record)),
		LowestLikelihood: numberValue(verdict.LowestLikelihood(record)),
		UnscoredPaths:    stringValues(record.Coverage.Unscored),
		UnscoredCount:    types.Int64Value(record.Coverage.UnscoredCount),
		Output:           types.StringPointerValue(record.Output),
	}
	if record.File != nil {
		model.File = &artifactFileModel{
			types.StringPointerValue(record.File.ID), types.StringPointerValue(record.File.Filename), types.StringPointerValue(record.File.MIMEType),
		}
	}
	if record.Likelihoods != nil {
		model.Likelihoods = make(map[string]types.Number, len(record.Likelihoods))
	}
	for path, likelihood := range record.Likelihoods {
		model.Likelihoods[path] = numberValue(likelihood)
	}
	if record.Metadata != nil {
		model.Metadata = make(map[string]types.String, len(record.Metadata))
		for name, value := range record.Metadata {
			model.Metadata[name] = types.StringValue(value)
		}
	}
	return model
}
