package provider

import (
	"context"
	"fmt"
	"math/big"

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
	client.ExperimentRun
	outcomeModel
	ID           *string    `tfsdk:"id"`
	Succeeded    bool       `tfsdk:"succeeded"`
	MissingCount int64      `tfsdk:"missing_count"`
	SuccessRatio *big.Float `tfsdk:"success_ratio"`
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

// load reads the run with the id, or the newest run of the experiment. The model of an absent run keeps its arguments.
func (m *experimentRunConfigModel) load(ctx context.Context, provider *providerData, fresh bool) diag.Diagnostics {
	return provider.read(ctx, m.subject(), m.timeout, func(ctx context.Context, api *client.Client) error {
		run, err := runWaiter(m.finder(api)).readOrWait(ctx, m.waitModel, fresh)
		if m.ignores(err) {
			m.Summary = verdict.AbsentRunSummary(err, client.OrZero(m.ExperimentID), m.filter().Status)
			return nil
		}
		if run.ExperimentID == nil { // the list named it, but the later read of the run did not
			run.ExperimentID = m.ExperimentID
		}
		m.experimentRunModel = newExperimentRunModel(run)
		return err
	})
}

// subject describes the run with the id, or the newest run of the experiment.
func (m *experimentRunConfigModel) subject() *diagnose.Subject {
	if m.ExperimentID == nil {
		return runSubject("id", client.OrZero(m.ID))
	}
	experimentID := *m.ExperimentID
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
	filter := client.RunFilter{ExperimentID: client.OrZero(m.ExperimentID), Status: m.StatusFilter.ValueString()}
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
	id, filter := client.OrZero(m.ID), m.filter()
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

// newExperimentRunModel judges a run that exists.
func newExperimentRunModel(run client.ExperimentRun) experimentRunModel {
	missing, _ := verdict.MissingDocuments(run)
	return experimentRunModel{
		ExperimentRun: run,
		outcomeModel:  newOutcomeModel(run.Lifecycle, verdict.RunSummary(run)),
		ID:            &run.ID,
		Succeeded:     verdict.WhyRunNotSucceeded(run) == "",
		MissingCount:  missing,
		SuccessRatio:  verdict.SuccessRatio(run),
	}
}
