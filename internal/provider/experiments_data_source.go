package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
)

// experimentsDataSource lists the experiments of a workflow.
type experimentsDataSource struct{ dataSource }

var _ datasource.DataSourceWithConfigure = &experimentsDataSource{}

func newExperimentsDataSource() datasource.DataSource { return &experimentsDataSource{} }

type experimentsConfigModel struct {
	WorkflowID types.String               `tfsdk:"workflow_id"`
	BlockID    types.String               `tfsdk:"block_id"`
	ByID       map[string]experimentModel `tfsdk:"by_id"`
	IDs        []types.String             `tfsdk:"ids"`
	Timeouts   timeouts.Value             `tfsdk:"timeouts"`
}

func (d *experimentsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_experiments"
}

func (d *experimentsDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the experiments of a Retab workflow or of one of its blocks.",
		Attributes: map[string]schema.Attribute{
			"workflow_id": schema.StringAttribute{
				Required:            true,
				Validators:          []validator.String{resourceID{}},
				MarkdownDescription: "Id of the workflow, such as `wf_1`.",
			},
			"block_id": schema.StringAttribute{
				Optional:            true,
				Validators:          []validator.String{resourceID{}},
				MarkdownDescription: "Only experiments of this block.",
			},
			"by_id": schema.MapNestedAttribute{
				Computed:            true,
				MarkdownDescription: "Experiments, by id.",
				NestedObject:        schema.NestedAttributeObject{Attributes: experimentAttributes()},
			},
			"ids":      computedStrings("Sorted ids of the experiments."),
			"timeouts": timeoutsAttribute(ctx, false),
		},
	}
}

func (d *experimentsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	loadState[experimentsConfigModel](ctx, d.provider, req, resp)
}

func (m *experimentsConfigModel) load(ctx context.Context, provider *providerData, fresh bool) diag.Diagnostics {
	workflowID := m.WorkflowID.ValueString()
	return provider.read(ctx, experimentsTarget(workflowID), m.Timeouts.Read, defaultReadTimeout, func(ctx context.Context, api *client.Client) error {
		experiments, err := api.Experiments(ctx, workflowID, client.ExperimentFilter{BlockID: m.BlockID.ValueString()}, fresh)
		if err != nil {
			return err
		}
		m.ByID, m.IDs = make(map[string]experimentModel, len(experiments)), make([]types.String, len(experiments))
		for i, experiment := range experiments {
			m.ByID[experiment.ID] = newExperimentModel(experiment)
			m.IDs[i] = types.StringValue(experiment.ID)
		}
		return nil
	})
}
