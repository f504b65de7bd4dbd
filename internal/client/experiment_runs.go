package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
)

// runPageSize is the most runs the API returns at once.
const runPageSize = 100

// ErrNoRun says that no run matches a filter.
var ErrNoRun = errors.New("no experiment run matches")

// RunFilter narrows a list of runs; an empty field does not. The fields are the API's own query parameters.
type RunFilter struct {
	WorkflowID    string
	ExperimentID  string
	BlockID       string
	Status        string
	ExcludeStatus string
	TriggerType   string
	FromDate      string
	ToDate        string
}

func (f RunFilter) query() url.Values {
	query := url.Values{"limit": {strconv.Itoa(runPageSize)}, "sort_by": {"created_at"}, "order": {"desc"}}
	for name, value := range map[string]string{
		"workflow_id": f.WorkflowID, "experiment_id": f.ExperimentID, "block_id": f.BlockID, "status": f.Status,
		"exclude_status": f.ExcludeStatus, "trigger_type": f.TriggerType, "from_date": f.FromDate, "to_date": f.ToDate,
	} {
		if value != "" {
			query.Set(name, value)
		}
	}
	return query
}

// checkEcho refuses a run that the filter rules out, which a server that ignores the filter would send.
func (f RunFilter) checkEcho(run ExperimentRun) error {
	for _, e := range []echo{{"experiment_id", f.ExperimentID, deref(run.ExperimentID)}, {"lifecycle.status", f.Status, string(run.Status)}} {
		if e.asked != "" && e.answered != "" {
			if err := checkEcho(e); err != nil {
				return err
			}
		}
	}
	return nil
}

// ExperimentRuns lists runs, newest first, and of two created at the same time the one with the greater id first. It
// returns at most limit runs, the newest.
//
// API: GET /v1/workflows/experiments/runs, "List Experiment Runs". The path is the same in both editions.
func (c *Client) ExperimentRuns(ctx context.Context, filter RunFilter, limit int) ([]ExperimentRun, error) {
	var runs []ExperimentRun
	var dated bool // whether every run says when it was created
	err := c.withRunCredential(func(as credential) error {
		runs, dated = nil, true
		seen := map[string]bool{} // a run that is created meanwhile moves others to the next page
		list := request{segments: []string{"workflows", "experiments", "runs"}, query: filter.query(), credential: as}
		return eachPage(ctx, c, list, &ResultOptions{}, func(rows []wireRun) (bool, error) {
			for i, row := range rows {
				run, err := row.run()
				if err == nil {
					err = filter.checkEcho(run)
				}
				if err != nil {
					return false, fmt.Errorf("data.%d.%w", i, err)
				}
				c.hideKeyInLifecycle(&run.Lifecycle)
				dated = dated && !run.Timing.created().IsZero()
				if !seen[run.ID] {
					seen[run.ID] = true
					runs = append(runs, run)
				}
			}
			// Which of the runs created in the same moment come first is the server's affair. To cut the list by our own order,
			// all that are as old as the last one kept have to be there.
			enough := len(runs) >= limit && !dated ||
				len(runs) > limit && runs[len(runs)-1].Timing.created().Before(runs[limit-1].Timing.created())
			return !enough, nil
		})
	})
	if err != nil {
		return nil, err
	}
	if dated { // else the server's order is the best there is
		slices.SortFunc(runs, newestFirst)
	}
	return runs[:min(len(runs), limit)], nil
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

func newestFirst(one, other ExperimentRun) int {
	return cmp.Or(other.Timing.created().Compare(one.Timing.created()), cmp.Compare(other.ID, one.ID))
}
