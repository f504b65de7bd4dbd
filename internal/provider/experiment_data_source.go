package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/provider/diagnose"
	"github.com/retab-dev/terraform-provider-retab/internal/verdict"
)

// experimentConfigModel is the experiment with the arguments of its read.
type experimentConfigModel struct {
	experimentModel
	absenceModel
	readModel
}

// experimentModel holds one experiment, alone or in a list. The attributes for conditions and messages (exists,
// is_fresh, stale_reasons, status, summary) are at the root and never null.
type experimentModel struct {
	client.Experiment
	Exists       bool     `tfsdk:"exists"`
	ID           *string  `tfsdk:"id"`
	WorkflowID   *string  `tfsdk:"workflow_id"`
	Name         *string  `tfsdk:"name"`
	BlockID      *string  `tfsdk:"block_id"`
	IsFresh      bool     `tfsdk:"is_fresh"`
	StaleReasons []string `tfsdk:"stale_reasons"`
	Summary      string   `tfsdk:"summary"`
}

// experimentNoun is retab_experiment: the experiment with an id, or the one of a workflow with a name, a block, or
// both.
var experimentNoun = noun{
	name:        "experiment",
	description: "Reads a Retab experiment: its newest run, its score, and whether the score is about the block as it is now.",
	ephemeral:   "a Retab experiment",
	newModel:    func() loadable { return &experimentConfigModel{} },
	attributes: func(ctx context.Context) attributeMap {
		needsWorkflow := stringvalidator.AlsoRequires(path.MatchRoot("workflow_id"))
		return mergeAttributes(experimentAttributes(), attributeMap{
			"id": optionalComputedID(
				"Id of the experiment. Set either `id`, or `workflow_id` with `name`, `block_id` or both."),
			"workflow_id": optionalComputedID(
				"Id of the workflow. The run-scoped edition needs it for an experiment without runs."),
			"name": schema.StringAttribute{
				Optional: true, Computed: true, MarkdownDescription: "Name of the experiment.",
				Validators: []validator.String{stringvalidator.LengthAtLeast(1), needsWorkflow},
			},
			"block_id":         optionalComputedID("Id of the block.", needsWorkflow),
			"ignore_not_found": ignoreNotFoundArgument("experiment"),
			"timeouts":         timeoutsArgument(ctx, false),
		})
	},
	validators: []datasource.ConfigValidator{
		datasourcevalidator.AtLeastOneOf(path.MatchRoot("id"), path.MatchRoot("name"), path.MatchRoot("block_id")),
		datasourcevalidator.Conflicting(path.MatchRoot("id"), path.MatchRoot("name")),
		datasourcevalidator.Conflicting(path.MatchRoot("id"), path.MatchRoot("block_id")),
	},
}

// experimentAttributes returns the schema of the computed object. An attribute that is also an argument is replaced.
func experimentAttributes() attributeMap {
	return attributeMap{
		"exists":         computedBool("Whether the experiment exists."),
		"id":             computedString("Id of the experiment."),
		"workflow_id":    computedString("Id of the workflow."),
		"name":           computedString("Name of the experiment."),
		"block_id":       computedString("Id of the block."),
		"block_kind":     computedString("`extract`, `classifier`, `split` or `for_each`."),
		"n_consensus":    computedInt64("Number of passes for the consensus."),
		"document_count": computedInt64("Number of documents, or null."),
		"status":         computedString("`draft`, `processing`, `completed`, `failed`, `cancelled`, or a newer status."),
		"score":          computedNumber("Score of the newest run, from `0` to `1`, or null. See `is_fresh`."),
		"last_run_id":    computedString("Id of the newest run, or null."),
		"created_at":     computedString("When the experiment was created."),
		"updated_at":     computedString("When the experiment was last changed."),
		"is_fresh": computedBool(
			"Whether the score is about the block and the documents as they are now. `false` if unknown."),
		"stale_reasons": computedStrings("Why the score is not fresh, such as `inputs_changed`. Flat edition only."),
		"summary":       computedString("The freshness in a sentence."),
		"freshness": computedObject("Freshness of the score, as reported by the API.", attributeMap{
			"status":          computedString("`fresh`, `stale` or `unknown`."),
			"reasons":         computedStrings("Same as `stale_reasons`."),
			"baseline_run_id": computedString("Id of the run with the score, or null. Flat edition only."),
		}),
		"drift": driftAttribute(),
		"run_plan_mode": computedString(
			"What a new run would do: `run`, `noop`, `conflict` or `unknown`. Null if the API does not say."),
		"rerunnable_document_count": computedInt64("Number of documents that a new run would compute, or null."),
	}
}

// load reads the experiment with the id, or the one that matches the other arguments. The model of an absent experiment
// keeps its arguments.
func (m *experimentConfigModel) load(ctx context.Context, provider *providerData, fresh bool) diag.Diagnostics {
	return provider.read(ctx, m.subject(), m.timeout, func(ctx context.Context, api *client.Client) error {
		experiment, err := m.find(ctx, api, fresh)
		if m.ignores(err) {
			m.Summary = "There is no such experiment."
			m.StaleReasons, m.Freshness.Reasons, m.Drift.AffectedTargets = []string{}, []string{}, []string{} // never null
			return nil
		}
		m.experimentModel = newExperimentModel(experiment)
		return err
	})
}

// subject describes the experiment with the id, or the one that matches the other arguments.
func (m *experimentConfigModel) subject() *diagnose.Subject {
	subject := &diagnose.Subject{Noun: "experiment", Ignorable: "experiment"}
	if m.ID != nil {
		subject.Description = fmt.Sprintf("experiment %q", *m.ID)
		if m.WorkflowID != nil {
			subject.Description += fmt.Sprintf(" of workflow %q", *m.WorkflowID)
		}
		return subject
	}
	var by []string
	if m.Name != nil {
		by = append(by, fmt.Sprintf("the name %q", *m.Name))
	}
	if m.BlockID != nil {
		by = append(by, fmt.Sprintf("the block %q", *m.BlockID))
	}
	workflowID := client.OrZero(m.WorkflowID)
	subject.Description = fmt.Sprintf("the experiment of workflow %q with %s", workflowID, strings.Join(by, " and "))
	return subject
}

func (m *experimentConfigModel) find(ctx context.Context, api *client.Client, fresh bool) (client.Experiment, error) {
	if m.ID != nil {
		return api.Experiment(ctx, *m.ID, client.OrZero(m.WorkflowID), fresh)
	}
	filter := client.ExperimentFilter{Name: client.OrZero(m.Name), BlockID: client.OrZero(m.BlockID)}
	return api.FindExperiment(ctx, client.OrZero(m.WorkflowID), filter, fresh)
}

// newExperimentModel judges an experiment that exists.
func newExperimentModel(experiment client.Experiment) experimentModel {
	return experimentModel{
		Experiment:   experiment,
		Exists:       true,
		ID:           &experiment.ID,
		WorkflowID:   &experiment.WorkflowID,
		Name:         &experiment.Name,
		BlockID:      &experiment.BlockID,
		IsFresh:      verdict.WhyNotFresh(experiment) == "",
		StaleReasons: experiment.Freshness.Reasons,
		Summary:      verdict.ExperimentSummary(experiment),
	}
}
