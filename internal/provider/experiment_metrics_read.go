package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
)

// load reads the requested metrics, after a wait for the run if that is requested, too. The data source and the ephemeral
// resource share it.
func (m *experimentMetricsConfigModel) load(ctx context.Context, provider *providerData) diag.Diagnostics {
	runID := m.RunID.ValueString()
	return provider.withTimeout(ctx, metricsTarget(runID, "", nil), m.Timeouts, m.timeout(), func(ctx context.Context, api *client.Client) (diag.Diagnostics, error) {
		metrics, err := m.readOrWait(ctx, api)
		priorRunID := m.PriorRunID
		switch {
		case err == nil:
			m.experimentMetricsModel = newExperimentMetricsModel(runID, metrics)
		case isMissingRun(err, runID) && m.IgnoreNotFound.ValueBool():
			m.experimentMetricsModel = absentExperimentMetricsModel(runID)
		default:
			return nil, &targetError{metricsTarget(runID, m.PriorRunID.ValueString(), err), err}
		}
		if !priorRunID.IsNull() {
			m.PriorRunID = priorRunID
		}
		if m.IncludeValues.ValueBool() {
			m.ValueData = newValueDataModel(metrics)
		}
		return nil, nil
	})
}

func (m *experimentMetricsConfigModel) readOrWait(ctx context.Context, api *client.Client) (client.Metrics, error) {
	runID, isWaiting := m.RunID.ValueString(), m.WaitForCompletion.ValueBool()
	if isWaiting {
		find := func(ctx context.Context) (client.ExperimentRun, error) { return api.ExperimentRun(ctx, runID) }
		if _, err := waitForRun(ctx, runID, find, backoff(m.PollInterval), nil, nil); err != nil {
			return client.Metrics{}, err
		}
	}
	return api.ExperimentMetrics(ctx, runID, client.MetricsOptions{
		PriorRunID: m.PriorRunID.ValueString(), DocumentID: m.DocumentID.ValueString(), TargetPath: m.TargetPath.ValueString(),
		Values: m.IncludeValues.ValueBool(), Poll: isWaiting,
	})
}

// isMissingRun reports whether an error proves that this run does not exist. The prior run can be missing, too.
func isMissingRun(err error, runID string) bool {
	var absent *client.AbsentError
	return errors.As(err, &absent) && absent.RunID == runID
}
