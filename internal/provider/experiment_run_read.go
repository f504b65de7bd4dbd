package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/provider/diagnose"
	"github.com/retab-dev/terraform-provider-retab/internal/verdict"
)

// load reads the requested run. The data source and the ephemeral resource share it.
func (m *experimentRunConfigModel) load(ctx context.Context, provider *providerData, fresh bool) diag.Diagnostics {
	return provider.read(ctx, m.subject(), m.Timeouts.Read, m.timeout(), func(ctx context.Context, api *client.Client) error {
		run, err := runWaiter(m.finder(api)).readOrWait(ctx, m.waitModel, fresh)
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
			return err
		}
		return nil
	})
}

func (m experimentRunConfigModel) subject() diagnose.Subject {
	if m.ExperimentID.IsNull() {
		return runSubject("id", m.ID.ValueString())
	}
	return newestRunSubject(m.ExperimentID.ValueString(), m.status())
}

// finder returns a function that reads the run with the id, or the newest run of the experiment. A wait goes on with
// the run that it has found.
func (m experimentRunConfigModel) finder(api *client.Client) func(ctx context.Context, fresh bool) (client.ExperimentRun, error) {
	id := m.ID.ValueString()
	filter := client.RunFilter{ExperimentID: m.ExperimentID.ValueString(), Status: m.status()}
	if filter.Status == anyStatus {
		filter.Status = ""
	}
	return func(ctx context.Context, fresh bool) (client.ExperimentRun, error) {
		if id != "" {
			return api.ExperimentRun(ctx, id, fresh)
		}
		run, err := api.NewestRun(ctx, filter, fresh)
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

// requireExperiment returns an error for a listed run that does not name the experiment of the filter. The API
// promises the member in both editions, and without it the run could be of another experiment.
func requireExperiment(filter client.RunFilter, run client.ExperimentRun) error {
	if filter.ExperimentID == "" || run.ExperimentID != nil && *run.ExperimentID == filter.ExperimentID {
		return nil
	}
	return diagnose.UnnamedExperimentError{RunID: run.ID}
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

// runWaiter returns a waiter for the end of a run.
func runWaiter(read func(ctx context.Context, fresh bool) (client.ExperimentRun, error)) waiter[client.ExperimentRun] {
	return waiter[client.ExperimentRun]{
		read:   read,
		isDone: func(run client.ExperimentRun) bool { return verdict.HasEnded(run.Lifecycle) },
		status: func(run client.ExperimentRun) string { return string(run.Status) },
		onUpdate: func(ctx context.Context, run client.ExperimentRun, changed bool) {
			if changed {
				tflog.Info(ctx, "Experiment run changed its status", map[string]any{"id": run.ID, "status": string(run.Status)})
			}
		},
	}
}
