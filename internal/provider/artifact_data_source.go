package provider

import (
	"context"
	"fmt"
	"math/big"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/provider/diagnose"
	"github.com/retab-dev/terraform-provider-retab/internal/verdict"
)

// artifactConfigModel is the record with the arguments of the data source.
type artifactConfigModel struct {
	artifactModel
	IncludeContent types.Bool `tfsdk:"include_output"`
}

// artifactModel is the record that an artifact refers to, with the arguments of the ephemeral resource. Attributes for
// conditions and messages are never null.
type artifactModel struct {
	client.ArtifactRecord
	waitModel
	Summary          string     `tfsdk:"summary"`
	IsTerminal       bool       `tfsdk:"is_terminal"`
	Succeeded        bool       `tfsdk:"succeeded"`
	IsScored         bool       `tfsdk:"is_scored"`
	LowestLikelihood *big.Float `tfsdk:"lowest_likelihood"`
}

var artifactNoun = noun{
	name:        "artifact",
	description: "Reads the artifact of a Retab result: whether it succeeded, and how much the consensus agrees on each value.",
	newModel:    func() loadable { return &artifactConfigModel{} },
	attributes: func(ctx context.Context) attributeMap {
		return mergeAttributes(artifactAttributes(ctx, "Null unless `include_output = true`."), attributeMap{
			"include_output": optionalBool("Whether to store `output` and `metadata` in the state. Defaults to `false`."),
		})
	},
}

// artifactEphemeralNoun is the ephemeral retab_artifact, which has no include_output.
var artifactEphemeralNoun = noun{
	name:      "artifact",
	ephemeral: "the artifact of a Retab result, with its contents,",
	newModel:  func() loadable { return &artifactModel{} },
	attributes: func(ctx context.Context) attributeMap {
		return artifactAttributes(ctx, "Null until there is one.")
	},
}

// artifactAttributes returns the schema of artifactModel. The condition says when the contents are null.
func artifactAttributes(ctx context.Context, condition string) attributeMap {
	return mergeAttributes(waitArguments(ctx, "the artifact has a final status"), attributeMap{
		"operation": schema.StringAttribute{
			Required:            true,
			Validators:          []validator.String{isOperation},
			MarkdownDescription: "Operation, such as `extraction`: `artifact.operation` of a result.",
		},
		"id":      requiredID("Id of the artifact: `artifact.id` of a result."),
		"summary": computedString("The outcome in a sentence."),
		"status": computedString(
			"`pending`, `queued`, `in_progress`, `completed`, `failed`, `cancelled`, or a newer status."),
		"is_terminal":   computedBool("Whether the status is `completed`, `failed` or `cancelled`."),
		"succeeded":     computedBool("Whether the artifact is completed without an error."),
		"error_message": computedString("Why the artifact failed. Otherwise empty."),
		"error_code":    computedString("Code of the failure, or empty."),
		"model":         computedString("Model that produced the artifact, or null."),
		"n_consensus":   computedInt64("Number of passes for the consensus, or null."),
		"created_at":    computedString("When the artifact was created, in RFC 3339."),
		"credits":       computedNumber("Cost in credits, or null."),
		"file": computedObject("The processed file, or null.", attributeMap{
			"id":        computedString("Id of the file."),
			"filename":  computedString("Name of the file."),
			"mime_type": computedString("MIME type of the file."),
		}),
		"likelihoods": computedNumberMap(
			"Agreement of the consensus, from `0` to `1`, by path. Empty without a consensus."),
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
	})
}

func (m *artifactConfigModel) load(ctx context.Context, provider *providerData, fresh bool) diag.Diagnostics {
	return m.loadRecord(ctx, provider, m.IncludeContent.ValueBool(), fresh)
}

func (m *artifactModel) load(ctx context.Context, provider *providerData, fresh bool) diag.Diagnostics {
	return m.loadRecord(ctx, provider, true, fresh)
}

// loadRecord reads and judges the record. With wait_for_completion it waits for a final status.
func (m *artifactModel) loadRecord(ctx context.Context, provider *providerData, includeContent, fresh bool) diag.Diagnostics {
	subject := &diagnose.Subject{
		Noun: "artifact", Description: fmt.Sprintf("the artifact %q of the operation %q", m.ID, m.Operation),
		IDs: []diagnose.ID{{Argument: "id", Kind: m.Operation, Value: m.ID}},
	}
	return provider.read(ctx, subject, m.timeout, func(ctx context.Context, api *client.Client) error {
		record, err := waiter[client.ArtifactRecord]{
			noun: "Artifact",
			read: func(ctx context.Context, fresh bool) (client.ArtifactRecord, error) {
				return api.Artifact(ctx, m.Operation, m.ID, client.ArtifactOptions{
					IncludeContent: includeContent, Fresh: fresh, Waiting: m.WaitForCompletion.ValueBool(),
				})
			},
			status: func(record client.ArtifactRecord) waitStatus {
				isDone := record.Status.Terminal() || record.Status == ""
				return waitStatus{id: m.Operation + "/" + m.ID, status: string(record.Status), isDone: isDone}
			},
		}.readOrWait(ctx, m.waitModel, fresh)
		m.ArtifactRecord = record
		m.Summary = verdict.ArtifactSummary(record)
		m.IsTerminal = record.Status.Terminal()
		m.Succeeded = verdict.ArtifactSucceeded(record)
		m.IsScored = verdict.IsScored(record)
		m.LowestLikelihood = verdict.LowestLikelihood(record)
		return err
	})
}
