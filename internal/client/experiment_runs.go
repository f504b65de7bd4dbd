package client

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

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

// ExperimentRuns lists runs, newest first, and of two created at the same time the one with the greater id first. It
// returns at most limit runs, the newest. If the filter has an experiment, a run that names none is an error that unwraps to
// [ErrUnnamedExperiment]: the API promises the member in both editions.
//
// API: GET /v1/workflows/experiments/runs, "List Experiment Runs". The path is the same in both editions.
func (c *Client) ExperimentRuns(ctx context.Context, filter RunFilter, limit int, fresh bool) ([]ExperimentRun, error) {
	needs := c.cache.freshnessOf(fresh)
	list, err := inEdition(ctx, c, commonRoutes, nil, func(ctx context.Context, edition Edition) ([]ExperimentRun, error) {
		return newest(ctx, c, runsList(edition, filter), limit, needs, func(ExperimentRun) bool { return true })
	}, explained[[]ExperimentRun](nil))
	for _, run := range list {
		if filter.ExperimentID != "" && OrZero(run.ExperimentID) == "" {
			return nil, fmt.Errorf("run %q in the list %w", sanitize.PlainText(run.ID), ErrUnnamedExperiment)
		}
	}
	return slices.Clone(list), err
}

// runsList is the list of runs, newest first.
func runsList(edition Edition, filter RunFilter) list[wire.ExperimentRun, ExperimentRun] {
	return list[wire.ExperimentRun, ExperimentRun]{
		request: runsRoute.request(edition, nil, values{
			"sort_by": "created_at", "order": "desc", "workflow_id": filter.WorkflowID, "experiment_id": filter.ExperimentID,
			"block_id": filter.BlockID, "status": filter.Status, "exclude_status": filter.ExcludeStatus, "trigger_type": filter.TriggerType,
			"from_date": filter.FromDate, "to_date": filter.ToDate,
		}),
		size:    maxRunsPage,
		id:      func(run ExperimentRun) string { return run.ID },
		convert: checked(convertRun, func(run ExperimentRun) error { return verifyRunFilter(filter, run) }),
	}
}

// NewestRun returns the newest run that matches a filter, or an error that unwraps to [ErrNoRun].
func (c *Client) NewestRun(ctx context.Context, filter RunFilter, fresh bool) (ExperimentRun, error) {
	runs, err := c.ExperimentRuns(ctx, filter, 1, fresh)
	if err == nil && len(runs) == 0 {
		err = ErrNoRun
	}
	if err != nil {
		return ExperimentRun{}, err
	}
	return runs[0], nil
}

// verifyRunFilter returns an error for a run that the filter excludes, as a server that ignores the filter would send.
func verifyRunFilter(filter RunFilter, run ExperimentRun) error {
	trigger := OrZero(run.TriggerType)
	if strings.HasPrefix(trigger, filter.TriggerType+":") { // such as auto_retry:metrics
		trigger = filter.TriggerType
	}
	err := verifyFilter(
		idMatch{"experiment_id", filter.ExperimentID, OrZero(run.ExperimentID)}, idMatch{"workflow_id", filter.WorkflowID, OrZero(run.WorkflowID)},
		idMatch{"block_id", filter.BlockID, OrZero(run.BlockID)}, idMatch{"lifecycle.status", filter.Status, string(run.Status)},
		idMatch{"trigger.type", filter.TriggerType, trigger},
	)
	if err == nil && filter.ExcludeStatus != "" && string(run.Status) == filter.ExcludeStatus {
		err = fmt.Errorf("lifecycle.status is %q, which exclude_status excludes", run.Status)
	}
	return cmp.Or(err, verifyDates(filter, run))
}

// verifyDates returns an error for a run that was created outside the dates of the filter. A date that is not an RFC
// 3339 text is not compared, because only the server knows what it means. The server may round times to a second.
func verifyDates(filter RunFilter, run ExperimentRun) error {
	created, from, to := run.created(), parseTime(&filter.FromDate), parseTime(&filter.ToDate)
	excludedBy := ""
	if created.Before(from.Add(-time.Second)) {
		excludedBy = "from_date"
	}
	if !to.IsZero() && created.After(to.Add(time.Second)) {
		excludedBy = "to_date"
	}
	if excludedBy == "" || created.IsZero() {
		return nil
	}
	return fmt.Errorf("timing.created_at is %q, which %s excludes", created.Format(time.RFC3339Nano), excludedBy)
}
