package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// resultPageSizes are the page sizes to try: the largest one that the API accepts, and smaller ones if such a page is
// too large to read.
var resultPageSizes = []int{maxResultsPage, 100, 10}

// resultList is the list of a run's results. The API promises one row per document; if there are more, the latest
// attempt counts.
type resultList struct {
	rows        map[string]*ExperimentResult // by document id in Unicode form NFC, as Terraform compares ids
	requestedAt moment
	// isCut reports that the list may go on beyond its last page: it has as many rows as the run-scoped edition can
	// list, or says itself that there are more.
	isCut bool
	// hasAttempts reports that a document has more than one row, or a row that is not of the first attempt.
	hasAttempts bool
}

// row returns the row of a document, nil if the list has none.
func (l *resultList) row(documentID string) *ExperimentResult {
	return l.rows[Identity(documentID)]
}

// add keeps the later of two results for the same document. Two documents whose ids Terraform cannot tell apart are
// an error.
func (l *resultList) add(result *ExperimentResult) error {
	id := Identity(result.DocumentID)
	kept := l.rows[id]
	if kept != nil && kept.DocumentID != result.DocumentID {
		return &SameIDError{Member: "document_id", IDs: [2]string{kept.DocumentID, result.DocumentID}}
	}
	if kept != nil && (kept.IsAttemptUnread || result.IsAttemptUnread) {
		return fmt.Errorf("attempt is not a whole number, and document_id %q has more than one row", result.DocumentID)
	}
	l.hasAttempts = l.hasAttempts || kept != nil || result.Attempt > 0
	if kept == nil || isLater(result, kept) {
		l.rows[id] = result
	}
	return nil
}

// isLater compares by attempt, then by creation, then by id, so that the server's order does not matter. Of the same row twice, the
// one that is not completed counts, since success needs both.
func isLater(one, other *ExperimentResult) bool {
	order := cmp.Or(
		cmp.Compare(one.Attempt, other.Attempt),
		one.Timing.Created().Compare(other.Timing.Created()),
		cmp.Compare(one.ID, other.ID),
	)
	return order > 0 || order == 0 && other.Status == StatusCompleted && one.Status != StatusCompleted
}

// decidesNothing reports whether a later attempt of any document may be beyond the end of the list.
func (l *resultList) decidesNothing() bool { return l.isCut && l.hasAttempts }

// isPartial reports whether documents of the run may be beyond the end of the list.
func (l *resultList) isPartial(run ExperimentRun) bool {
	return l.isCut && (l.hasAttempts || !l.hasEveryDocument(run))
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

// isFinal reports whether the list has a final result for every document of a run that is over, and agrees with the
// run's counter of failures.
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

// textBytes estimates the memory of the list.
func (l *resultList) textBytes() (bytes int) {
	for _, row := range l.rows {
		bytes += 1<<10 + row.PayloadBytes()
	}
	return bytes
}

// listQuery is the query of a [cacheKey] for the list of a run.
type listQuery struct{ includeContent bool }

// results returns the list of a run. If mayFetch is false, it returns only a list that is there or requested already.
func (c *Client) results(
	ctx context.Context, edition Edition, runID string, includeContent bool, needs freshness, isFinal func(*resultList) bool, mayFetch bool,
) (*resultList, error) {
	key := cacheKey{edition: edition, object: runID, query: listQuery{includeContent}}
	read := func(ctx context.Context) (*resultList, error) {
		return c.readResults(ctx, edition, runID, includeContent)
	}
	if !mayFetch {
		read = nil
	}
	return cached(ctx, c.cache, key, needs, isFinal, read)
}

// readResults reads the list of a run from the server, with smaller pages if the largest are too large. The
// run-scoped edition has no cursors, so smaller pages would not help there.
func (c *Client) readResults(ctx context.Context, edition Edition, runID string, includeContent bool) (list *resultList, err error) {
	for _, size := range resultPageSizes {
		list, err = c.readResultPages(ctx, edition, runID, includeContent, size)
		if edition == EditionRunScoped || !errors.Is(err, ErrBodyTooLarge) {
			break
		}
	}
	return list, err
}

func (c *Client) readResultPages(ctx context.Context, edition Edition, runID string, includeContent bool, size int) (*resultList, error) {
	list := &resultList{rows: map[string]*ExperimentResult{}, requestedAt: c.cache.now()}
	rows := 0
	err := eachPage(func(after string) (string, RequestInfo, error) {
		page, info, err := c.getResults(ctx, edition, runID, size, after, includeContent)
		if err != nil {
			return "", info, err
		}
		for _, row := range page.Rows {
			if err := list.add(&row); err != nil {
				return "", info, unusableAnswer(info, err)
			}
		}
		rows += len(page.Rows)
		if edition == EditionRunScoped {
			page.After = ""
			list.isCut = len(page.Rows) >= size
		}
		list.isCut = list.isCut || page.After == "" && page.GoesOn(rows, size)
		return page.After, info, nil
	})
	return list, err
}

// getResults reads the page of a run's results that follows a cursor, the first page for "".
func (c *Client) getResults(ctx context.Context, edition Edition, runID string, limit int, after string, includeContent bool) (page[ExperimentResult], RequestInfo, error) {
	request := resultsRoute.request(edition, values{"run_id": runID}, values{"limit": strconv.Itoa(limit), "after": after})
	return getPage(ctx, c, request, func(body io.Reader) ([]ExperimentResult, wire.Page, error) {
		return c.decoder.Results(body, includeContent)
	}, func(row ExperimentResult) error { return verifyRun(runIDName(edition), runID, row.RunID) })
}

// verifyRun returns an [OtherRunError] for a result of another run than the requested one. name is the member that names the run.
func verifyRun(name, requested, answered string) error {
	if err := wire.VerifyIDs(wire.IDMatch{Name: name, Requested: requested, Answered: answered}); err != nil {
		return OtherRunError{err}
	}
	return nil
}

// runIDName returns the name that an edition has for the id of the run of a result.
func runIDName(edition Edition) string {
	if edition == EditionFlat {
		return "experiment_run_id"
	}
	return "run_id"
}
