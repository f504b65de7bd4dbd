package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// evalsDataSource reads the saved evals of a workflow, with what each found when it last ran.
type evalsDataSource struct{ dataSource }

var _ datasource.DataSourceWithConfigure = &evalsDataSource{}

func newEvalsDataSource() datasource.DataSource { return &evalsDataSource{} }

type evalsConfigModel struct {
	evalsModel
	WorkflowID    types.String   `tfsdk:"workflow_id"`
	TargetBlockID types.String   `tfsdk:"target_block_id"`
	Timeouts      timeouts.Value `tfsdk:"timeouts"`
}

func (d *evalsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_evals"
}

func (d *evalsDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads the saved evals of a Retab workflow, with what each found when it last ran.",
		Attributes: mergeAttributes(evalsAttributes(), map[string]schema.Attribute{
			"workflow_id": schema.StringAttribute{Required: true, Validators: []validator.String{resourceID{}}, MarkdownDescription: "Id of the workflow."},
			"target_block_id": schema.StringAttribute{
				Optional: true, Validators: []validator.String{resourceID{}}, MarkdownDescription: "Only evals of this block.",
			},
			"timeouts": timeoutsAttribute(ctx, false),
		}),
	}
}

func (d *evalsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	loadState[evalsConfigModel](ctx, d.provider, req, resp)
}
