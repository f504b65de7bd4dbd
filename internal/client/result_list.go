package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
	"github.com/retab-dev/terraform-provider-retab/internal/poll"
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
func (l *resultList) row(documentID string) *ExperimentResult { return l.rows[Identity(documentID)] }

// add keeps the later of two results for the same document. Two documents whose ids Terraform cannot tell apart are
// an error.
func (l *resultList) add(result *ExperimentResult) error {
	id := Identity(result.DocumentID)
	kept := l.rows[id]
	if kept != nil && kept.DocumentID != result.DocumentID {
		return fmt.Errorf("document_id is %+q in one row and %+q in another, which Terraform cannot tell apart", kept.DocumentID, result.DocumentID)
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
		one.created().Compare(other.created()),
		cmp.Compare(one.ID, other.ID),
	)
	return order > 0 || order == 0 && other.Status == StatusCompleted && one.Status != StatusCompleted
}

// latest returns the row of a document, nil if a later attempt of any document may be beyond the end of the list.
func (l *resultList) latest(documentID string) *ExperimentResult {
	if l.isCut && l.hasAttempts {
		return nil
	}
	return l.row(documentID)
}

// isPartial reports whether documents of the run may be beyond the end of the list.
func (l *resultList) isPartial(run ExperimentRun) bool {
	return l.isCut && (l.hasAttempts || !l.hasEveryDocument(run))
}

// hasEveryDocument reports whether the list has as many documents as the run says. A run without a count cannot
// be checked.
func (l *resultList) hasEveryDocument(run ExperimentRun) bool {
	return run.HasTotal && int64(len(l.rows)) >= run.TotalDocuments && (run.TotalDocuments > 0 || len(l.rows) == 0)
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

func (c *Client) results(
	ctx context.Context, edition Edition, runID string, content bool, needs freshness, isFinal func(*resultList) bool,
) (*resultList, error) {
	list := list[wire.ExperimentResult, ExperimentResult]{
		request: resultsRoute.request(edition, values{"run_id": runID}, nil).about(runID, ""),
		convert: checked(convertResult, func(result ExperimentResult) error {
			return verifyRun(runIDNames[edition], runID, result.RunID)
		}),
	}
	list.request.content = content
	read := func(ctx context.Context) (results *resultList, err error) {
		for _, list.size = range resultPageSizes {
			results, err = c.readResults(ctx, edition, list)
			if edition == EditionRunScoped || !errors.Is(err, transport.ErrBodyTooLarge) { // no cursors, so smaller pages do not help
				break
			}
		}
		return results, err
	}
	return cached(ctx, c.cache, list.request.key(), needs, isFinal, read)
}

// readResults reads the list of a run from the server. In the run-scoped edition it has one page.
func (c *Client) readResults(ctx context.Context, edition Edition, list list[wire.ExperimentResult, ExperimentResult]) (*resultList, error) {
	results := &resultList{rows: map[string]*ExperimentResult{}, requestedAt: c.cache.now()}
	rows := 0
	err := list.eachPage(ctx, c, func(page page[ExperimentResult]) (bool, error) {
		for _, row := range page.Rows {
			if err := results.add(&row); err != nil {
				return false, err
			}
		}
		rows += len(page.Rows)
		isLast := edition == EditionRunScoped || page.After == ""
		results.isCut = isLast && page.GoesOn(rows, list.size) || edition == EditionRunScoped && len(page.Rows) >= list.size
		return isLast, nil
	})
	return results, err
}

// verifyRun returns an [OtherRunError] for a result of another run than the requested one. name is the member that names the run.
func verifyRun(name, requested, answered string) error {
	if err := verifyIDs(idMatch{name, requested, answered}); err != nil {
		return OtherRunError{err}
	}
	return nil
}

// runIDNames are the names that the editions have for the id of the run of a result.
var runIDNames = map[Edition]string{EditionRunScoped: "run_id", EditionFlat: "experiment_run_id"}

// shortListPauses are the pauses before the short list of a completed run is read again, because rows may come a
// moment later than the end of the run. There is none before the first, because the list may have been read before
// the run ended.
var shortListPauses = []int{0, 1, 2, 4} // times Client.shortListPause

// rereadShortList reads the list of a finished run again while the list is short: a few times for a completed run, and
// once, after a pause, for any other run, whose list may stay short. At the deadline, it returns the short list.
func (c *Client) rereadShortList(
	ctx context.Context, run ExperimentRun, list *resultList,
	read func(ctx context.Context, needs freshness) (*resultList, error), isShort func(*resultList) bool,
) (*resultList, error) {
	pauses := shortListPauses
	if run.Status != StatusCompleted {
		pauses = pauses[1:2]
	}
	for _, factor := range pauses {
		if !run.Status.Terminal() || !isShort(list) || poll.Sleep(ctx, time.Duration(factor)*c.shortListPause) != nil {
			break
		}
		var err error
		if list, err = read(ctx, c.cache.freshnessOf(true)); err != nil {
			return nil, err
		}
	}
	return list, nil //nolint:nilerr // at the deadline, the short list says more
}

// directReads is the number of documents of a run that are read one by one. A list of up to 1000 rows takes little
// longer than one result, so from the next document on the list of the run costs less.
const directReads = 4

// listPolicy decides whether a result is read from the list of its run. It counts the documents of each run that were
// requested. A wait reads one document many times, so reads do not count.
type listPolicy struct {
	useList   sync.Map // by run: true once its list was read, false once the list cannot replace single reads
	mu        sync.Mutex
	documents map[string][]string // by run, at most directReads of each
}

// count counts a document, and returns whether the list of its run should be read instead.
func (p *listPolicy) count(runID, documentID string) bool {
	if useList, isDecided := p.useList.Load(runID); isDecided {
		return useList == true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	documents := p.documents[runID]
	isDirect := slices.Contains(documents, documentID)
	if !isDirect && len(documents) < directReads {
		p.documents[runID], isDirect = append(documents, documentID), true
	}
	return !isDirect
}
