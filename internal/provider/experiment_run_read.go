package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/poll"
	"github.com/retab-dev/terraform-provider-retab/internal/verdict"
)

// load reads the requested run. The data source and the ephemeral resource share it.
func (m *experimentRunConfigModel) load(ctx context.Context, provider *providerData) diag.Diagnostics {
	return provider.withTimeout(ctx, m.target(), m.Timeouts, m.timeout(), func(ctx context.Context, api *client.Client) (diag.Diagnostics, error) {
		run, err := m.readOrWait(ctx, api)
		switch {
		case err == nil:
			if run.ExperimentID == nil { // the list has named it, but a later read of the run has not
				run.ExperimentID = m.ExperimentID.ValueStringPointer()
			}
			m.experimentRunModel = newExperimentRunModel(run)
		case (client.IsAbsent(err) || errors.Is(err, client.ErrNoRun)) && m.IgnoreNotFound.ValueBool():
			status := m.status()
			if status == anyStatus {
				status = ""
			}
			summary := verdict.AbsentRunSummary(err, m.ExperimentID.ValueString(), status)
			m.experimentRunModel = absentExperimentRunModel(m.ID, m.ExperimentID, summary)
		default:
			return nil, err
		}
		return nil, nil
	})
}

func (m experimentRunConfigModel) target() readTarget {
	if m.ExperimentID.IsNull() {
		return runTarget(m.ID.ValueString())
	}
	return newestRunTarget(m.ExperimentID.ValueString(), m.status())
}

// readOrWait finds the run and, with wait_for_completion, waits until its status is final.
func (m experimentRunConfigModel) readOrWait(ctx context.Context, api *client.Client) (client.ExperimentRun, error) {
	id := m.ID.ValueString()
	find := func(ctx context.Context) (client.ExperimentRun, error) { return api.ExperimentRun(ctx, id) }
	if !m.ExperimentID.IsNull() {
		filter := client.RunFilter{ExperimentID: m.ExperimentID.ValueString(), Status: m.status()}
		if filter.Status == anyStatus {
			filter.Status = ""
		}
		find = func(ctx context.Context) (client.ExperimentRun, error) {
			if id != "" { // the wait goes on with the run it has found
				return api.ExperimentRun(ctx, id)
			}
			run, err := api.NewestRun(ctx, filter)
			if err == nil {
				err = requireExperiment(filter, run)
			}
			if err != nil {
				return client.ExperimentRun{}, err
			}
			id = run.ID
			return run, nil
		}
	}
	if !m.WaitForCompletion.ValueBool() {
		return find(ctx)
	}
	return waitForRun(ctx, m.ID.ValueString(), find, backoff(m.PollInterval), nil, nil)
}

// requireExperiment returns an error for a listed run that does not name the experiment of the filter. The API promises the
// member in both editions, and without it the run could be of another experiment.
func requireExperiment(filter client.RunFilter, run client.ExperimentRun) error {
	if filter.ExperimentID == "" || run.ExperimentID != nil && *run.ExperimentID == filter.ExperimentID {
		return nil
	}
	return unnamedExperimentError{run.ID}
}

// unnamedExperimentError reports a listed run that does not name its experiment.
type unnamedExperimentError struct{ runID string }

func (e unnamedExperimentError) Error() string {
	return fmt.Sprintf("run %q in the list does not name its experiment", client.PlainText(e.runID))
}

// status returns the status_filter, or its default.
func (m experimentRunConfigModel) status() string {
	switch {
	case !m.StatusFilter.IsNull():
		return m.StatusFilter.ValueString()
	case m.WaitForCompletion.ValueBool():
		return anyStatus
	default:
		return string(client.StatusCompleted)
	}
}

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
