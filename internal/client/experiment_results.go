package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

// resultPageSizes are how many rows of results are asked for at once: the most the API returns, and fewer when a page
// of so many is too large to read.
var resultPageSizes = []int{1000, 100, 10}

// ErrUnreachableResults says that a run has more results than the run-scoped edition's list can show.
var ErrUnreachableResults = fmt.Errorf("the run has more documents than the %d that the run-scoped edition of the API can list", resultPageSizes[0])

// RunResults is what a run has produced so far.
type RunResults struct {
	Run     ExperimentRun
	Results []*ExperimentResult // one a document, sorted by document id; not to be changed
}

// ExperimentResults reads all results of a run, and the run, whose own count says whether there are more to come.
//
// API: GET /v1/workflows/experiments/runs/{run_id}/results ("List Experiment Run Results") in the run-scoped edition,
// GET /v1/workflows/experiments/results?run_id= ("List Experiment Results") in the flat one. A run that certainly does
// not exist is an [*AbsentError]. A run-scoped list that cannot show all results is an error that unwraps to
// [ErrUnreachableResults].
func (c *Client) ExperimentResults(ctx context.Context, runID string, options ResultOptions) (RunResults, error) {
	if err := checkIDs(idArgument{"run_id", runID}); err != nil {
		return RunResults{}, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type answer struct {
		run ExperimentRun
		err error
	}
	// The two do not depend on each other, so they take no longer than one.
	running := make(chan answer, 1)
	go func() {
		run, err := c.ExperimentRun(ctx, runID)
		running <- answer{run, err}
	}()
	results, listErr := c.listedResults(ctx, runID, options)
	decided := listErr != nil && !mayBeOtherEdition(listErr)
	if decided {
		cancel()
	}
	run := <-running // always, so that nothing outlives the read
	switch {
	case decided:
		return RunResults{}, listErr
	case run.err != nil:
		return RunResults{}, run.err
	case listErr != nil: // the run is there, so what was not found is the route of its list
		return RunResults{}, listErr
	}
	if run.run.Status.Terminal() && !results.complete(run.run) {
		// The list may have been read before the run came to its end.
		options.Poll = true
		if results, listErr = c.listedResults(ctx, runID, options); listErr != nil {
			return RunResults{}, listErr
		}
	}
	sorted := make([]*ExperimentResult, 0, len(results))
	for _, result := range results {
		sorted = append(sorted, &result.ExperimentResult)
	}
	slices.SortFunc(sorted, func(one, other *ExperimentResult) int { return cmp.Compare(one.DocumentID, other.DocumentID) })
	return RunResults{Run: run.run, Results: sorted}, nil
}

// listedResults reads the list of a run from whichever edition the server speaks.
func (c *Client) listedResults(ctx context.Context, runID string, options ResultOptions) (resultsByDocument, error) {
	edition, done, err := c.edition.settle(ctx)
	if err != nil {
		return nil, waitError(err, nil)
	}
	defer done()
	if edition != EditionAuto {
		return c.lists.all(ctx, edition, runID, options)
	}
	results, scopedErr := c.lists.all(ctx, EditionRunScoped, runID, options)
	if scopedErr == nil {
		c.edition.worked(EditionRunScoped)
		return results, nil
	}
	if !mayBeOtherEdition(scopedErr) {
		return nil, scopedErr
	}
	results, err = c.lists.all(ctx, EditionFlat, runID, options)
	if err == nil {
		c.edition.worked(EditionFlat)
	}
	return results, clearestRefusal(err, scopedErr)
}

// resultsByDocument are the results of one run. The API promises one row per document; should there be more, the latest
// attempt is the one that counts.
type resultsByDocument map[string]*listedResult

// listedResult is a result as a list has it.
type listedResult struct {
	ExperimentResult
	payloads bool // whether its payloads are there, as far as it has any
}

// complete reports whether a list has an ended result for every document of its run, as far as the run says how many
// there are.
func (r resultsByDocument) complete(run ExperimentRun) bool {
	for _, result := range r {
		if !result.Status.Terminal() {
			return false
		}
	}
	return run.TotalDocuments > 0 && int64(len(r)) >= run.TotalDocuments
}

// walkResults reads all results of a run by the list of an edition.
func (c *Client) walkResults(ctx context.Context, list listKey) (resultsByDocument, error) {
	if list.edition == EditionRunScoped {
		return c.walkRunScoped(ctx, list)
	}
	for _, size := range resultPageSizes {
		results, _, err := c.walkPages(ctx, list, request{
			segments:   []string{"workflows", "experiments", "results"},
			query:      url.Values{"run_id": {list.runID}, "limit": {strconv.Itoa(size)}},
			credential: bearerToken,
		})
		if !errors.Is(err, ErrBodyTooLarge) {
			return results, err
		}
	}
	return nil, &TransportError{Problem: ErrBodyTooLarge.Error(), Err: ErrBodyTooLarge}
}

// walkRunScoped reads the list that has no cursors. When it is full, only the run's own count tells whether there is
// more.
func (c *Client) walkRunScoped(ctx context.Context, list listKey) (resultsByDocument, error) {
	limit := resultPageSizes[0]
	results, rows, err := c.walkPages(ctx, list, request{
		segments:   []string{"workflows", "experiments", "runs", list.runID, "results"},
		query:      url.Values{"limit": {strconv.Itoa(limit)}},
		credential: apiKeyHeader,
	})
	if err != nil {
		return nil, err
	}
	c.scoped.Store(true)
	if rows < limit {
		return results, nil
	}
	run, exchange, err := c.experimentRun(ctx, list.runID, apiKeyHeader)
	switch {
	case err != nil:
		return nil, err
	case run.TotalDocuments == 0 || run.TotalDocuments > int64(len(results)):
		return nil, &ResponseError{Exchange: exchange, StatusCode: http.StatusOK, Problem: ErrUnreachableResults.Error(), Err: ErrUnreachableResults}
	default:
		return results, nil
	}
}

// defaultKeptPayloads bounds the payloads, in bytes, that a list keeps for reads of single documents, which may never
// come.
const defaultKeptPayloads = 64 << 20

// walkPages reads a list of results to its end, and says how many rows it had.
func (c *Client) walkPages(ctx context.Context, list listKey, pages request) (results resultsByDocument, rows int, err error) {
	results = resultsByDocument{}
	options := ResultOptions{HandleData: list.payloads != noPayloads}
	kept := 0
	err = eachPage(ctx, c, pages, &options, func(page []wireResult) (bool, error) {
		rows += len(page)
		for i, row := range page {
			result, err := row.result()
			if err == nil {
				err = checkEcho(echo{row.runIDName(), list.runID, result.RunID})
			}
			if err != nil {
				return false, fmt.Errorf("data.%d.%w", i, err)
			}
			c.hideKeyInResult(&result)
			listed := &listedResult{result, options.HandleData}
			if list.payloads == somePayloads {
				if kept += result.payloadBytes(); kept > c.keptPayloads {
					listed.dropPayloads()
				}
			}
			results.add(listed)
		}
		if list.payloads == somePayloads && kept > c.keptPayloads {
			options.HandleData = false // the pages to come need not even be looked at
		}
		return true, nil
	})
	if err != nil {
		return nil, 0, err
	}
	return results, rows, nil
}

// dropPayloads forgets the payloads of a row that are too much to keep.
func (l *listedResult) dropPayloads() {
	for _, handles := range [][]Handle{l.HandleInputs, l.HandleOutputs} {
		for i := range handles {
			handles[i].Data = nil
		}
	}
	l.payloads = false
}

// add keeps the later of two results for the same document.
func (r resultsByDocument) add(result *listedResult) {
	if kept, twice := r[result.DocumentID]; !twice || laterThan(result.ExperimentResult, kept.ExperimentResult) {
		r[result.DocumentID] = result
	}
}

// laterThan compares by attempt, then by creation, and last by id, so that the server's order decides nothing.
func laterThan(one, other ExperimentResult) bool {
	return cmp.Or(
		cmp.Compare(one.Attempt, other.Attempt),
		one.Timing.created().Compare(other.Timing.created()),
		cmp.Compare(one.ID, other.ID),
	) > 0
}
