package client

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/retab-dev/terraform-provider-retab/internal/client/routes"
)

// defaultMaxKeptPayloads limits the payloads, in bytes, that a list keeps for reads of single documents, which may never come.
const defaultMaxKeptPayloads = 64 << 20

// resultPageSizes are the page sizes to try: the largest one that the API accepts, and smaller ones if such a page is too
// large to read.
var resultPageSizes = []int{routes.MaxResults, 100, 10}

// resultList is the list of a run's results. The API promises one row per document; if there are more, the latest attempt
// counts.
type resultList struct {
	rows map[string]*listedResult // by document id
	// truncated reports that the run-scoped edition returned a full page, which has no cursor, so that there may be more.
	truncated bool
}

// listedResult is a row of a list.
type listedResult struct {
	ExperimentResult
	hasPayloads bool // whether its payloads are complete
}

// newResultList returns an empty list.
func newResultList() *resultList { return &resultList{rows: map[string]*listedResult{}} }

// add keeps the later of two results for the same document.
func (l *resultList) add(result *listedResult) {
	if kept, twice := l.rows[result.DocumentID]; !twice || isLater(result.ExperimentResult, kept.ExperimentResult) {
		l.rows[result.DocumentID] = result
	}
}

// isLater compares by attempt, then by creation, then by id, so that the server's order does not matter.
func isLater(one, other ExperimentResult) bool {
	return cmp.Or(
		cmp.Compare(one.Attempt, other.Attempt),
		one.Timing.Created().Compare(other.Timing.Created()),
		cmp.Compare(one.ID, other.ID),
	) > 0
}

// hasEveryDocument reports whether the list has as many documents as the run says. A run without a count cannot
// be checked.
func (l *resultList) hasEveryDocument(run ExperimentRun) bool {
	return run.HasTotal && int64(len(l.rows)) >= run.TotalDocuments && (run.TotalDocuments > 0 || len(l.rows) == 0)
}

// hasMoreThan reports whether the list has more documents than the run says, which is a contradiction.
func (l *resultList) hasMoreThan(run ExperimentRun) bool {
	return run.HasTotal && run.TotalDocuments > 0 && int64(len(l.rows)) > run.TotalDocuments
}

// isFinal reports whether the list has a final result for every document of a run that is over, and agrees with the run's
// counter of failures.
func (l *resultList) isFinal(run ExperimentRun) bool {
	failed := int64(0)
	for _, row := range l.rows {
		if !row.Status.Terminal() {
			return false
		}
		if row.Status != StatusCompleted {
			failed++
		}
	}
	return l.hasEveryDocument(run) && failed >= run.FailedDocuments
}

// selection says which rows a list keeps in full; of the others it keeps only what counts and statuses need. The zero value
// selects everything. It is comparable, so that it can be part of a listKey.
type selection struct{ documentIDs, statuses string } // sorted and joined

const selectionSeparator = "\x00" // in no id and no status

// newSelection returns a selection; nil selects every document, or every status.
func newSelection(documentIDs, statuses []string) selection {
	join := func(texts []string) string {
		if texts != nil && len(texts) == 0 {
			return selectionSeparator // selects nothing
		}
		return strings.Join(slices.Sorted(slices.Values(texts)), selectionSeparator)
	}
	return selection{join(documentIDs), join(statuses)}
}

// selector returns a function that reports whether a row is selected.
func (s selection) selector() func(row *listedResult) bool {
	set := func(joined string) map[string]bool {
		texts := map[string]bool{}
		for text := range strings.SplitSeq(joined, selectionSeparator) {
			texts[text] = true
		}
		return texts
	}
	documentIDs, statuses := set(s.documentIDs), set(s.statuses)
	return func(row *listedResult) bool {
		return (s.documentIDs == "" || documentIDs[row.DocumentID]) && (s.statuses == "" || statuses[string(row.Status)])
	}
}

// reduced returns a row with only what counts and statuses need.
func (l *listedResult) reduced() *listedResult {
	return &listedResult{ExperimentResult: ExperimentResult{
		ID: l.ID, DocumentID: l.DocumentID, Lifecycle: Lifecycle{Status: l.Status, HasError: l.HasError, Timing: Timing{CreatedAt: l.Timing.CreatedAt}},
		Attempt: l.Attempt, IsPlaceholder: l.IsPlaceholder,
	}}
}

// fetchList reads the list of a run.
func (c *Client) fetchList(ctx context.Context, key listKey) (*resultList, error) {
	if key.edition == EditionRunScoped { // no cursors, so smaller pages would not help
		list, err := c.fetchPages(ctx, key, routes.MaxResults)
		if err == nil { // prefetchList reads lists before the edition is detected
			c.edition.detect(EditionRunScoped)
		}
		return list, err
	}
	var list *resultList
	var err error
	for _, size := range resultPageSizes {
		if list, err = c.fetchPages(ctx, key, size); !errors.Is(err, ErrBodyTooLarge) {
			break
		}
	}
	return list, err
}

// fetchPages reads a list to its end.
func (c *Client) fetchPages(ctx context.Context, key listKey, size int) (*resultList, error) {
	list := newResultList()
	isSelected := key.selection.selector()
	kept := 0 // bytes of payloads
	err := eachPage(func(after string) (string, RequestInfo, error) {
		payloads := key.payloads == allPayloads || key.payloads == somePayloads && kept <= c.maxKeptPayloads
		page, info, err := c.routesOf(key.edition).Results(ctx, key.runID, size, after, payloads)
		if err != nil {
			return "", info, err
		}
		for _, row := range page.Rows {
			listed := &listedResult{row, payloads}
			if key.payloads == somePayloads {
				if kept += row.PayloadBytes(); kept > c.maxKeptPayloads {
					listed.DropPayloads()
					listed.hasPayloads = false
				}
			}
			if !isSelected(listed) {
				listed = listed.reduced()
			}
			list.add(listed)
		}
		list.truncated = key.edition == EditionRunScoped && len(page.Rows) >= size
		if key.edition == EditionRunScoped {
			return "", info, nil
		}
		return page.After, info, nil
	})
	return list, err
}
