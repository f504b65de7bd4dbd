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
		"by_document": schema.MapNestedAttribute{
			Computed: true, NestedObject: schema.NestedAttributeObject{Attributes: experimentResultAttributes()},
			MarkdownDescription: "The results, by document id. `values(….by_document)` lists them, sorted by document id.",
		},
		"handle_data": schema.MapNestedAttribute{
			Computed: true, Sensitive: true, NestedObject: schema.NestedAttributeObject{Attributes: handleDataAttributes()},
			MarkdownDescription: "The JSON payloads of the handles of the same results, by document id. Null unless `include_handle_data = true`.",
		},
		"status_by_document": computedStringMap("The status of every document that has a result, by document id."),
		"status_counts": schema.MapAttribute{
			Computed: true, ElementType: types.Int64Type,
			MarkdownDescription: "Number of results by status. Counts results, not documents: a document without a result is not in it, so use `success_ratio` for a ratio. " +
				"The six known statuses are always present.",
		},
		"summary": computedString(
			"The outcome in one or a few sentences, for messages, such as `3 of 100 documents failed: expdoc_1, expdoc_2, expdoc_3.` Names at most ten documents. Never null."),
		"document_count": computedInt64(
			"Number of documents, by the run's own count. `0` when the API does not say. With `document_ids`, the number of those."),
		"result_count":    computedInt64("Number of documents that have a result, whatever its status. `document_count` is greater while results are missing."),
		"succeeded_count": computedInt64("Number of documents whose result succeeded."),
		"failed_count":    computedInt64("Number of documents whose result is final and did not succeed."),
		"missing_count":   computedInt64("Number of documents without a result."),
		"success_ratio":   successRatioAttribute("Also null when the run and its list contradict each other, and when the run does not say how many documents it has."),
		"failed_document_ids": computedStrings(
			"Ids of the documents whose result is final and did not succeed, sorted."),
		"missing_document_ids": computedStrings(
			"Ids of `document_ids` that the run has no result for, sorted. Empty when `document_ids` is not set."),
		"all_terminal": computedBool(
			"Whether no result can change or appear any more: every document has a final result, or the run was cancelled or failed. " +
				"`false` for a completed run as long as its list is incomplete, or is not known to be complete because the run does not say how many documents it has."),
		"all_succeeded": computedBool(
			"Whether every document has a result that succeeded. `false` for a run without documents, and when the run and its list contradict each other."),
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

func stringValues(texts []string) []types.String {
	values := make([]types.String, len(texts))
	for i, text := range texts {
		values[i] = types.StringValue(text)
	}
	return values
}
