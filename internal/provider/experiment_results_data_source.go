package provider

import (
	"context"
	"fmt"
	"math/big"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/provider/diagnose"
	"github.com/retab-dev/terraform-provider-retab/internal/verdict"
)

// experimentResultsModel holds the results of a run and their counts.
type experimentResultsModel struct {
	waitModel
	absenceModel
	verdict.Results
	RunID            string                           `tfsdk:"run_id"`
	DocumentIDs      []string                         `tfsdk:"document_ids"`
	Statuses         []string                         `tfsdk:"statuses"`
	IncludeContent   types.Bool                       `tfsdk:"include_handle_data"`
	Exists           bool                             `tfsdk:"exists"`
	ByDocument       map[string]experimentResultModel `tfsdk:"by_document"`
	HandleData       map[string]handleDataModel       `tfsdk:"handle_data"`
	StatusByDocument map[string]client.Status         `tfsdk:"status_by_document"`
	StatusCounts     map[string]int64                 `tfsdk:"status_counts"`
	Summary          string                           `tfsdk:"summary"`
	ResultCount      int                              `tfsdk:"result_count"`
	FailedCount      int                              `tfsdk:"failed_count"`
	SuccessRatio     *big.Float                       `tfsdk:"success_ratio"`
	AllTerminal      bool                             `tfsdk:"all_terminal"`
	AllSucceeded     bool                             `tfsdk:"all_succeeded"`
}

// experimentResultsNoun is retab_experiment_results: all results of a run. It costs one list for any number of
// documents, so it is the better choice for more than a few.
var experimentResultsNoun = noun{
	name:        "experiment_results",
	description: "Reads the results of all documents in a Retab experiment run, with counts and a summary.",
	newModel:    func() loadable { return &experimentResultsModel{} },
	attributes:  experimentResultsAttributes,
}

func experimentResultsAttributes(ctx context.Context) attributeMap {
	set := func(each validator.String, description string) schema.Attribute {
		return schema.SetAttribute{
			Optional: true, ElementType: types.StringType, MarkdownDescription: description,
			Validators: []validator.Set{setvalidator.NoNullValues(), setvalidator.ValueStringsAre(each)},
		}
	}
	return mergeAttributes(waitArguments(ctx, "every document has a final status"), attributeMap{
		"run_id":       requiredID("Id of the run, such as `exprun_2`."),
		"document_ids": set(isID, "Ids of the documents to read and count. Defaults to all documents of the run."),
		"statuses": set(isStatus,
			"Statuses of the results in `by_document` and `handle_data`. Counts, `summary` and `all_*` ignore it."),
		"include_handle_data": optionalBool("Whether to read payloads into `handle_data`. Defaults to `false`."),
		"ignore_not_found":    ignoreNotFoundArgument("run"),
		"exists":              computedBool("Whether the run exists."),
		"by_document":         computedObjectMap("Results, by document id.", experimentResultAttributes()),
		"handle_data":         sensitiveObjectMap("Payloads of the handles, by document id. Null without `include_handle_data`.", handleDataAttributes()),
		"status_by_document":  computedStringMap("Status of every result, by document id."),
		"status_counts": schema.MapAttribute{
			Computed: true, ElementType: types.Int64Type,
			MarkdownDescription: "Number of results by status, also `0`. Documents without a result are not counted.",
		},
		"summary":              computedString("The outcome in sentences. Names at most ten documents."),
		"document_count":       computedInt64("Number of documents of the run, or of `document_ids`. `0` if unknown."),
		"result_count":         computedInt64("Number of documents with a result."),
		"succeeded_count":      computedInt64("Number of documents that succeeded."),
		"failed_count":         computedInt64("Number of documents with a final result that did not succeed."),
		"missing_count":        computedInt64("Number of documents without a result."),
		"success_ratio":        computedNumber("`succeeded_count / document_count`, or null if not known."),
		"failed_document_ids":  computedStrings("Sorted ids of the documents of `failed_count`."),
		"missing_document_ids": computedStrings("Sorted ids of `document_ids` without a result."),
		"all_terminal":         computedBool("Whether no result can change or appear any more."),
		"all_succeeded":        computedBool("Whether every document succeeded. `false` without documents."),
	})
}

// load reads the results once or, with wait_for_completion, until every document has a final result.
func (m *experimentResultsModel) load(ctx context.Context, provider *providerData, fresh bool) diag.Diagnostics {
	subject := runSubject("run_id", m.RunID)
	subject.Description = fmt.Sprintf("the results of experiment run %q", m.RunID)
	diags := provider.read(ctx, subject, m.timeout, func(ctx context.Context, api *client.Client) error {
		results, err := waiter[verdict.Results]{
			noun: "Experiment results",
			read: func(ctx context.Context, fresh bool) (verdict.Results, error) {
				all, err := api.ExperimentResults(ctx, m.RunID, client.ResultsOptions{
					ResultOptions: client.ResultOptions{IncludeContent: m.IncludeContent.ValueBool(), Fresh: fresh},
					DocumentIDs:   m.DocumentIDs,
					Statuses:      m.Statuses,
				})
				return verdict.NewResults(all, m.DocumentIDs), err
			},
			status: func(results verdict.Results) waitStatus {
				return waitStatus{m.RunID, results.Progress(), results.Gap(), results.HasEnded()}
			},
		}.readOrWait(ctx, m.waitModel, fresh)
		if m.ignores(err) {
			m.set(verdict.NewResults(client.RunResults{}, m.DocumentIDs))
			m.Summary, m.Exists, m.HandleData = verdict.AbsentRunSummary(err, "", ""), false, nil
			return nil
		}
		m.set(results)
		return err
	})
	if gap := m.Gap(); gap != "" {
		return append(diag.Diagnostics{diagnose.Incomplete(gap)}, diags...)
	}
	return diags
}

// set stores counted results. Only the rows with a requested status are shown.
func (m *experimentResultsModel) set(results verdict.Results) {
	m.Results = results
	m.Exists, m.Summary, m.SuccessRatio = true, results.Summary(), results.Ratio()
	m.ResultCount, m.FailedCount = len(results.Rows), len(results.NotSucceeded)
	m.AllTerminal, m.AllSucceeded = results.AllTerminal(), results.AllSucceeded()
	m.ByDocument, m.StatusByDocument = map[string]experimentResultModel{}, map[string]client.Status{}
	if m.IncludeContent.ValueBool() {
		m.HandleData = map[string]handleDataModel{}
	}
	m.StatusCounts = map[string]int64{}
	for _, status := range knownStatuses() {
		m.StatusCounts[status] = 0
	}
	for _, result := range results.Rows {
		m.StatusCounts[string(result.Status)]++
		m.StatusByDocument[result.DocumentID] = result.Status
		if m.Statuses != nil && !slices.Contains(m.Statuses, string(result.Status)) {
			continue
		}
		row := newExperimentResultModel(result)
		m.ByDocument[result.DocumentID] = row
		if m.HandleData != nil {
			m.HandleData[result.DocumentID] = newHandleDataModel(row)
		}
	}
}
