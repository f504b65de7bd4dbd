package client

import (
	"context"
	"slices"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client/routes"
)

// ExperimentRuns lists runs, newest first, and of two created at the same time the one with the greater id first. It
// returns at most limit runs, the newest.
//
// API: GET /v1/workflows/experiments/runs, "List Experiment Runs". The path is the same in both editions.
func (c *Client) ExperimentRuns(ctx context.Context, filter RunFilter, limit int, fresh bool) ([]ExperimentRun, error) {
	type query struct {
		filter RunFilter
		limit  int
	}
	needs := c.cache.freshnessOf(fresh)
	list, err := inEdition(ctx, c, commonRoutes, func(ctx context.Context, edition Edition) ([]ExperimentRun, error) {
		return cached(ctx, c.cache, cacheKey{edition: edition, query: query{filter, limit}}, needs, never, func(ctx context.Context) ([]ExperimentRun, error) {
			return c.readRuns(ctx, edition, filter, limit)
		})
	}, func(_ context.Context, _ Edition, err error) ([]ExperimentRun, error) { return nil, err })
	return slices.Clone(list), err
}

// readRuns reads the newest runs from the server.
func (c *Client) readRuns(ctx context.Context, edition Edition, filter RunFilter, limit int) ([]ExperimentRun, error) {
	list := newestList[ExperimentRun]{
		limit: limit, id: func(run ExperimentRun) string { return run.ID }, created: func(run ExperimentRun) time.Time { return run.Timing.Created() },
	}
	return list.read(routes.MaxRuns, func(after string) ([]ExperimentRun, routes.Page, RequestInfo, error) {
		page, info, err := c.routesOf(edition).Runs(ctx, filter, routes.MaxRuns, after)
		return page.Rows, page.Page, info, err
	})
}

// NewestRun returns the newest run that matches a filter, or an error that unwraps to [ErrNoRun].
func (c *Client) NewestRun(ctx context.Context, filter RunFilter, fresh bool) (ExperimentRun, error) {
	runs, err := c.ExperimentRuns(ctx, filter, 1, fresh)
	if err != nil {
		return ExperimentRun{}, err
	}
	if len(runs) == 0 {
		return ExperimentRun{}, ErrNoRun
	}
	return runs[0], nil
}
