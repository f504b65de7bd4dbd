package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
)

// load reads the requested experiment. The data source and the ephemeral resource share it.
func (m *experimentConfigModel) load(ctx context.Context, provider *providerData, fresh bool) diag.Diagnostics {
	return provider.read(ctx, m.subject(), m.Timeouts.Read, defaultReadTimeout, func(ctx context.Context, api *client.Client) error {
		experiment, err := m.find(ctx, api, fresh)
		switch {
		case err == nil:
			m.experimentModel = newExperimentModel(experiment)
		case (client.IsAbsent(err) || errors.Is(err, client.ErrNoExperiment)) && m.IgnoreNotFound.ValueBool():
			m.experimentModel = absentExperimentModel(m.experimentModel)
		default:
			return err
		}
		return nil
	})
}

func (m *experimentConfigModel) find(ctx context.Context, api *client.Client, fresh bool) (client.Experiment, error) {
	if !m.ID.IsNull() {
		return api.Experiment(ctx, m.ID.ValueString(), m.WorkflowID.ValueString(), fresh)
	}
	return api.FindExperiment(ctx, m.WorkflowID.ValueString(), client.ExperimentFilter{
		Name: m.Name.ValueString(), BlockID: m.BlockID.ValueString(),
	}, fresh)
}
