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

// evalResultsModel holds the results of the evals of one run.
type evalResultsModel struct {
	waitModel
	RunID             types.String                      `tfsdk:"run_id"`
	IncludeContent    types.Bool                        `tfsdk:"include_values"`
	Summary           types.String                      `tfsdk:"summary"`
	IsComplete        types.Bool                        `tfsdk:"is_complete"`
	AllPassed         types.Bool                        `tfsdk:"all_passed"`
	EvalCount         types.Int64                       `tfsdk:"eval_count"`
	FailedEvalIDs     []types.String                    `tfsdk:"failed_eval_ids"`
	BlockedEvalIDs    []types.String                    `tfsdk:"blocked_eval_ids"`
	UnfinishedEvalIDs []types.String                    `tfsdk:"unfinished_eval_ids"`
	ByEval            map[string]evalResultModel        `tfsdk:"by_eval"`
	ValueData         map[string]evalResultContentModel `tfsdk:"value_data"`
}

// evalResultModel holds the result of one eval.
type evalResultModel struct {
	ID            types.String            `tfsdk:"id"`
	BlockID       types.String            `tfsdk:"block_id"`
	Status        types.String            `tfsdk:"status"`
	Verdict       types.String            `tfsdk:"verdict"`
	ConditionKind types.String            `tfsdk:"condition_kind"`
	Score         types.Number            `tfsdk:"score"`
	Threshold     types.Number            `tfsdk:"threshold"`
	FailureCode   types.String            `tfsdk:"failure_code"`
	Artifact      *artifactReferenceModel `tfsdk:"artifact"`
	Timing        *timingModel            `tfsdk:"timing"`
}

// evalResultContentModel holds what can contain customer data. It is separate from the rows: see handleModel.
type evalResultContentModel struct {
	AssertionLabel types.String   `tfsdk:"assertion_label"`
	FailureMessage types.String   `tfsdk:"failure_message"`
	ErrorMessage   types.String   `tfsdk:"error_message"`
	Warnings       []types.String `tfsdk:"warnings"`
	ActualValue    types.String   `tfsdk:"actual_value"`
	ExpectedValue  types.String   `tfsdk:"expected_value"`
	HandleInputs   types.String   `tfsdk:"handle_inputs"`
	HandleOutputs  types.String   `tfsdk:"handle_outputs"`
}

// evalResultsNoun is retab_eval_results: the result of each eval of one run.
var evalResultsNoun = noun{
	name:        "eval_results",
	description: "Reads what each eval of one Retab run found: its verdict, score and threshold.",
	newModel:    func() loadable { return &evalResultsModel{} },
	attributes:  evalResultsAttributes,
}

func evalResultsAttributes(ctx context.Context) attributeMap {
	return mergeAttributes(waitArguments(ctx, "the run has a final status"), attributeMap{
		"run_id": requiredID("Id of the run of evals."),
		"include_values": optionalBool(
			"Whether to store values, labels and messages in `value_data`. Defaults to `false`."),
		"summary":             computedString("The outcome of the run in one sentence, for messages."),
		"is_complete":         computedBool("Whether the run has ended and `by_eval` has as many evals as the run counts."),
		"all_passed":          computedBool("Whether the run passed, `is_complete` is `true`, and every row passed."),
		"eval_count":          computedInt64("Number of evals in the run."),
		"failed_eval_ids":     computedStrings("Ids of the evals that failed or ended with an error, sorted."),
		"blocked_eval_ids":    computedStrings("Ids of the evals whose assertion could not be evaluated, sorted."),
		"unfinished_eval_ids": computedStrings("Ids of the evals without a verdict, sorted. Evals without a row are missing here: see `is_complete`."),
		"by_eval": computedObjectMap("The results, by the id of the eval.", attributeMap{
			"id":             computedString("Id of the result itself."),
			"block_id":       computedString("Id of the block."),
			"status":         computedString("Lifecycle status, verbatim. Empty if the API sends none."),
			"verdict":        computedString("`passed`, `failed` or `blocked`. Empty without a verdict, or if members contradict each other."),
			"condition_kind": computedString("Kind of the condition, such as `equals`."),
			"score":          computedNumber("Score of the condition. Null for a kind without scores."),
			"threshold":      computedNumber("Score that the condition requires."),
			"failure_code":   computedString("Code of the failure. Null if the assertion did not fail."),
			"artifact":       artifactReferenceAttribute(),
			"timing":         timingAttribute("result"),
		}),
		"value_data": sensitiveObjectMap("What can quote documents, by the id of the eval. Null unless `include_values = true`.", attributeMap{
			"assertion_label": computedString("Label of the assertion."),
			"failure_message": computedString("Why the assertion failed."),
			"error_message":   computedString("Why the eval ended with an error. Empty if it did not."),
			"warnings":        computedStrings("Warnings of the block."),
			"actual_value":    computedString("Actual value, as JSON."),
			"expected_value":  computedString("Expected value, as JSON."),
			"handle_inputs":   computedString("Frozen inputs of the block, as JSON. Null in the run-scoped edition."),
			"handle_outputs":  computedString("Outputs of the block, as JSON."),
		}),
	})
}

