package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/poll"
)

// waitForRun reads a run until its status is final. It calls onUpdate and onFailure, where they are not nil, after every read.
// runID is "" while the run has yet to be found.
func waitForRun(
	ctx context.Context, runID string, find func(context.Context) (client.ExperimentRun, error), backoff poll.Pace,
	onUpdate func(client.ExperimentRun), onFailure func(error),
) (client.ExperimentRun, error) {
	return waiter[client.ExperimentRun]{
		runID:   runID,
		backoff: backoff,
		read:    func(ctx context.Context, _ bool) (client.ExperimentRun, error) { return find(ctx) },
		isDone:  func(run client.ExperimentRun) bool { return run.Status.Terminal() },
		status:  func(run client.ExperimentRun) string { return string(run.Status) },
		onUpdate: func(ctx context.Context, run client.ExperimentRun, changed bool) {
			if changed {
				tflog.Info(ctx, "Experiment run changed its status", map[string]any{"id": run.ID, "status": string(run.Status)})
			}
			if onUpdate != nil {
				onUpdate(run)
			}
		},
		onFailure: onFailure,
	}.wait(ctx)
}
