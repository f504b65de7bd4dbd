package client

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// ExperimentRuns lists runs, newest first, and of two created at the same time the one with the greater id first. It
// returns at most limit runs, the newest. If the filter has an experiment, a run that names none is an error that unwraps to
// [ErrUnnamedExperiment]: the API promises the member in both editions.
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
	for _, run := range list {
		if filter.ExperimentID != "" && orEmpty(run.ExperimentID) == "" {
			return nil, fmt.Errorf("run %q in the list %w", PlainText(run.ID), ErrUnnamedExperiment)
		}
	}
	return slices.Clone(list), err
}

// readRuns reads the newest runs from the server.
func (c *Client) readRuns(ctx context.Context, edition Edition, filter RunFilter, limit int) ([]ExperimentRun, error) {
	list := newestList[ExperimentRun]{
		limit: limit, id: func(run ExperimentRun) string { return run.ID }, created: func(run ExperimentRun) time.Time { return run.Timing.Created() },
	}
	return list.read(maxRunsPage, func(after string) ([]ExperimentRun, wire.Page, RequestInfo, error) {
		page, info, err := c.getRuns(ctx, edition, filter, maxRunsPage, after)
		return page.Rows, page.Page, info, err
	})
}

// getRuns reads one page of runs, newest first.
func (c *Client) getRuns(ctx context.Context, edition Edition, filter RunFilter, limit int, after string) (page[ExperimentRun], RequestInfo, error) {
	request := runsRoute.request(edition, nil, values{
		"limit": strconv.Itoa(limit), "after": after, "sort_by": "created_at", "order": "desc",
		"workflow_id": filter.WorkflowID, "experiment_id": filter.ExperimentID, "block_id": filter.BlockID, "status": filter.Status,
		"exclude_status": filter.ExcludeStatus, "trigger_type": filter.TriggerType, "from_date": filter.FromDate, "to_date": filter.ToDate,
	})
	return getPage(ctx, c, request, c.decoder.Runs, func(row ExperimentRun) error { return verifyFilter(filter, row) })
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

// verifyFilter returns an error for a run that the filter excludes, as a server that ignores the filter would send. A
// member is compared only if the server sent it: the API lets trigger.type be null and can leave timing.created_at
// out.
func verifyFilter(filter RunFilter, run ExperimentRun) error {
	trigger := orEmpty(run.TriggerType)
	if strings.HasPrefix(trigger, filter.TriggerType+":") { // such as auto_retry:metrics
		trigger = filter.TriggerType
	}
	for _, id := range []wire.IDMatch{
		{Name: "experiment_id", Requested: filter.ExperimentID, Answered: orEmpty(run.ExperimentID)},
		{Name: "workflow_id", Requested: filter.WorkflowID, Answered: orEmpty(run.WorkflowID)},
		{Name: "block_id", Requested: filter.BlockID, Answered: orEmpty(run.BlockID)},
		{Name: "lifecycle.status", Requested: filter.Status, Answered: string(run.Status)},
		{Name: "trigger.type", Requested: filter.TriggerType, Answered: trigger},
	} {
		if id.Requested != "" && id.Answered != "" {
			if err := wire.VerifyIDs(id); err != nil {
				return err
			}
		}
	}
	if filter.ExcludeStatus != "" && string(run.Status) == filter.ExcludeStatus {
		return fmt.Errorf("lifecycle.status is %q, which exclude_status excludes", run.Status)
	}
	return verifyDates(filter, run)
}

// verifyDates returns an error for a run that was created outside the dates of the filter. A date that is not an RFC
// 3339 text is not compared, because only the server knows what it means. The server may round times to a second.
func verifyDates(filter RunFilter, run ExperimentRun) error {
	created := run.Timing.Created()
	if created.IsZero() {
		return nil
	}
	excludedBy := ""
	if from, err := time.Parse(time.RFC3339, filter.FromDate); err == nil && created.Before(from.Add(-time.Second)) {
		excludedBy = "from_date"
	}
	if to, err := time.Parse(time.RFC3339, filter.ToDate); err == nil && created.After(to.Add(time.Second)) {
		excludedBy = "to_date"
	}
	if excludedBy == "" {
		return nil
	}
	return fmt.Errorf("timing.created_at is %q, which %s excludes", created.Format(time.RFC3339Nano), excludedBy)
}
