package provider

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/verdict"
)

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

func experimentResultsAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"exists": computedBool("Whether the run exists."),
		"by_document": schema.MapNestedAttribute{
			Computed: true, NestedObject: schema.NestedAttributeObject{Attributes: experimentResultAttributes()},
			MarkdownDescription: "Results, by document id.",
		},
		"handle_data": schema.MapNestedAttribute{
			Computed: true, Sensitive: true, NestedObject: schema.NestedAttributeObject{Attributes: handleDataAttributes()},
			MarkdownDescription: "Payloads of the handles, by document id. Null without `include_handle_data`.",
		},
		"status_by_document": computedStringMap("Status of every result, by document id."),
		"status_counts": schema.MapAttribute{
			Computed: true, ElementType: types.Int64Type,
			MarkdownDescription: "Number of results by status, also `0`. Documents without a result are not counted.",
		},
		"summary": computedString(
			"The outcome in sentences. Names at most ten documents."),
		"document_count": computedInt64(
			"Number of documents of the run, or of `document_ids`. `0` if unknown."),
		"result_count":    computedInt64("Number of documents with a result."),
		"succeeded_count": computedInt64("Number of documents that succeeded."),
		"failed_count":    computedInt64("Number of documents with a final result that did not succeed."),
		"missing_count":   computedInt64("Number of documents without a result."),
		"success_ratio":   successRatioAttribute(),
		"failed_document_ids": computedStrings(
			"Sorted ids of the documents of `failed_count`."),
		"missing_document_ids": computedStrings(
			"Sorted ids of `document_ids` without a result."),
		"all_terminal": computedBool(
			"Whether no result can change or appear any more."),
		"all_succeeded": computedBool(
			"Whether every document succeeded. `false` without documents."),
	}
}

// knownStatuses are the statuses the vendor has published.
func knownStatuses() []string {
	return []string{
		string(client.StatusPending), string(client.StatusQueued), string(client.StatusRunning),
		string(client.StatusCompleted), string(client.StatusError), string(client.StatusCancelled),
	}
}

// newExperimentResultsModel converts counted results. Unless statuses is nil, only rows with one of them are shown. handleData adds
// their payloads.
func newExperimentResultsModel(results verdict.Results, statuses []string, handleData bool) experimentResultsModel {
	failed := results.NotSucceeded()
	model := experimentResultsModel{
		Exists:             types.BoolValue(true),
		ByDocument:         map[string]experimentResultModel{},
		StatusByDocument:   map[string]types.String{},
		StatusCounts:       map[string]types.Int64{},
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
	if handleData {
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
		row := newExperimentResultModel(*result)
		model.ByDocument[result.DocumentID] = row
		if handleData {
			model.HandleData[result.DocumentID] = newHandleDataModel(*result)
		}
	}
	for status, count := range counts {
		model.StatusCounts[status] = types.Int64Value(count)
	}
	return model
}

// absentExperimentResultsModel returns the object for a run that does not exist, so none of the documents has a result.
func absentExperimentResultsModel(absence error, documentIDs []string) experimentResultsModel {
	model := newExperimentResultsModel(verdict.NewResults(client.RunResults{}, documentIDs), nil, false)
	model.Exists, model.Summary = types.BoolValue(false), types.StringValue(verdict.AbsentRunSummary(absence, "", ""))
	return model
}

func stringValues(texts []string) []types.String {
	values := make([]types.String, len(texts))
	for i, text := range texts {
		values[i] = types.StringValue(text)
	}
	return values
}
