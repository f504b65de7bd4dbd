package provider

import (
	"context"
	"errors"
	"fmt"

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

// experimentResultModel holds one experiment result, alone or in a list.
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

// handleModel describes one input or output handle. The payloads are separate, in one sensitive attribute of the data
// source: Terraform compares every node of an object with every sensitive path, so a sensitive attribute in each handle
// of a thousand rows would make a plan take seconds. It would also forbid outputs that contain a row.
type handleModel struct {
	Type     types.String `tfsdk:"type"`
	FileID   types.String `tfsdk:"file_id"`
	Filename types.String `tfsdk:"filename"`
	MIMEType types.String `tfsdk:"mime_type"`
}

// handleDataModel holds the payloads of a result's handles, by handle name.
type handleDataModel struct {
	Inputs  map[string]types.String `tfsdk:"inputs"`
	Outputs map[string]types.String `tfsdk:"outputs"`
}

// experimentResultNoun is retab_experiment_result: what one experiment run produced for one document.
var experimentResultNoun = noun{
	name:        "experiment_result",
	description: "Reads the result of one document in a Retab experiment run: status, duration, error and artifact.",
	ephemeral:   "a Retab experiment result",
	newModel:    func() loadable { return &experimentResultConfigModel{} },
	attributes: func(ctx context.Context) attributeMap {
		wait := waitArguments(ctx, "the result has a final status")
		return mergeAttributes(experimentResultAttributes(), wait, attributeMap{
			"run_id":              requiredID("Id of the run, such as `exprun_2`."),
			"document_id":         requiredID("Id of the document, such as `expdoc_xyz`."),
			"ignore_not_found":    ignoreNotFoundArgument("result"),
			"include_handle_data": optionalBool("Whether to read payloads into `handle_data`. Defaults to `false`."),
			"handle_data": schema.SingleNestedAttribute{
				Computed: true, Sensitive: true, Attributes: handleDataAttributes(),
				MarkdownDescription: "Payloads of the handles. Null without `include_handle_data`.",
			},
		})
	},
}

// experimentResultAttributes returns the schema of the computed object. Attributes that are arguments are replaced.
func experimentResultAttributes() attributeMap {
	return mergeAttributes(lifecycleAttributes("result"), attributeMap{
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

func handlesAttribute(description string) schema.Attribute {
	return computedObjectMap(description, attributeMap{
		"type":      computedString("`file`, `json`, or a newer kind."),
		"file_id":   computedString("Id of the file, or null."),
		"filename":  computedString("Name of the file, or null."),
		"mime_type": computedString("MIME type of the file, or null."),
	})
}

// handleDataAttributes describes the payloads of one result.
func handleDataAttributes() attributeMap {
	return attributeMap{
		"inputs":  computedStringMap("JSON payloads of `handle_inputs`, by handle name."),
		"outputs": computedStringMap("JSON payloads of `handle_outputs`, by handle name."),
	}
}

// load reads the result. With wait_for_completion it waits for a final status.
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
			result = client.ExperimentResult{RunID: absent.RunID, DocumentID: absent.DocumentID}
			m.experimentResultModel = newExperimentResultModel(result)
			m.Summary, m.Exists = types.StringValue(verdict.AbsentResultSummary(absent)), types.BoolValue(false)
			m.ID, m.Attempt = types.StringNull(), types.Int64Null()
		default:
			return err
		}
		if m.IncludeContent.ValueBool() {
			m.HandleData = new(newHandleDataModel(result))
		}
		return nil
	})
}

// runCheckInterval is how many reads of an unfinished result a wait sends before it also reads the run.
const runCheckInterval = 4

// waiter returns a waiter for the end of the result, or of a run that can leave it behind.
func (m *experimentResultConfigModel) waiter(api *client.Client) waiter[client.ExperimentResult] {
	runID, documentID := m.RunID.ValueString(), m.DocumentID.ValueString()
	read := func(ctx context.Context, fresh bool) (client.ExperimentResult, error) {
		options := client.ResultOptions{IncludeContent: m.IncludeContent.ValueBool(), Fresh: fresh}
		return api.ExperimentResult(ctx, runID, documentID, options)
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
			return result, nil // a run that cannot be read does not end the wait for its result
		},
		status: func(result client.ExperimentResult) waitStatus {
			status := statusOf(runID+"/"+documentID, result.Lifecycle)
			status.isDone = status.isDone || runIsOver
			return status
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
		HandleInputs:   mapBy(result.HandleInputs, newHandleModel),
		HandleOutputs:  mapBy(result.HandleOutputs, newHandleModel),
		Attempt:        types.Int64Value(result.Attempt),
		IsPlaceholder:  types.BoolPointerValue(result.IsPlaceholder),
	}
}

func newHandleModel(handle client.Handle) (name string, model handleModel) {
	return handle.Name, handleModel{
		Type:     types.StringValue(handle.Type),
		FileID:   types.StringPointerValue(handle.FileID),
		Filename: types.StringPointerValue(handle.Filename),
		MIMEType: types.StringPointerValue(handle.MIMEType),
	}
}

func newHandleDataModel(result client.ExperimentResult) handleDataModel {
	payloads := func(handles []client.Handle) map[string]types.String {
		texts := map[string]types.String{}
		for _, handle := range handles {
			if handle.Data != nil {
				texts[handle.Name] = types.StringPointerValue(handle.Data)
			}
		}
		return texts
	}
	return handleDataModel{Inputs: payloads(result.HandleInputs), Outputs: payloads(result.HandleOutputs)}
}
