package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
)

// load reads the requested metrics, after a wait for the run if that is requested, too. The data source and the
// ephemeral resource share it.
func (m *experimentMetricsConfigModel) load(ctx context.Context, provider *providerData, fresh bool) diag.Diagnostics {
	runID, priorRunID := m.RunID.ValueString(), m.PriorRunID
	return provider.read(ctx, metricsSubject(runID, "", nil), m.Timeouts.Read, m.timeout(), func(ctx context.Context, api *client.Client) error {
		metrics, err := m.readOrWait(ctx, api, fresh)
		switch {
		case err == nil:
			m.experimentMetricsModel = newExperimentMetricsModel(runID, metrics)
		case isMissingRun(err, runID) && m.IgnoreNotFound.ValueBool():
			m.experimentMetricsModel = absentExperimentMetricsModel(runID)
		default:
			return &subjectError{err, metricsSubject(runID, priorRunID.ValueString(), err)}
		}
		if !priorRunID.IsNull() {
			m.PriorRunID = priorRunID
		}
		if m.IncludeValues.ValueBool() {
			m.ValueData = newValueDataModel(metrics)
		}
		return nil
	})
}

// readOrWait waits for the run if that is requested, and reads the metrics.
func (m *experimentMetricsConfigModel) readOrWait(ctx context.Context, api *client.Client, fresh bool) (client.Metrics, error) {
	runID, isWaiting := m.RunID.ValueString(), m.WaitForCompletion.ValueBool()
	if isWaiting {
		if _, err := runWaiter(func(ctx context.Context, fresh bool) (client.ExperimentRun, error) {
			return api.ExperimentRun(ctx, runID, fresh)
		}).wait(ctx, m.PollInterval); err != nil {
			return client.Metrics{}, err
		}
	}
	return api.ExperimentMetrics(ctx, runID, client.MetricsOptions{
		PriorRunID: m.PriorRunID.ValueString(), DocumentID: m.DocumentID.ValueString(), TargetPath: m.TargetPath.ValueString(),
		IncludeContent: m.IncludeValues.ValueBool(), Fresh: fresh || isWaiting,
	})
}

// isMissingRun reports whether an error proves that this run does not exist. The prior run can be missing, too.
func isMissingRun(err error, runID string) bool {
	var absent *client.AbsentError
	return errors.As(err, &absent) && absent.RunID == runID
}
