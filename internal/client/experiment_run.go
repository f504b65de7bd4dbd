package client

import "context"

// ExperimentRun reads one run.
//
// API: GET /v1/workflows/experiments/runs/{run_id}, "Get Experiment Run". The path is the same in both editions; they
// differ in the credential. A run that provably does not exist is an [*AbsentError].
func (c *Client) ExperimentRun(ctx context.Context, runID string) (ExperimentRun, error) {
	if err := checkIDs(idArgument{"run_id", runID}); err != nil {
		return ExperimentRun{}, err
	}
	return withRunRoutes(ctx, c, func(ctx context.Context, edition Edition) (ExperimentRun, error) {
		run, _, err := c.routesOf(edition).Run(ctx, runID)
		return run, err
	}, func(ctx context.Context, edition Edition, err error) (ExperimentRun, error) {
		return ExperimentRun{}, c.asRunNotFound(ctx, edition, err, runID, "")
	})
}

// withRunRoutes calls read with the edition whose credential the routes of runs accept, both if it is unknown. diagnose gets
// the error of read; it finds the value elsewhere or returns the error to report. The edition is remembered for these routes
// alone, because it does not say which routes of results the server has.
func withRunRoutes[T any](
	ctx context.Context, c *Client,
	read func(ctx context.Context, edition Edition) (T, error), diagnose func(ctx context.Context, edition Edition, err error) (T, error),
) (T, error) {
	if edition := c.edition.ofRuns(); edition != EditionAuto {
		value, err := read(ctx, edition)
		switch {
		case err == nil:
			return value, nil
		case !isRefused(err) || !c.edition.forget(edition):
			return diagnose(ctx, edition, err)
		}
	}
	value, edition, failures, err := bothEditions(ctx, read)
	switch {
	case failures != nil:
		return explain(failures, func(edition Edition, err error) (T, error) { return diagnose(ctx, edition, err) })
	case err != nil:
		return diagnose(ctx, edition, err)
	}
	c.edition.detectRuns(edition)
	return value, nil
}
