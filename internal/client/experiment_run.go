package client

import (
	"context"
	"io"

	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// ExperimentRun reads one run. A fresh read uses no answer that was requested earlier.
//
// API: GET /v1/workflows/experiments/runs/{run_id}, "Get Experiment Run". The path is the same in both editions; they
// differ in the credential. A run that provably does not exist is an [*AbsentError].
func (c *Client) ExperimentRun(ctx context.Context, runID string, fresh bool) (ExperimentRun, error) {
	if err := checkIDs(idArgument{"run_id", runID}); err != nil {
		return ExperimentRun{}, err
	}
	needs := c.cache.freshnessOf(fresh)
	return inEdition(ctx, c, commonRoutes, func(ctx context.Context, edition Edition) (ExperimentRun, error) {
		read, err := c.run(ctx, edition, runID, needs)
		return read.ExperimentRun, err
	}, func(ctx context.Context, edition Edition, err error) (ExperimentRun, error) {
		return ExperimentRun{}, c.runAbsence(ctx, edition, err, runID, "")
	})
}

// runRead is a run and the request that read it.
type runRead struct {
	ExperimentRun
	info RequestInfo
}

// run reads one run. If it is over, what is known about it from before that moment is not used any more.
func (c *Client) run(ctx context.Context, edition Edition, runID string, needs freshness) (runRead, error) {
	isFinal := func(run runRead) bool { return run.Status.Terminal() }
	return cached(ctx, c.cache, cacheKey{edition: edition, object: runID, part: runPart}, needs, isFinal, func(ctx context.Context) (runRead, error) {
		run, info, err := c.getRun(ctx, edition, runID)
		if err == nil && run.Status.Terminal() {
			c.cache.runEnded(edition, runID)
		}
		return runRead{run, info}, err
	})
}

func (c *Client) getRun(ctx context.Context, edition Edition, runID string) (ExperimentRun, RequestInfo, error) {
	return get(ctx, c, runRoute.request(edition, values{"run_id": runID}, nil), func(body io.Reader) (ExperimentRun, error) {
		run, err := c.decoder.Run(body)
		if err != nil {
			return ExperimentRun{}, err
		}
		return run, wire.VerifyIDs(wire.IDMatch{Name: "id", Requested: runID, Answered: run.ID})
	})
}

// runsPage reads the newest run that a filter selects.
func (c *Client) runsPage(ctx context.Context, edition Edition, filter RunFilter, needs freshness) (page[ExperimentRun], error) {
	return cached(ctx, c.cache, cacheKey{edition: edition, query: filter}, needs, never, func(ctx context.Context) (page[ExperimentRun], error) {
		runs, _, err := c.getRuns(ctx, edition, filter, 1, "")
		return runs, err
	})
}

// never says of an answer that nothing in it is final.
func never[T any](T) bool { return false }
