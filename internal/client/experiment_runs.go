package client

import (
	"cmp"
	"context"
	"slices"

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
	list, err := inEdition(ctx, c, commonRoutes, func(ctx context.Context, edition Edition) (*runList, error) {
		return cached(ctx, c.cache, cacheKey{edition: edition, query: query{filter, limit}}, needs, never, func(ctx context.Context) (*runList, error) {
			return c.readRuns(ctx, edition, filter, limit)
		})
	}, func(_ context.Context, _ Edition, err error) (*runList, error) { return nil, err })
	if err != nil {
		return nil, err
	}
	return slices.Clone(list.runs[:min(len(list.runs), limit)]), nil
}

// readRuns reads the newest runs from the server.
func (c *Client) readRuns(ctx context.Context, edition Edition, filter RunFilter, limit int) (*runList, error) {
	list := &runList{limit: limit, isDated: true, isSorted: true, seen: map[string]bool{}}
	err := eachPage(func(after string) (string, RequestInfo, error) {
		page, info, err := c.routesOf(edition).Runs(ctx, filter, routes.MaxRuns, after)
		if err != nil {
			return "", info, err
		}
		list.add(page.Rows)
		if list.isEnough() {
			return "", info, nil
		}
		return page.After, info, checkEnd(info, len(list.runs), routes.MaxRuns, page.Page)
	})
	if list.isDated { // otherwise the server's order is the best there is
		slices.SortFunc(list.runs, newestFirst)
	}
	return list, err
}

// runList collects runs from the pages of a list.
type runList struct {
	limit    int
	runs     []ExperimentRun
	seen     map[string]bool // a run that is created between two requests moves others to the next page
	isDated  bool            // whether every run says when it was created
	isSorted bool            // whether no run is newer than the one before, as requested
}

// add adds the runs of a page that the list does not have yet.
func (l *runList) add(runs []ExperimentRun) {
	for _, run := range runs {
		l.isDated = l.isDated && !run.Timing.Created().IsZero()
		if l.seen[run.ID] {
			continue
		}
		if created := run.Timing.Created(); len(l.runs) > 0 && !created.IsZero() {
			before := l.runs[len(l.runs)-1].Timing.Created()
			l.isSorted = l.isSorted && (before.IsZero() || !created.After(before))
		}
		l.seen[run.ID] = true
		l.runs = append(l.runs, run)
	}
}

// isEnough reports whether no further page can change the result. The server decides which of the runs created at the same
// time come first, so all runs as old as the last one kept must be read. The limit is positive.
func (l *runList) isEnough() bool {
	if len(l.runs) < l.limit {
		return false
	}
	oldest, last := l.runs[len(l.runs)-1], l.runs[l.limit-1]
	return !l.isDated || oldest.Timing.Created().Before(last.Timing.Created())
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

// newestFirst compares runs by creation, then by id.
func newestFirst(one, other ExperimentRun) int {
	return cmp.Or(other.Timing.Created().Compare(one.Timing.Created()), cmp.Compare(other.ID, one.ID))
}
