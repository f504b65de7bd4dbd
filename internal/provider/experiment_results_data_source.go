package provider

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/provider/diagnose"
	"github.com/retab-dev/terraform-provider-retab/internal/verdict"
)

type experimentResultsConfigModel struct {
	experimentResultsModel
	waitModel
	absenceModel
	RunID          types.String `tfsdk:"run_id"`
	DocumentIDs    types.Set    `tfsdk:"document_ids"`
	Statuses       types.Set    `tfsdk:"statuses"`
	IncludeContent types.Bool   `tfsdk:"include_handle_data"`
}

// experimentResultsModel holds the results of a run and their counts.
type experimentResultsModel struct {
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

// newExperimentResultsDataSource returns a data source that reads all results of a run at once. It costs one list for any number
// of documents, so it is the better choice for more than a few.
func newExperimentResultsDataSource() datasource.DataSource {
	return newSource[experimentResultsConfigModel](noun{
		name:        "experiment_results",
		description: "Reads the results of all documents in a Retab experiment run, with counts and a summary.",
		attributes:  experimentResultsAttributes,
	})
}

func experimentResultsAttributes(ctx context.Context) map[string]schema.Attribute {
	set := func(each validator.String, description string) schema.Attribute {
		return schema.SetAttribute{
			Optional: true, ElementType: types.StringType, MarkdownDescription: description,
			Validators: []validator.Set{setvalidator.NoNullValues(), setvalidator.ValueStringsAre(each)},
		}
	}
	return mergeAttributes(waitArguments(ctx, "every document has a final status"), map[string]schema.Attribute{
		"run_id":              runIDArgument(),
		"document_ids":        set(isID, "Ids of the documents to read and count. Defaults to all documents of the run."),
		"statuses":            set(isStatus, "Statuses of the results in `by_document` and `handle_data`. Counts, `summary` and `all_*` ignore it."),
		"include_handle_data": includeHandleDataArgument(),
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
		"success_ratio":        successRatioAttribute(),
		"failed_document_ids":  computedStrings("Sorted ids of the documents of `failed_count`."),
		"missing_document_ids": computedStrings("Sorted ids of `document_ids` without a result."),
		"all_terminal":         computedBool("Whether no result can change or appear any more."),
		"all_succeeded":        computedBool("Whether every document succeeded. `false` without documents."),
	})
}

// load reads the results once or, with wait_for_completion, until every document has a final result.
func (m *experimentResultsConfigModel) load(ctx context.Context, provider *providerData, fresh bool) diag.Diagnostics {
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
			isDone:  verdict.Results.HasEnded,
			status:  func(results verdict.Results) (id, status string) { return runID, results.Progress() },
			problem: verdict.Results.Gap,
		}.readOrWait(ctx, m.waitModel, fresh)
		if m.ignores(err) {
			m.experimentResultsModel = absentExperimentResultsModel(err, documentIDs)
			return nil
		}
		if err != nil {
			return err
		}
		m.experimentResultsModel = newExperimentResultsModel(results, statuses, m.IncludeContent.ValueBool())
		if gap := results.Gap(); gap != "" {
			diags.Append(diagnose.Incomplete(gap))
		}
		return nil
	})
	return append(diags, read...)
}

// newExperimentResultsModel converts counted results. Unless statuses is nil, only rows with one of them are shown. includeContent adds
// their payloads.
func newExperimentResultsModel(results verdict.Results, statuses []string, includeContent bool) experimentResultsModel {
	failed := results.NotSucceeded()
	model := experimentResultsModel{
		Exists:             types.BoolValue(true),
		ByDocument:         map[string]experimentResultModel{},
		StatusByDocument:   map[string]types.String{},
		Summary:            types.StringValue(results.Summary()),
		DocumentCount:      types.Int64Value(results.Documents),
		ResultCount:        types.Int64Value(int64(len(results.Rows))),
		SucceededCount:     types.Int64Value(results.Succeeded),
		FailedCount:        types.Int64Value(int64(len(failed))),
		MissingCount:       types.Int64Value(results.NoResult),
		SuccessRatio:       numberValue(results.Ratio()),
		FailedDocumentIDs:  stringValues(failed),
		MissingDocumentIDs: stringValues(results.Missing),
		AllTerminal:        types.BoolValue(results.AllTerminal()),
		AllSucceeded:       types.BoolValue(results.AllSucceeded()),
	}
	if includeContent {
		model.HandleData = map[string]handleDataModel{}
	}
	counts := map[string]int64{}
	for _, status := range knownStatuses() {
		counts[status] = 0
	}
	for _, result := range results.Rows {
		status := string(result.Status)
		counts[status]++
		model.StatusByDocument[result.DocumentID] = types.StringValue(status)
		if statuses != nil && !slices.Contains(statuses, status) {
			continue
		}
		model.ByDocument[result.DocumentID] = newExperimentResultModel(*result)
		if includeContent {
			model.HandleData[result.DocumentID] = newHandleDataModel(*result)
		}
	}
	model.StatusCounts = mapValues(counts, types.Int64Value)
	return model
}

// absentExperimentResultsModel returns the object for a run that does not exist, so none of the documents has a result.
func absentExperimentResultsModel(absence error, documentIDs []string) experimentResultsModel {
	model := newExperimentResultsModel(verdict.NewResults(client.RunResults{}, documentIDs), nil, false)
	model.Exists, model.Summary = types.BoolValue(false), types.StringValue(verdict.AbsentRunSummary(absence, "", ""))
	return model
}
