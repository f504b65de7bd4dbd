package provider

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
)

// experimentResultsModel is what is said of the results of a run.
type experimentResultsModel struct {
	ByDocument         map[string]experimentResultModel `tfsdk:"by_document"`
	HandleData         map[string]handleDataModel       `tfsdk:"handle_data"`
	StatusByDocument   map[string]types.String          `tfsdk:"status_by_document"`
	StatusCounts       map[string]types.Int64           `tfsdk:"status_counts"`
	TotalCount         types.Int64                      `tfsdk:"total_count"`
	FailedDocumentIDs  []types.String                   `tfsdk:"failed_document_ids"`
	MissingDocumentIDs []types.String                   `tfsdk:"missing_document_ids"`
	AllTerminal        types.Bool                       `tfsdk:"all_terminal"`
	AllSucceeded       types.Bool                       `tfsdk:"all_succeeded"`
}

func experimentResultsAttributes() map[string]schema.Attribute {
	ids := func(description string) schema.Attribute {
		return schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description}
	}
	return map[string]schema.Attribute{
		"by_document": schema.MapNestedAttribute{
			Computed: true, NestedObject: schema.NestedAttributeObject{Attributes: experimentResultAttributes()},
			MarkdownDescription: "The results, by document id. `values(….by_document)` lists them, sorted by document id.",
		},
		"handle_data": schema.MapNestedAttribute{
			Computed: true, Sensitive: true, NestedObject: schema.NestedAttributeObject{Attributes: handleDataAttributes()},
			MarkdownDescription: "The JSON payloads of the handles of the same results, by document id. Null unless `include_handle_data = true`.",
		},
		"status_by_document": schema.MapAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: "The status of every document that has a result, by document id.",
		},
		"status_counts": schema.MapAttribute{
			Computed: true, ElementType: types.Int64Type,
			MarkdownDescription: "How many results have each status. The six known statuses are always there, with `0` if need be; others when they occur.",
		},
		"total_count": computedInt64("How many results there are."),
		"failed_document_ids": ids(
			"Ids of the documents whose result is final and did not succeed, sorted."),
		"missing_document_ids": ids(
			"Ids of `document_ids` that the run has no result for, sorted. Empty when `document_ids` is not set."),
		"all_terminal": computedBool(
			"Whether nothing can change any more: every document has a final result, or the run is over. A run that was cancelled can leave results behind that never become final."),
		"all_succeeded": computedBool(
			"Whether every document has a result that succeeded. `false` for a run without documents, and when one is missing."),
	}
}

// resultsSummary is the results that a read is about, and what is said of them together.
type resultsSummary struct {
	run          client.ExperimentRun
	results      []*client.ExperimentResult // sorted by document id
	missing      []string                   // sorted
	failed       []string                   // sorted
	ended        int
	documents    int // how many the read is about, with a result or without
	allTerminal  bool
	allSucceeded bool
}

// summarize judges the results of a run, or those of some documents when there are any. A run is asked how many
// documents it has, since its list may not have all of them yet: what is not there has neither ended nor succeeded.
func summarize(all client.RunResults, documentIDs []string) resultsSummary {
	summary := resultsSummary{run: all.Run, results: all.Results}
	outstanding := int(all.Run.TotalDocuments) - len(all.Results)
	if documentIDs != nil {
		awaited := map[string]bool{}
		for _, id := range documentIDs {
			awaited[id] = true
		}
		summary.results = nil
		for _, result := range all.Results {
			if awaited[result.DocumentID] {
				summary.results = append(summary.results, result)
				delete(awaited, result.DocumentID)
			}
		}
		summary.missing = slices.Sorted(maps.Keys(awaited))
		outstanding = len(awaited)
	}
	summary.documents = len(summary.results) + max(0, outstanding)
	succeeded := 0
	for _, result := range summary.results {
		switch {
		case result.Succeeded():
			succeeded++
		case result.Status.Terminal():
			summary.failed = append(summary.failed, result.DocumentID)
		}
		if result.Status.Terminal() {
			summary.ended++
		}
	}
	// A run that does not say how many documents it has tells nothing of those that are to come, until it is over.
	complete := outstanding <= 0 && (documentIDs != nil || all.Run.TotalDocuments > 0 || all.Run.Status.Terminal())
	summary.allTerminal = all.Run.Status.Terminal() || complete && summary.ended == len(summary.results) && len(summary.results) > 0
	summary.allSucceeded = complete && succeeded > 0 && succeeded == len(summary.results)
	return summary
}

// words say how far a run is.
func (s resultsSummary) words() string {
	return fmt.Sprintf("%s: %d of %d documents have ended", s.run.Status, s.ended, s.documents)
}

// knownStatuses are the statuses the vendor has published.
func knownStatuses() []string {
	return []string{
		string(client.StatusPending), string(client.StatusQueued), string(client.StatusRunning),
		string(client.StatusCompleted), string(client.StatusError), string(client.StatusCancelled),
	}
}

// newExperimentResultsModel converts a summary; statuses, when there are any, say which rows to show, and handleData
// whether with their payloads.
func newExperimentResultsModel(summary resultsSummary, statuses []string, handleData bool) experimentResultsModel {
	model := experimentResultsModel{
		ByDocument:         map[string]experimentResultModel{},
		StatusByDocument:   map[string]types.String{},
		StatusCounts:       map[string]types.Int64{},
		TotalCount:         types.Int64Value(int64(len(summary.results))),
		FailedDocumentIDs:  stringValues(summary.failed),
		MissingDocumentIDs: stringValues(summary.missing),
		AllTerminal:        types.BoolValue(summary.allTerminal),
		AllSucceeded:       types.BoolValue(summary.allSucceeded),
	}
	if handleData {
		model.HandleData = map[string]handleDataModel{}
	}
	counts := map[string]int64{}
	for _, status := range knownStatuses() {
		counts[status] = 0
	}
	for _, result := range summary.results {
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
