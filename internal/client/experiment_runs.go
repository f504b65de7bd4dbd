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
func (c *Client) ExperimentRuns(ctx context.Context, filter RunFilter, limit int) ([]ExperimentRun, error) {
	list, err := withRunRoutes(ctx, c, func(ctx context.Context, edition Edition) (*runList, error) {
		list := &runList{limit: limit, isDated: true, seen: map[string]bool{}}
		err := eachPage(func(after string) (string, RequestInfo, error) {
			page, info, err := c.routesOf(edition).Runs(ctx, filter, routes.MaxRuns, after)
			if err == nil {
				err = checkFirstPage(info, after, len(page.Rows), page.Page)
			}
			if err != nil {
				return "", info, err
			}
			list.add(page.Rows)
			if list.isEnough() {
				return "", info, nil
			}
			return page.After, info, nil
		})
		return list, err
	}, func(_ context.Context, _ Edition, err error) (*runList, error) { return nil, err })
	if err != nil {
		return nil, err
	}
	return list.newest(), nil
}

// runList collects runs from the pages of a list.
type runList struct {
	limit   int
	runs    []ExperimentRun
	seen    map[string]bool // a run that is created between two requests moves others to the next page
	isDated bool            // whether every run says when it was created
}

// add adds the runs of a page that the list does not have yet.
func (l *runList) add(runs []ExperimentRun) {
	for _, run := range runs {
		l.isDated = l.isDated && !run.Timing.Created().IsZero()
		if !l.seen[run.ID] {
			l.seen[run.ID] = true
			l.runs = append(l.runs, run)
		}
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

// newest returns the newest runs, at most limit.
func (l *runList) newest() []ExperimentRun {
	if l.isDated { // otherwise the server's order is the best there is
		slices.SortFunc(l.runs, newestFirst)
	}
	return l.runs[:min(len(l.runs), l.limit)]
}

// NewestRun returns the newest run that matches a filter, or an error that unwraps to [ErrNoRun].
func (c *Client) NewestRun(ctx context.Context, filter RunFilter) (ExperimentRun, error) {
	runs, err := c.ExperimentRuns(ctx, filter, 1)
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
