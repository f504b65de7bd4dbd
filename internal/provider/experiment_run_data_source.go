package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/provider/diagnose"
	"github.com/retab-dev/terraform-provider-retab/internal/verdict"
)

type experimentRunConfigModel struct {
	experimentRunModel
	waitModel
	absenceModel
	StatusFilter types.String `tfsdk:"status_filter"`
}

// experimentRunModel holds one experiment run, alone or in a list. Attributes for conditions and messages are never
// null, except score and success_ratio, which are null without a number.
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

// experimentRunNoun is retab_experiment_run: the run with an id, or the newest one of an experiment.
var experimentRunNoun = noun{
	name:        "experiment_run",
	description: "Reads a Retab experiment run, by its id or as the newest of an experiment: status, score and counts of documents.",
	ephemeral:   "a Retab experiment run",
	newModel:    func() loadable { return &experimentRunConfigModel{} },
	attributes: func(ctx context.Context) attributeMap {
		return mergeAttributes(experimentRunAttributes(), waitArguments(ctx, "the run has a final status"), attributeMap{
			"id":            optionalComputedID("Id of the run. Set either `id` or `experiment_id`."),
			"experiment_id": optionalComputedID("Id of the experiment whose newest run is read."),
			"status_filter": statusFilterArgument("experiment_id",
				"Status of the run to find, or `any`. Defaults to `completed`, and to `any` when waiting."),
			"ignore_not_found": ignoreNotFoundArgument("run"),
		})
	},
	validators: []datasource.ConfigValidator{
		datasourcevalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("experiment_id")),
	},
}

// experimentRunAttributes returns the schema of the computed object. An attribute that is also an argument is replaced.
func experimentRunAttributes() attributeMap {
	return mergeAttributes(lifecycleAttributes("run"), attributeMap{
		"id":            computedString("Id of the run."),
		"experiment_id": computedString("Id of the experiment."),
		"succeeded":     computedBool("Whether the run is completed and every document succeeded."),
		"score": computedNumber(
			"Agreement of the consensus, from `0` to `1`, or null. It ignores failed documents."),
		"n_consensus":                  computedInt64("Number of passes for the consensus."),
		"document_count":               computedInt64("Number of documents, or `0` if unknown."),
		"succeeded_count":              computedInt64("Number of documents that succeeded."),
		"failed_count":                 computedInt64("Number of documents that failed."),
		"missing_count":                computedInt64("Number of documents that neither succeeded nor failed."),
		"success_ratio":                computedNumber("`succeeded_count / document_count`, or null if not known."),
		"workflow_id":                  computedString("Id of the workflow."),
		"requested_version":            computedString("Requested version, such as `draft`. Null in the flat edition."),
		"workflow_version_id":          computedString("Id of the version of the workflow."),
		"block_id":                     computedString("Id of the block."),
		"block_kind":                   computedString("`extract`, `classifier`, `split` or `for_each`."),
		"trigger_type":                 computedString("What started the run, such as `api`, or null."),
		"parent_run_id":                computedString("Id of the run that this one followed, or null."),
		"documents_fingerprint":        computedString("Fingerprint of the documents."),
		"definition_fingerprint":       computedString("Fingerprint of the block. Run-scoped edition only."),
		"block_execution_fingerprint":  computedString("Fingerprint of what was run. Flat edition only."),
		"block_version_id":             computedString("Id of the version of the block. Flat edition only."),
		"metrics_validity_fingerprint": computedString("Fingerprint of the validity of the metrics. Flat edition only."),
	})
}

// load reads the run with the id, or the newest run of the experiment.
func (m *experimentRunConfigModel) load(ctx context.Context, provider *providerData, fresh bool) diag.Diagnostics {
	return provider.read(ctx, m.subject(), m.timeout, func(ctx context.Context, api *client.Client) error {
		run, err := runWaiter(m.finder(api)).readOrWait(ctx, m.waitModel, fresh)
		switch {
		case err == nil:
			if run.ExperimentID == nil { // the list named it, but the later read of the run did not
				run.ExperimentID = m.ExperimentID.ValueStringPointer()
			}
			m.experimentRunModel = newExperimentRunModel(run)
		case m.ignores(err):
			id, experimentID, status := m.ID, m.ExperimentID, m.filter().Status
			m.experimentRunModel = newExperimentRunModel(client.ExperimentRun{})
			m.ID, m.ExperimentID, m.Exists = id, experimentID, types.BoolValue(false)
			m.Summary = types.StringValue(verdict.AbsentRunSummary(err, experimentID.ValueString(), status))
		default:
			return err
		}
		return nil
	})
}

// subject describes the run with the id, or the newest run of the experiment.
func (m *experimentRunConfigModel) subject() *diagnose.Subject {
	if m.ExperimentID.IsNull() {
		return runSubject("id", m.ID.ValueString())
	}
	experimentID := m.ExperimentID.ValueString()
	subject := &diagnose.Subject{
		Noun: "experiment run", Description: fmt.Sprintf("the newest run of experiment %q", experimentID),
		IDs:       []diagnose.ID{{Argument: "experiment_id", Kind: "experiment", Value: experimentID}},
		Ignorable: "run",
	}
	if status := m.filter().Status; status != "" {
		subject.Description += fmt.Sprintf(" with the status %q", status)
		subject.Hint = " status_filter = \"any\" also finds a run that is not " + status + "."
	}
	return subject
}

// runSubject describes a run whose id is in the given argument.
func runSubject(argument, runID string) *diagnose.Subject {
	return &diagnose.Subject{
		Noun: "experiment run", Description: fmt.Sprintf("experiment run %q", runID),
		IDs:       []diagnose.ID{{Argument: argument, Kind: "run", Value: runID}},
		Ignorable: "run",
	}
}

// filter returns the experiment and the status of the run to find.
func (m *experimentRunConfigModel) filter() client.RunFilter {
	filter := client.RunFilter{ExperimentID: m.ExperimentID.ValueString(), Status: m.StatusFilter.ValueString()}
	switch {
	case filter.Status == anyStatus:
		filter.Status = ""
	case m.StatusFilter.IsNull() && !m.WaitForCompletion.ValueBool():
		filter.Status = string(client.StatusCompleted)
	}
	return filter
}

// finder returns a function that reads the run. The later reads of a wait read the run that the first one found.
func (m *experimentRunConfigModel) finder(api *client.Client) func(ctx context.Context, fresh bool) (client.ExperimentRun, error) {
	id, filter := m.ID.ValueString(), m.filter()
	return func(ctx context.Context, fresh bool) (client.ExperimentRun, error) {
		if id != "" {
			return api.ExperimentRun(ctx, id, fresh)
		}
		run, err := api.NewestRun(ctx, filter, fresh)
		id = run.ID
		return run, err
	}
}

// runWaiter returns a waiter for the end of a run.
func runWaiter(read func(ctx context.Context, fresh bool) (client.ExperimentRun, error)) waiter[client.ExperimentRun] {
	return waiter[client.ExperimentRun]{
		noun:   "Experiment run",
		read:   read,
		status: func(run client.ExperimentRun) waitStatus { return statusOf(run.ID, run.Lifecycle) },
	}
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
