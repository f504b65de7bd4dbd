package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/provider/diagnose"
)

type experimentsModel struct {
	readModel
	WorkflowID string                     `tfsdk:"workflow_id"`
	BlockID    types.String               `tfsdk:"block_id"`
	ByID       map[string]experimentModel `tfsdk:"by_id"`
	IDs        []string                   `tfsdk:"ids"`
}

var experimentsNoun = noun{
	name:        "experiments",
	description: "Lists the experiments of a Retab workflow or of one of its blocks.",
	newModel:    func() loadable { return &experimentsModel{} },
	attributes: func(ctx context.Context) attributeMap {
		return attributeMap{
			"workflow_id": requiredID("Id of the workflow, such as `wf_1`."),
			"block_id":    optionalString("Only experiments of this block.", isID),
			"timeouts":    timeoutsArgument(ctx, false),
			"by_id":       computedObjectMap("Experiments, by id.", experimentAttributes()),
			"ids":         computedStrings("Sorted ids of the experiments."),
		}
	},
}

func (m *experimentsModel) load(ctx context.Context, provider *providerData, fresh bool) diag.Diagnostics {
	subject := &diagnose.Subject{
		Noun: "list of experiments", Description: fmt.Sprintf("the experiments of workflow %q", m.WorkflowID),
		IDs: []diagnose.ID{{Argument: "workflow_id", Kind: "workflow", Value: m.WorkflowID}},
	}
	return provider.read(ctx, subject, m.timeout, func(ctx context.Context, api *client.Client) error {
		filter := client.ExperimentFilter{BlockID: m.BlockID.ValueString()}
		experiments, err := api.Experiments(ctx, m.WorkflowID, filter, fresh)
		m.ByID, m.IDs = make(map[string]experimentModel, len(experiments)), make([]string, len(experiments))
		for i, experiment := range experiments {
			m.ByID[experiment.ID] = newExperimentModel(experiment)
			m.IDs[i] = experiment.ID
		}
		return err
	})
}
