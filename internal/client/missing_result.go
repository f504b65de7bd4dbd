package client

import (
	"context"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/poll"
)

// diagnoseNotFound finds out why a read did not find a result. notFound is the error of the route that did not find it, nil if a
// list lacks it. The text of a 404 proves nothing: a gateway, a wrong base URL and a missing route answer 404 as well.
//
//  1. The run does not exist: see asRunNotFound.
//  2. The list of the run, no older than the run's end, has the result: that is the result.
//  3. The list is longer than the API can list, and the 404 may be that of a missing route: undecided.
//  4. The run is not over: there is no result yet.
//  5. The run is over and its list has as many results as the run says: the document is not part of the run.
//  6. The list is longer than the API can list, or has more results than the run says: undecided.
//  7. The run was completed, but its list is shorter: undecided, even after some more reads.
//  8. The run was cancelled or failed, so its list may stay shorter: after a pause and a second read, the document is not part
//     of it.
func (r resultRead) diagnoseNotFound(ctx context.Context, edition Edition, notFound error) (ExperimentResult, error) {
	state, err := r.client.runState(ctx, edition, r.runID)
	if err != nil {
		return ExperimentResult{}, r.client.asRunNotFound(ctx, edition, err, r.runID, r.documentID)
	}
	return r.diagnoseNotFoundIn(ctx, edition, state, notFound)
}

// diagnoseNotFoundIn is diagnoseNotFound for a run that was read.
func (r resultRead) diagnoseNotFoundIn(ctx context.Context, edition Edition, state runState, notFound error) (ExperimentResult, error) {
	notBefore := r.notBefore
	if state.run.Status.Terminal() && state.seenAt.After(notBefore) {
		notBefore = state.seenAt
	}
	key := r.listKey(edition, false)
	if row, ok := r.client.lists.lookup(key, r.documentID, notBefore); ok {
		return r.fromListedRow(ctx, edition, row)
	}
	for attempt := 0; ; attempt++ {
		list, err := r.client.lists.get(ctx, key, notBefore)
		switch {
		case mayBeOtherEdition(err) && notFound != nil:
			return ExperimentResult{}, notFound // neither route exists, so nothing is decided
		case err != nil:
			return ExperimentResult{}, err
		}
		if row := list.rows[r.documentID]; row != nil {
			return r.fromListedRow(ctx, edition, row)
		}
		if verdict := r.verdict(state, list, attempt, notFound); verdict != nil {
			return ExperimentResult{}, verdict
		}
		if err := r.client.pauseForShortList(ctx, state.run, attempt); err != nil {
			return ExperimentResult{}, transport.NewWaitError(err, nil)
		}
		notBefore = time.Now()
	}
}

// verdict returns the error for a document that the list of its run lacks, nil if the list must be read again.
func (r resultRead) verdict(state runState, list *resultList, attempt int, notFound error) error {
	run := state.run
	isTruncated := list.truncated && !list.hasEveryDocument(run) // it was not read to its end
	absent := &AbsentError{RequestInfo: state.info, RunID: r.runID, DocumentID: r.documentID, Run: run, Reason: RunOver}
	undecided := &IncompleteListError{
		RequestInfo: state.info, RunID: r.runID, DocumentID: r.documentID, Run: run, Results: len(list.rows), Truncated: isTruncated,
	}
	switch {
	case isTruncated && !isAPINotFound(notFound):
		return undecided
	case !run.Status.Terminal():
		absent.Reason = RunActive
		return absent
	case list.hasMoreThan(run), isTruncated:
		return undecided
	case list.hasEveryDocument(run):
		return absent
	case r.mayReadAgain(run, attempt):
		return nil
	case run.Status == StatusCompleted:
		return undecided
	default:
		return absent
	}
}

// mayReadAgain reports whether the short list of a run that is over is read again. The caller of a poll repeats it.
func (r resultRead) mayReadAgain(run ExperimentRun, attempt int) bool {
	if run.Status == StatusCompleted {
		return attempt < shortListRetries && !r.options.Poll
	}
	return attempt == 0
}

const (
	// shortListRetries is how many times a short list of a completed run is read again, because rows may come a moment later
	// than the end of the run: in all, after 0, 1, 3 and 7 seconds. That of another run is read again once, after a second.
	shortListRetries = 4
	// firstShortListPause is the pause before the second retry; it doubles each time. The first retry has no pause, because the
	// list may have been read before the run ended.
	firstShortListPause = time.Second
)

// pauseForShortList pauses before a short list is read again. It returns the context's error.
func (c *Client) pauseForShortList(ctx context.Context, run ExperimentRun, attempt int) error {
	if run.Status != StatusCompleted { // the only retry decides
		attempt++
	}
	if attempt == 0 {
		return ctx.Err()
	}
	return poll.Sleep(ctx, c.shortListPause<<(attempt-1))
}
