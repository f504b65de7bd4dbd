package provider

import (
	"context"
	"fmt"
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
	RunID              types.String                     `tfsdk:"run_id"`
	DocumentIDs        types.Set                        `tfsdk:"document_ids"`
	Statuses           types.Set                        `tfsdk:"statuses"`
	IncludeContent     types.Bool                       `tfsdk:"include_handle_data"`
	Exists             types.Bool                       `tfsdk:"exists"`
	ByDocument         map[string]experimentResultModel `tfsdk:"by_document"`
	HandleData         map[string]handleDataModel       `tfsdk:"handle_data"`
	StatusByDocument   map[string]types.String          `tfsdk:"status_by_document"`
	StatusCounts       map[string]types.Int64           `tfsdk:"status_counts"`
	Summary            types.String                     `tfsdk:"summary"`
	DocumentCount      types.Int64                      `tfsdk:"document_count"`
	ResultCount        types.Int64                      `tfsdk:"result_count"`
	SucceededCount     types.Int64                      `tfsdk:"succeeded_count"`
	FailedCount        types.Int64                      `tfsdk:"failed_count"`
	MissingCount       types.Int64                      `tfsdk:"missing_count"`
	SuccessRatio       types.Number                     `tfsdk:"success_ratio"`
	FailedDocumentIDs  []types.String                   `tfsdk:"failed_document_ids"`
	MissingDocumentIDs []types.String                   `tfsdk:"missing_document_ids"`
	AllTerminal        types.Bool                       `tfsdk:"all_terminal"`
	AllSucceeded       types.Bool                       `tfsdk:"all_succeeded"`
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
	runID := m.RunID.ValueString()
	var documentIDs, statuses []string
	diags := m.DocumentIDs.ElementsAs(ctx, &documentIDs, false)
	diags.Append(m.Statuses.ElementsAs(ctx, &statuses, false)...)
	if diags.HasError() {
		return diags
	}
	subject := runSubject("run_id", runID)
	subject.Description = fmt.Sprintf("the results of experiment run %q", runID)
	read := provider.read(ctx, subject, m.timeout, func(ctx context.Context, api *client.Client) error {
		results, err := waiter[verdict.Results]{
			noun: "Experiment results",
			read: func(ctx context.Context, fresh bool) (verdict.Results, error) {
				all, err := api.ExperimentResults(ctx, runID, client.ResultsOptions{
					ResultOptions: client.ResultOptions{IncludeContent: m.IncludeContent.ValueBool(), Fresh: fresh},
					DocumentIDs:   documentIDs,
					Statuses:      statuses,
				})
				return verdict.NewResults(all, documentIDs), err
			},
			status: func(results verdict.Results) waitStatus {
				return waitStatus{runID, results.Progress(), results.Gap(), results.HasEnded()}
			},
		}.readOrWait(ctx, m.waitModel, fresh)
		if m.ignores(err) {
			m.set(verdict.NewResults(client.RunResults{}, documentIDs), nil)
			m.Summary, m.Exists = types.StringValue(verdict.AbsentRunSummary(err, "", "")), types.BoolValue(false)
			m.HandleData = nil
			return nil
		}
		if err != nil {
			return err
		}
		m.set(results, statuses)
		if gap := results.Gap(); gap != "" {
			diags.Append(diagnose.Incomplete(gap))
		}
		return nil
	})
	return append(diags, read...)
}

// set stores counted results. Unless statuses is nil, only rows with one of them are shown.
func (m *experimentResultsModel) set(results verdict.Results, statuses []string) {
	failed := results.NotSucceeded()
	m.Exists = types.BoolValue(true)
	m.Summary = types.StringValue(results.Summary())
	m.DocumentCount = types.Int64Value(results.Documents)
	m.ResultCount = types.Int64Value(int64(len(results.Rows)))
	m.SucceededCount = types.Int64Value(results.Succeeded)
	m.FailedCount = types.Int64Value(int64(len(failed)))
	m.MissingCount = types.Int64Value(results.NoResult)
	m.SuccessRatio = numberValue(results.Ratio())
	m.FailedDocumentIDs = stringValues(failed)
	m.MissingDocumentIDs = stringValues(results.Missing)
	m.AllTerminal = types.BoolValue(results.AllTerminal())
	m.AllSucceeded = types.BoolValue(results.AllSucceeded())
	m.ByDocument, m.StatusByDocument = map[string]experimentResultModel{}, map[string]types.String{}
	if m.IncludeContent.ValueBool() {
		m.HandleData = map[string]handleDataModel{}
	}
	counts := map[string]int64{}
	for _, status := range knownStatuses() {
		counts[status] = 0
	}
	for _, result := range results.Rows {
		status := string(result.Status)
		counts[status]++
		m.StatusByDocument[result.DocumentID] = types.StringValue(status)
		if statuses != nil && !slices.Contains(statuses, status) {
			continue
		}
		m.ByDocument[result.DocumentID] = newExperimentResultModel(*result)
		if m.IncludeContent.ValueBool() {
			m.HandleData[result.DocumentID] = newHandleDataModel(*result)
		}
	}
	m.StatusCounts = mapValues(counts, types.Int64Value)
}
