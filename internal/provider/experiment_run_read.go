package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/poll"
)

// waitForRun reads a run until it has ended. seen and failed, if any, are told of every read.
func waitForRun(
	ctx context.Context, find func(context.Context) (client.ExperimentRun, error), pace poll.Pace,
	seen func(client.ExperimentRun), failed func(error),
) (client.ExperimentRun, error) {
	return watch[client.ExperimentRun]{
		pace:   pace,
		read:   func(ctx context.Context, _ bool) (client.ExperimentRun, error) { return find(ctx) },
		ended:  func(run client.ExperimentRun) bool { return run.Status.Terminal() },
		status: func(run client.ExperimentRun) string { return string(run.Status) },
		seen: func(ctx context.Context, run client.ExperimentRun, changed bool) {
			if changed {
				tflog.Info(ctx, "Experiment run changed its status", map[string]any{"id": run.ID, "status": string(run.Status)})
			}
			if seen != nil {
				seen(run)
			}
		},
		failed: failed,
	}.wait(ctx)
}
