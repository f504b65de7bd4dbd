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
	WorkflowID    types.String         `tfsdk:"workflow_id"`
	TargetBlockID types.String         `tfsdk:"target_block_id"`
	Summary       types.String         `tfsdk:"summary"`
	AllPassing    types.Bool           `tfsdk:"all_passing"`
	AllFresh      types.Bool           `tfsdk:"all_fresh"`
	EvalCount     types.Int64          `tfsdk:"eval_count"`
	PassingCount  types.Int64          `tfsdk:"passing_count"`
	FreshCount    types.Int64          `tfsdk:"fresh_count"`
	IDs           []types.String       `tfsdk:"ids"`
	ByID          map[string]evalModel `tfsdk:"by_id"`
}

// evalModel holds one saved eval.
type evalModel struct {
	ID                types.String         `tfsdk:"id"`
	Name              types.String         `tfsdk:"name"`
	BlockID           types.String         `tfsdk:"block_id"`
	IsPassing         types.Bool           `tfsdk:"is_passing"`
	IsFresh           types.Bool           `tfsdk:"is_fresh"`
	AssertionResolves types.Bool           `tfsdk:"assertion_resolves"`
	Drift             *driftModel          `tfsdk:"drift"`
	LatestRun         *evalRunSummaryModel `tfsdk:"latest_run"`
}

// evalRunSummaryModel holds the latest run of an eval.
type evalRunSummaryModel struct {
	ID          types.String `tfsdk:"id"`
	Status      types.String `tfsdk:"status"`
	Verdict     types.String `tfsdk:"verdict"`
	StartedAt   types.String `tfsdk:"started_at"`
	CompletedAt types.String `tfsdk:"completed_at"`
}

// evalsNoun is retab_evals: the saved evals of a workflow, with their latest runs.
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
		"target_block_id": optionalID("Only evals of this block."),
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

// load reads the saved evals.
func (m *evalsModel) load(ctx context.Context, provider *providerData, fresh bool) diag.Diagnostics {
	workflowID := m.WorkflowID.ValueString()
	subject := &diagnose.Subject{Noun: "list of evals", Description: fmt.Sprintf("the evals of workflow %q", workflowID)}
	return provider.read(ctx, subject, m.timeout, func(ctx context.Context, api *client.Client) error {
		evals, err := api.Evals(ctx, workflowID, m.TargetBlockID.ValueString(), fresh)
		m.set(evals)
		return err
	})
}

// set stores the evals, which are sorted by id.
func (m *evalsModel) set(evals []client.Eval) {
	of := "workflow " + m.WorkflowID.ValueString()
	if !m.TargetBlockID.IsNull() {
		of = "block " + m.TargetBlockID.ValueString()
	}
	m.Summary = types.StringValue(verdict.EvalsSummary(of, evals))
	m.IDs, m.ByID = make([]types.String, len(evals)), make(map[string]evalModel, len(evals))
	passing, fresh := 0, 0
	for i, e := range evals {
		one := newEvalModel(e)
		m.IDs[i], m.ByID[e.ID] = one.ID, one
		if one.IsPassing.ValueBool() {
			passing++
		}
		if one.IsFresh.ValueBool() {
			fresh++
		}
	}
	m.EvalCount = types.Int64Value(int64(len(evals)))
	m.PassingCount, m.FreshCount = types.Int64Value(int64(passing)), types.Int64Value(int64(fresh))
	m.AllPassing = types.BoolValue(len(evals) > 0 && passing == len(evals))
	m.AllFresh = types.BoolValue(len(evals) > 0 && fresh == len(evals))
}

func newEvalModel(e client.Eval) evalModel {
	model := evalModel{
		ID:                types.StringValue(e.ID),
		Name:              types.StringPointerValue(e.Name),
		BlockID:           types.StringValue(e.BlockID),
		IsPassing:         types.BoolValue(verdict.WhyEvalNotPassing(e) == ""),
		IsFresh:           types.BoolValue(verdict.WhyEvalNotFresh(e) == ""),
		AssertionResolves: types.BoolValue(e.AssertionResolves()),
		Drift:             newDriftModel(e.Drift),
	}
	if run := e.LatestRun; run != nil {
		model.LatestRun = &evalRunSummaryModel{
			ID:          types.StringValue(run.RecordID),
			Status:      types.StringValue(string(run.Status)),
			Verdict:     types.StringValue(string(run.Verdict)),
			StartedAt:   types.StringPointerValue(run.StartedAt),
			CompletedAt: types.StringPointerValue(run.CompletedAt),
		}
	}
	return model
}
