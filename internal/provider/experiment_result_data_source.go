package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/provider/diagnose"
	"github.com/retab-dev/terraform-provider-retab/internal/verdict"
)

// experimentResultConfigModel is the result with the arguments of its read.
type experimentResultConfigModel struct {
	experimentResultModel
	waitModel
	absenceModel
	IncludeContent types.Bool       `tfsdk:"include_handle_data"`
	HandleData     *handleDataModel `tfsdk:"handle_data"`
}

// experimentResultModel is one experiment result, the same object wherever a result appears.
type experimentResultModel struct {
	lifecycleModel
	RunID         types.String            `tfsdk:"run_id"`
	DocumentID    types.String            `tfsdk:"document_id"`
	ID            types.String            `tfsdk:"id"`
	ExperimentID  types.String            `tfsdk:"experiment_id"`
	BlockKind     types.String            `tfsdk:"block_kind"`
	Succeeded     types.Bool              `tfsdk:"succeeded"`
	Artifact      *artifactReferenceModel `tfsdk:"artifact"`
	HandleInputs  map[string]handleModel  `tfsdk:"handle_inputs"`
	HandleOutputs map[string]handleModel  `tfsdk:"handle_outputs"`
	Attempt       types.Int64             `tfsdk:"attempt"`
	IsPlaceholder types.Bool              `tfsdk:"is_placeholder"`
}

// newExperimentResultDataSource returns a data source that reads what one experiment run produced for one document.
func newExperimentResultDataSource() datasource.DataSource {
	return newSource[experimentResultConfigModel](noun{
		name:        "experiment_result",
		description: "Reads the result of one document in a Retab experiment run: status, duration, error and artifact.",
		attributes: func(ctx context.Context) map[string]schema.Attribute {
			return mergeAttributes(experimentResultAttributes(), waitArguments(ctx, "the result has a final status"), map[string]schema.Attribute{
				"run_id":              runIDArgument(),
				"document_id":         requiredID("Id of the document, such as `expdoc_xyz`."),
				"ignore_not_found":    ignoreNotFoundArgument("result"),
				"include_handle_data": includeHandleDataArgument(),
				"handle_data": schema.SingleNestedAttribute{
					Computed: true, Sensitive: true, Attributes: handleDataAttributes(),
					MarkdownDescription: "Payloads of the handles. Null without `include_handle_data`.",
				},
			})
		},
	})
}

// experimentResultAttributes returns the schema of the computed object. An attribute that is also an argument is replaced.
func experimentResultAttributes() map[string]schema.Attribute {
	return mergeAttributes(lifecycleAttributes("result"), map[string]schema.Attribute{
		"run_id":         computedString("Id of the run."),
		"document_id":    computedString("Id of the document."),
		"id":             computedString("Id of the result."),
		"experiment_id":  computedString("Id of the experiment."),
		"block_kind":     computedString("`extract`, `classifier`, `split` or `for_each`."),
		"succeeded":      computedBool("Whether the block was run for the document and completed."),
		"artifact":       artifactReferenceAttribute(),
		"handle_inputs":  handlesAttribute("Inputs of the block, by handle name."),
		"handle_outputs": handlesAttribute("Outputs of the block, by handle name. Flat edition only."),
		"attempt":        computedInt64("Number of the attempt, as counted by the API."),
		"is_placeholder": computedBool("Whether the document was never run. Null in the flat edition."),
	})
}

// load reads the requested result. With wait_for_completion it waits for a final status.
func (m *experimentResultConfigModel) load(ctx context.Context, provider *providerData, fresh bool) diag.Diagnostics {
	runID, documentID := m.RunID.ValueString(), m.DocumentID.ValueString()
	subject := &diagnose.Subject{
		Noun: "experiment result", Description: fmt.Sprintf("the result of document %q in experiment run %q", documentID, runID),
		IDs: []diagnose.ID{
			{Argument: "run_id", Kind: "run", Value: runID},
			{Argument: "document_id", Kind: "document", Value: documentID},
		},
		Ignorable: "result",
	}
	return provider.read(ctx, subject, m.timeout, func(ctx context.Context, api *client.Client) error {
		result, err := m.waiter(api).readOrWait(ctx, m.waitModel, fresh)
		absent, isAbsent := errors.AsType[*client.AbsentError](err)
		switch {
		case err == nil:
			m.experimentResultModel = newExperimentResultModel(result)
		case isAbsent && m.ignores(err):
			m.experimentResultModel = absentExperimentResultModel(absent)
		default:
			return err
		}
		if m.IncludeContent.ValueBool() {
			m.HandleData = new(newHandleDataModel(result))
		}
		return nil
	})
}

// runCheckInterval is the number of reads of an unfinished result after which the run is read, too.
const runCheckInterval = 4

// waiter returns a waiter for the end of the result, or of a run that can leave it behind.
func (m *experimentResultConfigModel) waiter(api *client.Client) waiter[client.ExperimentResult] {
	runID, documentID := m.RunID.ValueString(), m.DocumentID.ValueString()
	read := func(ctx context.Context, fresh bool) (client.ExperimentResult, error) {
		return api.ExperimentResult(ctx, runID, documentID, client.ResultOptions{IncludeContent: m.IncludeContent.ValueBool(), Fresh: fresh})
	}
	reads, runIsOver := 0, false
	return waiter[client.ExperimentResult]{
		noun: "Experiment result",
		read: func(ctx context.Context, fresh bool) (client.ExperimentResult, error) {
			result, err := read(ctx, fresh)
			reads++
			if err != nil || verdict.HasEnded(result.Lifecycle) || reads%runCheckInterval != 0 {
				return result, err
			}
			run, err := api.ExperimentRun(ctx, runID, true)
			if err == nil && verdict.LeavesResultsBehind(run) {
				runIsOver = true
				return read(ctx, true)
			}
			return result, nil // also if the run cannot be read, because the result can
		},
		isDone: func(result client.ExperimentResult) bool { return verdict.HasEnded(result.Lifecycle) || runIsOver },
		status: func(result client.ExperimentResult) (id, status string) {
			return runID + "/" + documentID, string(result.Status)
		},
		awaitsAbsent: m.IgnoreNotFound.ValueBool(),
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
		Artifact:       newArtifactReferenceModel(result.Artifact),
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
