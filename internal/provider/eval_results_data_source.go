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

type evalResultsModel struct {
	waitModel
	verdict.EvalResults
	RunID          string                            `tfsdk:"run_id"`
	IncludeContent types.Bool                        `tfsdk:"include_values"`
	Summary        string                            `tfsdk:"summary"`
	AllPassed      bool                              `tfsdk:"all_passed"`
	EvalCount      int64                             `tfsdk:"eval_count"`
	ByEval         map[string]evalResultModel        `tfsdk:"by_eval"`
	ValueData      map[string]evalResultContentModel `tfsdk:"value_data"`
}

type evalResultModel struct {
	client.EvalResult
	Status client.Status `tfsdk:"status"`
	Timing client.Timing `tfsdk:"timing"`
}

// evalResultContentModel holds what can contain customer data. It is separate from the rows: see handleDataModel.
type evalResultContentModel struct {
	client.EvalValues
	ErrorMessage string `tfsdk:"error_message"`
}

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

func (m *evalResultsModel) load(ctx context.Context, provider *providerData, fresh bool) diag.Diagnostics {
	subject := &diagnose.Subject{
		Noun: "run of evals", Description: fmt.Sprintf("the results of the run of evals %q", m.RunID),
		IDs: []diagnose.ID{{Argument: "run_id", Kind: "run", Value: m.RunID}},
	}
	return provider.read(ctx, subject, m.timeout, func(ctx context.Context, api *client.Client) error {
		results, err := waiter[client.EvalResults]{
			noun: "Run of evals",
			read: func(ctx context.Context, fresh bool) (client.EvalResults, error) {
				return api.EvalResults(ctx, m.RunID, m.IncludeContent.ValueBool(), fresh)
			},
			status: func(results client.EvalResults) waitStatus { return statusOf(m.RunID, results.Run.Lifecycle) },
		}.readOrWait(ctx, m.waitModel, fresh)
		m.set(results)
		return err
	})
}

// set stores and judges the results of a run.
func (m *evalResultsModel) set(results client.EvalResults) {
	m.EvalResults = verdict.NewEvalResults(results)
	m.Summary = m.EvalResults.Summary()
	m.AllPassed = m.WhyNotPassed() == ""
	m.EvalCount = results.Run.Total
	m.ByEval = mapBy(results.Rows, func(row client.EvalResult) (evalID string, model evalResultModel) {
		return row.EvalID, evalResultModel{row, row.Status, row.Timing}
	})
	if m.IncludeContent.ValueBool() {
		m.ValueData = mapBy(results.Rows, func(row client.EvalResult) (evalID string, model evalResultContentModel) {
			return row.EvalID, evalResultContentModel{row.Values, row.ErrorMessage}
		})
	}
}
