package provider

import (
	"context"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/poll"
)

// waitForRun waits until a run has ended. seen, if any, is told of every read.
func waitForRun(ctx context.Context, api *client.Client, runID string, pace poll.Pace, seen func(client.ExperimentRun)) (client.ExperimentRun, error) {
	status := func(run client.ExperimentRun) string { return string(run.Status) }
	log := logChange("Experiment run changed its status", runID, status)
	return watch[client.ExperimentRun]{
		pace:   pace,
		read:   func(ctx context.Context, _ bool) (client.ExperimentRun, error) { return api.ExperimentRun(ctx, runID) },
		ended:  func(run client.ExperimentRun) bool { return run.Status.Terminal() },
		status: status,
		seen: func(ctx context.Context, run client.ExperimentRun, changed bool) {
			log(ctx, run, changed)
			if seen != nil {
				seen(run)
			}
		},
	}.wait(ctx)
}
