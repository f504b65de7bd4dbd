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
			"The outcome in a sentence, for messages, such as `Artifact extr_1 failed: The document is encrypted.` Never null."),
		"status": computedString(
			"Status of the record, verbatim from the API: `pending`, `queued`, `in_progress`, `completed`, `failed`, `cancelled`, or a value added later. " +
				"The run-scoped edition of the API has no statuses. There, `completed` is derived from the presence of an output, because a record exists once it is completed. " +
				"Empty for another operation whose record has no status."),
		"is_terminal": computedBool(
			"Whether the status is final: `completed`, `failed` or `cancelled`. A status that is not known to this provider counts as not final."),
		"succeeded": computedBool(
			"Whether the record is completed, and its answer neither reports an error nor contradicts itself."),
		"error_message": computedString("Why the record failed, in the API's words. Empty when it did not fail."),
		"error_code":    computedString("Machine-readable code of the failure. Empty when the API gives none."),
		"model":         computedString("Model that produced the record. Null when the API does not say."),
		"n_consensus":   computedInt64("Number of passes for the consensus. Null when the API does not say."),
		"created_at":    computedString("When the record was created, as RFC 3339 text exactly as the API wrote it."),
		"credits":       computedNumber("Credits that the record cost. Null when the API does not say."),
		"file": schema.SingleNestedAttribute{
			Computed: true, MarkdownDescription: "The file that the record was made from. Null when the API does not say.",
			Attributes: map[string]schema.Attribute{
				"id":        computedString("Id of the file."),
				"filename":  computedString("Name of the file, without control characters."),
				"mime_type": computedString("MIME type of the file."),
			},
		},
		"likelihoods": schema.MapAttribute{
			Computed: true, ElementType: types.NumberType,
			MarkdownDescription: "Agreement of the consensus passes, from `0` to `1`, by the path of what they agree on. " +
				"For an extraction the path leads into the output, such as `vendor.name` or `line_items[0].price`; a name with a dot, a bracket or a quotation mark is written `[\"a.b\"]`. " +
				"A classification has the path `category`. A split and a partition have one entry for each element of the output, such as `[0]`: the lowest number of its name or key and of its pages. " +
				"A number is null when the API leaves it out, which includes the number of any page of an element. Empty when there is no consensus, and for other operations. Null when two paths are the same in Terraform, which compares the composed form of Unicode.",
		},
		"is_scored": computedBool(
			"Whether the record succeeded and every value of its output has a likelihood from `0` to `1`. The values are every scalar of an extraction, also if it is null, " +
				"but nothing below a member `reasoning___…`; the category of a classification; and every subdocument or chunk. `false` for other operations."),
		"lowest_likelihood": computedNumber(
			"The lowest likelihood of these values. `0` if a value has no likelihood from `0` to `1`, and if there are no values."),
		"unscored_paths": computedStrings("Paths of the values without a likelihood, sorted, at most 100. Never null."),
		"unscored_count": computedInt64("Number of values without a likelihood."),
		"output": schema.StringAttribute{
			Computed: true, Sensitive: true,
			MarkdownDescription: "What the record holds: JSON as text, for `jsondecode`, with sorted keys and numbers exactly as the API wrote them. " + condition,
		},
		"metadata": schema.MapAttribute{
			Computed: true, Sensitive: true, ElementType: types.StringType,
			MarkdownDescription: "Metadata of an extraction. Null for other operations, and when the API sends none. " + condition,
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
