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
