package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/verdict"
)

// experimentResultArguments are the arguments that the data source and the ephemeral resource share, beside the ids.
type experimentResultArguments struct {
	waitModel
	IgnoreNotFound    types.Bool `tfsdk:"ignore_not_found"`
	IncludeHandleData types.Bool `tfsdk:"include_handle_data"`
}

// load reads the requested result. With wait_for_completion it waits for a final status, and with ignore_not_found an
// absence is data. The timeout bounds the whole read.
func (m *experimentResultConfigModel) load(ctx context.Context, provider *providerData, fresh bool) diag.Diagnostics {
	subject := resultSubject(m.RunID.ValueString(), m.DocumentID.ValueString())
	return provider.read(ctx, subject, m.Timeouts.Read, m.timeout(), func(ctx context.Context, api *client.Client) error {
		result, err := m.readOrWait(ctx, api, fresh)
		var absent *client.AbsentError
		switch {
		case err == nil:
			m.experimentResultModel = newExperimentResultModel(result)
		case errors.As(err, &absent) && m.IgnoreNotFound.ValueBool():
			m.experimentResultModel = absentExperimentResultModel(absent)
		default:
			return err
		}
		if m.IncludeHandleData.ValueBool() {
			m.HandleData = new(newHandleDataModel(result))
		}
		return nil
	})
}

// runCheckInterval is the number of reads of an unfinished result after which the run is read, too.
const runCheckInterval = 4

func (m *experimentResultConfigModel) readOrWait(ctx context.Context, api *client.Client, fresh bool) (client.ExperimentResult, error) {
	runID, documentID := m.RunID.ValueString(), m.DocumentID.ValueString()
	read := func(ctx context.Context, fresh bool) (client.ExperimentResult, error) {
		return api.ExperimentResult(ctx, runID, documentID, client.ResultOptions{IncludeContent: m.IncludeHandleData.ValueBool(), Fresh: fresh})
	}
	status := func(result client.ExperimentResult) string { return string(result.Status) }
	reads, runIsOver := 0, false
	return waiter[client.ExperimentResult]{
		read: func(ctx context.Context, fresh bool) (client.ExperimentResult, error) {
			result, err := read(ctx, fresh)
			reads++
			if err != nil || verdict.HasEnded(result.Lifecycle) || reads%runCheckInterval != 0 {
				return result, err
			}
			// A run that was cancelled or failed can leave results behind that never become final. In a completed run the result
			// only lags behind. If the run cannot be read, the wait goes on, because the result can.
			if run, runErr := api.ExperimentRun(ctx, runID, true); runErr == nil && verdict.HasEnded(run.Lifecycle) && run.Status != client.StatusCompleted {
				runIsOver = true
				return read(ctx, true)
			}
			return result, nil
		},
		isDone:       func(result client.ExperimentResult) bool { return verdict.HasEnded(result.Lifecycle) || runIsOver },
		status:       status,
		awaitsAbsent: m.IgnoreNotFound.ValueBool(),
		onUpdate:     logChange("Experiment result changed its status", runID+"/"+documentID, status),
	}.readOrWait(ctx, m.waitModel, fresh)
}
