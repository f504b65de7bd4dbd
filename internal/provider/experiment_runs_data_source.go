package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/provider/diagnose"
)

const (
	defaultMaxRuns = 100
	mostRuns       = 10_000
)

type experimentRunsModel struct {
	readModel
	WorkflowID    types.String         `tfsdk:"workflow_id"`
	ExperimentID  types.String         `tfsdk:"experiment_id"`
	BlockID       types.String         `tfsdk:"block_id"`
	Status        types.String         `tfsdk:"status"`
	ExcludeStatus types.String         `tfsdk:"exclude_status"`
	TriggerType   types.String         `tfsdk:"trigger_type"`
	FromDate      types.String         `tfsdk:"from_date"`
	ToDate        types.String         `tfsdk:"to_date"`
	MaxResults    types.Number         `tfsdk:"max_results"`
	Runs          []experimentRunModel `tfsdk:"runs"`
	IDs           []string             `tfsdk:"ids"`
}

var experimentRunsNoun = noun{
	name:        "experiment_runs",
	description: "Lists Retab experiment runs, the newest first.",
	newModel:    func() loadable { return &experimentRunsModel{} },
	attributes:  experimentRunsAttributes,
}

func experimentRunsAttributes(ctx context.Context) attributeMap {
	filter := func(description string, validators ...validator.String) schema.Attribute {
		return optionalString(description, append(validators, stringvalidator.LengthAtLeast(1))...)
	}
	return attributeMap{
		"workflow_id":    filter("Only runs of this workflow."),
		"experiment_id":  filter("Only runs of this experiment."),
		"block_id":       filter("Only runs of this block."),
		"status":         filter("Only runs with this status, such as `completed`.", isStatus),
		"exclude_status": filter("Only runs without this status.", isStatus),
		"trigger_type":   filter("Only runs started in this way, such as `manual_run`."),
		"from_date":      filter("Only runs created at or after this time, such as `2026-06-01T00:00:00Z`."),
		"to_date":        filter("Only runs created at or before this time."),
		"max_results": optionalNumber(
			fmt.Sprintf("Maximum number of runs, up to `%d`. Defaults to `%d`.", mostRuns, defaultMaxRuns),
			isWhole(1, mostRuns)),
		"timeouts": timeoutsArgument(ctx, false),
		"runs":     computedObjectList("Runs, the newest first.", experimentRunAttributes()),
		"ids":      computedStrings("Ids of `runs`, in the same order."),
	}
}

func (m *experimentRunsModel) load(ctx context.Context, provider *providerData, fresh bool) diag.Diagnostics {
	filter := client.RunFilter{
		WorkflowID:    m.WorkflowID.ValueString(),
		ExperimentID:  m.ExperimentID.ValueString(),
		BlockID:       m.BlockID.ValueString(),
		Status:        m.Status.ValueString(),
		ExcludeStatus: m.ExcludeStatus.ValueString(),
		TriggerType:   m.TriggerType.ValueString(),
		FromDate:      m.FromDate.ValueString(),
		ToDate:        m.ToDate.ValueString(),
	}
	limit := defaultMaxRuns
	if !m.MaxResults.IsNull() {
		limit = whole(m.MaxResults)
	}
	subject := &diagnose.Subject{
		Noun: "list of experiment runs", Description: "a list of experiment runs",
		IDs: []diagnose.ID{{Argument: "experiment_id", Kind: "experiment", Value: filter.ExperimentID}},
	}
	return provider.read(ctx, subject, m.timeout, func(ctx context.Context, api *client.Client) error {
		runs, err := api.ExperimentRuns(ctx, filter, limit, fresh)
		m.Runs, m.IDs = make([]experimentRunModel, len(runs)), make([]string, len(runs))
		for i, run := range runs {
			m.Runs[i] = newExperimentRunModel(run)
			m.IDs[i] = run.ID
		}
		return err
	})
}
