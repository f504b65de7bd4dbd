package client

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"
)

// resultPageSizes are how many rows of results are asked for at once: the most the API returns, and fewer when a page
// of so many is too large to read.
var resultPageSizes = []int{1000, 100, 10}

// resultsByDocument are the results of one run. The API promises one row a document; should there be more, the latest
// attempt is the one that counts.
type resultsByDocument map[string]ExperimentResult

// walkResults reads all results of a run by the flat edition's list.
//
// API: GET /v1/workflows/experiments/results?run_id=&limit=&after=, "List Experiment Results".
func (c *Client) walkResults(ctx context.Context, runID string, options ResultOptions) (results resultsByDocument, err error) {
	for _, size := range resultPageSizes {
		results, err = c.walkResultPages(ctx, runID, size, options)
		if !errors.Is(err, ErrBodyTooLarge) {
			break
		}
	}
	return results, err
}

func (c *Client) walkResultPages(ctx context.Context, runID string, size int, options ResultOptions) (resultsByDocument, error) {
	results := resultsByDocument{}
	list := request{
		segments:   []string{"workflows", "experiments", "results"},
		query:      url.Values{"run_id": {runID}, "limit": {strconv.Itoa(size)}},
		credential: bearerToken,
	}
	err := eachPage(ctx, c, list, options, func(rows []wireResult) error {
		for i, row := range rows {
			result, err := row.result()
			if err == nil {
				err = checkEcho(echo{row.runIDName(), runID, result.RunID})
			}
			if err != nil {
				return fmt.Errorf("data.%d.%w", i, err)
			}
			results.add(result)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return results, nil
}

// add keeps the later of two results for the same document.
func (r resultsByDocument) add(result ExperimentResult) {
	if kept, twice := r[result.DocumentID]; !twice || laterThan(result, kept) {
		r[result.DocumentID] = result
	}
}

// laterThan compares by attempt, then by creation.
func laterThan(one, other ExperimentResult) bool {
	if one.Attempt != other.Attempt {
		return one.Attempt > other.Attempt
	}
	return createdAt(one).After(createdAt(other))
}

// createdAt is the zero time for a timestamp that is missing or that nobody can read.
func createdAt(result ExperimentResult) time.Time {
	created, err := time.Parse(time.RFC3339, deref(result.Timing.CreatedAt))
	if err != nil {
		return time.Time{}
	}
	return created
}
