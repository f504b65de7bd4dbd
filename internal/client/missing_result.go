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
//  3. The run is not over: there is no result yet.
//  4. The run is over and its list has as many results as the run says: the document is not part of the run.
//  5. The list is longer than the API can list: undecided.
//  6. The run was completed, but its list is shorter: undecided, even after some more reads.
//  7. The run was cancelled or failed, so its list may stay shorter: after a second read, the document is not part of it.
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
	if state.run.Status.Terminal() && (!r.options.Poll || state.seenAt.After(notBefore)) {
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
		if verdict := r.verdict(state, list, attempt); verdict != nil {
			return ExperimentResult{}, verdict
		}
		if err := r.client.pauseForShortList(ctx, attempt); err != nil {
			return ExperimentResult{}, transport.NewWaitError(err, nil)
		}
		notBefore = time.Now()
	}
}

// verdict returns the error for a document that the list of its run lacks, nil if the list must be read again.
func (r resultRead) verdict(state runState, list *resultList, attempt int) error {
	run := state.run
	absent := &AbsentError{RequestInfo: state.info, RunID: r.runID, DocumentID: r.documentID, Run: run, Reason: RunOver}
	undecided := &IncompleteListError{
		RequestInfo: state.info, RunID: r.runID, DocumentID: r.documentID, Run: run, Results: len(list.rows), Truncated: list.truncated,
	}
	switch {
	case !run.Status.Terminal():
		absent.Reason = RunActive
		return absent
	case list.hasEveryDocument(run):
		return absent
	case list.truncated: // it was not read to its end
		return undecided
	case run.Status != StatusCompleted && attempt > 0:
		return absent
	case run.Status == StatusCompleted && (attempt == shortListRetries || r.options.Poll):
		return undecided
	default:
		return nil
	}
}

const (
	// shortListRetries is how many times a short list of a completed run is read again, because rows may come a moment later
	// than the end of the run: in all, after 0, 1, 3 and 7 seconds.
	shortListRetries = 4
	// firstShortListPause is the pause before the second retry; it doubles each time. The first retry has no pause, because the
	// list may have been read before the run ended.
	firstShortListPause = time.Second
)

// pauseForShortList pauses before a short list is read again. It returns the context's error.
func (c *Client) pauseForShortList(ctx context.Context, attempt int) error {
	if attempt == 0 {
		return ctx.Err()
	}
	return poll.Sleep(ctx, c.shortListPause<<(attempt-1))
}
