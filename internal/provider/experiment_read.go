package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
)

// load reads the requested experiment. The data source and the ephemeral resource share it.
func (m *experimentConfigModel) load(ctx context.Context, provider *providerData) diag.Diagnostics {
	return provider.withTimeout(ctx, m.target(), m.Timeouts, defaultReadTimeout, func(ctx context.Context, api *client.Client) (diag.Diagnostics, error) {
		experiment, err := m.find(ctx, api)
		switch {
		case err == nil:
			m.experimentModel = newExperimentModel(experiment)
		case (client.IsAbsent(err) || errors.Is(err, client.ErrNoExperiment)) && m.IgnoreNotFound.ValueBool():
			m.experimentModel = absentExperimentModel(m.experimentModel)
		default:
			return nil, err
		}
		return nil, nil
	})
}

func (m *experimentConfigModel) find(ctx context.Context, api *client.Client) (client.Experiment, error) {
	if !m.ID.IsNull() {
		return api.Experiment(ctx, m.ID.ValueString(), m.WorkflowID.ValueString())
	}
	return api.FindExperiment(ctx, m.WorkflowID.ValueString(), client.ExperimentFilter{
		Name: m.Name.ValueString(), BlockID: m.BlockID.ValueString(),
	})
}
