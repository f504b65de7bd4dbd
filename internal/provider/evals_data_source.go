package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/provider/diagnose"
	"github.com/retab-dev/terraform-provider-retab/internal/verdict"
)

// evalsModel holds the saved evals of a workflow, or of one of its blocks.
type evalsModel struct {
	readModel
	WorkflowID    string               `tfsdk:"workflow_id"`
	TargetBlockID types.String         `tfsdk:"target_block_id"`
	Summary       string               `tfsdk:"summary"`
	AllPassing    bool                 `tfsdk:"all_passing"`
	AllFresh      bool                 `tfsdk:"all_fresh"`
	EvalCount     int64                `tfsdk:"eval_count"`
	PassingCount  int64                `tfsdk:"passing_count"`
	FreshCount    int64                `tfsdk:"fresh_count"`
	IDs           []string             `tfsdk:"ids"`
	ByID          map[string]evalModel `tfsdk:"by_id"`
}

type evalModel struct {
	client.Eval
	IsPassing         bool `tfsdk:"is_passing"`
	IsFresh           bool `tfsdk:"is_fresh"`
	AssertionResolves bool `tfsdk:"assertion_resolves"`
}

var evalsNoun = noun{
	name:        "evals",
	description: "Reads the saved evals of a Retab workflow, with what each found when it last ran.",
	ephemeral:   "the saved evals of a Retab workflow",
	newModel:    func() loadable { return &evalsModel{} },
	attributes:  evalsAttributes,
}

func evalsAttributes(ctx context.Context) attributeMap {
	return attributeMap{
		"workflow_id":     requiredID("Id of the workflow."),
		"target_block_id": optionalString("Only evals of this block.", isID),
		"timeouts":        timeoutsArgument(ctx, false),
		"summary":         computedString("The outcome in one or two sentences, for messages."),
		"all_passing":     computedBool("Whether there is an eval, and each passed when it last ran. The block can have changed since: see `all_fresh`."),
		"all_fresh":       computedBool("Whether there is an eval, and the latest run of each is about its block as it is now. Always `false` in the run-scoped edition."),
		"eval_count":      computedInt64("Number of saved evals."),
		"passing_count":   computedInt64("Number of evals that passed when they last ran."),
		"fresh_count":     computedInt64("Number of evals whose latest run is about their block as it is now."),
		"ids":             computedStrings("Ids of the evals, sorted."),
		"by_id": computedObjectMap("The evals, by id.", attributeMap{
			"id":                 computedString("Id of the eval."),
			"name":               computedString("Name of the eval. Null if it has none."),
			"block_id":           computedString("Id of the block that the eval checks."),
			"is_passing":         computedBool("Whether the eval passed when it last ran."),
			"is_fresh":           computedBool("Whether the latest run is about the block as it is now. Always `false` in the run-scoped edition, which has no freshness of evals."),
			"assertion_resolves": computedBool("Whether the assertion still refers to an output of the block."),
			"drift":              driftAttribute(),
			"latest_run": computedObject("The latest run of the eval. Null if it has never been run.", attributeMap{
				"id":           computedString("Id of the record of the run."),
				"status":       computedString("Lifecycle status."),
				"verdict":      computedString("`passed`, `failed` or `blocked`. Empty without a verdict, or if members contradict each other."),
				"started_at":   computedString("When the run started."),
				"completed_at": computedString("When the run ended."),
			}),
		}),
	}
}

func (m *evalsModel) load(ctx context.Context, provider *providerData, fresh bool) diag.Diagnostics {
	subject := &diagnose.Subject{
		Noun: "list of evals", Description: fmt.Sprintf("the evals of workflow %q", m.WorkflowID),
		IDs: []diagnose.ID{{Argument: "workflow_id", Kind: "workflow", Value: m.WorkflowID}},
	}
	return provider.read(ctx, subject, m.timeout, func(ctx context.Context, api *client.Client) error {
		evals, err := api.Evals(ctx, m.WorkflowID, m.TargetBlockID.ValueString(), fresh)
		m.set(evals)
		return err
	})
}

// set stores the evals, which are sorted by id.
func (m *evalsModel) set(evals []client.Eval) {
	of := "workflow " + m.WorkflowID
	if !m.TargetBlockID.IsNull() {
		of = "block " + m.TargetBlockID.ValueString()
	}
	m.Summary = verdict.EvalsSummary(of, evals)
	m.IDs, m.ByID = make([]string, len(evals)), make(map[string]evalModel, len(evals))
	for i, e := range evals {
		one := evalModel{
			Eval:              e,
			IsPassing:         verdict.WhyEvalNotPassing(e) == "",
			IsFresh:           verdict.WhyEvalNotFresh(e) == "",
			AssertionResolves: e.AssertionResolves(),
		}
		m.IDs[i], m.ByID[e.ID] = e.ID, one
		if one.IsPassing {
			m.PassingCount++
		}
		if one.IsFresh {
			m.FreshCount++
		}
	}
	m.EvalCount = int64(len(evals))
	m.AllPassing = m.EvalCount > 0 && m.PassingCount == m.EvalCount
	m.AllFresh = m.EvalCount > 0 && m.FreshCount == m.EvalCount
}
