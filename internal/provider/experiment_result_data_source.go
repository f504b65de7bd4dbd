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
	client.ExperimentResult
	outcomeModel
	ID            *string                  `tfsdk:"id"` // nil if the result does not exist, like the attempt
	Succeeded     bool                     `tfsdk:"succeeded"`
	HandleInputs  map[string]client.Handle `tfsdk:"handle_inputs"`
	HandleOutputs map[string]client.Handle `tfsdk:"handle_outputs"`
	Attempt       *int64                   `tfsdk:"attempt"`
}

// handleDataModel holds the payloads of a result's handles, by handle name. They are separate, in one sensitive
// attribute of the data source: Terraform compares every node of an object with every sensitive path, so a sensitive
// attribute in each handle of a thousand rows would make a plan take seconds. It would also forbid outputs that contain
// a row.
type handleDataModel struct {
	Inputs  map[string]string `tfsdk:"inputs"`
	Outputs map[string]string `tfsdk:"outputs"`
}

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
	subject := &diagnose.Subject{
		Noun:        "experiment result",
		Description: fmt.Sprintf("the result of document %q in experiment run %q", m.DocumentID, m.RunID),
		IDs: []diagnose.ID{
			{Argument: "run_id", Kind: "run", Value: m.RunID},
			{Argument: "document_id", Kind: "document", Value: m.DocumentID},
		},
		Ignorable: "result",
	}
	return provider.read(ctx, subject, m.timeout, func(ctx context.Context, api *client.Client) error {
		result, err := m.waiter(api).readOrWait(ctx, m.waitModel, fresh)
		absent, isAbsent := errors.AsType[*client.AbsentError](err)
		switch {
		case err == nil:
			m.experimentResultModel = newExperimentResultModel(&result)
		case isAbsent && m.ignores(err):
			m.Summary = verdict.AbsentResultSummary(absent)
			m.HandleInputs, m.HandleOutputs = map[string]client.Handle{}, map[string]client.Handle{}
		default:
			return err
		}
		if m.IncludeContent.ValueBool() {
			m.HandleData = new(newHandleDataModel(m.experimentResultModel))
		}
		return nil
	})
}

// runCheckInterval is how many reads of an unfinished result a wait sends before it also reads the run.
const runCheckInterval = 4

// waiter returns a waiter for the end of the result, or of a run that can leave it behind.
func (m *experimentResultConfigModel) waiter(api *client.Client) waiter[client.ExperimentResult] {
	read := func(ctx context.Context, fresh bool) (client.ExperimentResult, error) {
		options := client.ResultOptions{IncludeContent: m.IncludeContent.ValueBool(), Fresh: fresh}
		return api.ExperimentResult(ctx, m.RunID, m.DocumentID, options)
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
			run, err := api.ExperimentRun(ctx, m.RunID, true)
			if err == nil && verdict.LeavesResultsBehind(run) {
				runIsOver = true
				return read(ctx, true)
			}
			return result, nil // a run that cannot be read does not end the wait for its result
		},
		status: func(result client.ExperimentResult) waitStatus {
			status := statusOf(m.RunID+"/"+m.DocumentID, result.Lifecycle)
			status.isDone = status.isDone || runIsOver
			return status
		},
		awaitsAbsent: m.IgnoreNotFound.ValueBool(),
	}
}

// newExperimentResultModel judges a result that exists.
func newExperimentResultModel(result *client.ExperimentResult) experimentResultModel {
	byName := func(handle client.Handle) (name string, same client.Handle) { return handle.Name, handle }
	return experimentResultModel{
		ExperimentResult: *result,
		outcomeModel:     newOutcomeModel(result.Lifecycle, verdict.ResultSummary(result)),
		ID:               &result.ID,
		Succeeded:        verdict.ResultSucceeded(result),
		HandleInputs:     mapBy(result.HandleInputs, byName),
		HandleOutputs:    mapBy(result.HandleOutputs, byName),
		Attempt:          &result.Attempt,
	}
}

func newHandleDataModel(result experimentResultModel) handleDataModel {
	payloads := func(handles map[string]client.Handle) map[string]string {
		texts := map[string]string{}
		for name, handle := range handles {
			if handle.Data != nil {
				texts[name] = *handle.Data
			}
		}
		return texts
	}
	return handleDataModel{Inputs: payloads(result.HandleInputs), Outputs: payloads(result.HandleOutputs)}
}