// load reads the results of the run.
func (m *evalResultsModel) load(ctx context.Context, provider *providerData, fresh bool) diag.Diagnostics {
	id := m.RunID.ValueString()
	subject := &diagnose.Subject{
		Noun: "run of evals", Description: fmt.Sprintf("the results of the run of evals %q", id),
		IDs: []diagnose.ID{{Argument: "run_id", Kind: "run", Value: id}},
	}
	return provider.read(ctx, subject, m.timeout, func(ctx context.Context, api *client.Client) error {
		results, err := waiter[client.EvalResults]{
			noun: "Run of evals",
			read: func(ctx context.Context, fresh bool) (client.EvalResults, error) {
				return api.EvalResults(ctx, id, m.IncludeContent.ValueBool(), fresh)
			},
			status: func(results client.EvalResults) waitStatus { return statusOf(id, results.Run.Lifecycle) },
		}.readOrWait(ctx, m.waitModel, fresh)
		if err == nil {
			m.set(results)
		}
		return err
	})
}

// set stores the results of a run.
func (m *evalResultsModel) set(results client.EvalResults) {
	sorted := verdict.NewEvalResults(results)
	m.Summary = types.StringValue(sorted.Summary())
	m.IsComplete = types.BoolValue(sorted.IsComplete)
	m.AllPassed = types.BoolValue(sorted.WhyNotPassed() == "")
	m.EvalCount = types.Int64Value(results.Run.Total)
	m.FailedEvalIDs = stringValues(sorted.Failed)
	m.BlockedEvalIDs = stringValues(sorted.Blocked)
	m.UnfinishedEvalIDs = stringValues(sorted.Unfinished)
	m.ByEval = mapBy(results.Rows, newEvalResultModel)
	if m.IncludeContent.ValueBool() {
		m.ValueData = mapBy(results.Rows, newEvalResultContentModel)
	}
}

func newEvalResultModel(row client.EvalResult) (evalID string, model evalResultModel) {
	return row.EvalID, evalResultModel{
		ID:            types.StringValue(row.ID),
		BlockID:       types.StringPointerValue(row.BlockID),
		Status:        types.StringValue(string(row.Status)),
		Verdict:       types.StringValue(string(row.Verdict)),
		ConditionKind: types.StringPointerValue(row.ConditionKind),
		Score:         numberValue(row.Score),
		Threshold:     numberValue(row.Threshold),
		FailureCode:   types.StringPointerValue(row.FailureCode),
		Artifact:      newArtifactReferenceModel(row.Artifact),
		Timing:        newTimingModel(row.Timing),
	}
}

func newEvalResultContentModel(row client.EvalResult) (evalID string, model evalResultContentModel) {
	return row.EvalID, evalResultContentModel{
		AssertionLabel: types.StringPointerValue(row.Values.AssertionLabel),
		FailureMessage: types.StringPointerValue(row.Values.FailureMessage),
		ErrorMessage:   types.StringValue(row.ErrorMessage),
		Warnings:       stringValues(row.Values.Warnings),
		ActualValue:    types.StringPointerValue(row.Values.ActualValue),
		ExpectedValue:  types.StringPointerValue(row.Values.ExpectedValue),
		HandleInputs:   types.StringPointerValue(row.Values.HandleInputs),
		HandleOutputs:  types.StringPointerValue(row.Values.HandleOutputs),
	}
}
