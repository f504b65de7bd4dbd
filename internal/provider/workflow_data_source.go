package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// workflowDataSource reads one workflow: what it is called, and which version of it is published.
type workflowDataSource struct{ dataSource }

var _ datasource.DataSourceWithConfigure = &workflowDataSource{}

func newWorkflowDataSource() datasource.DataSource { return &workflowDataSource{} }

type workflowConfigModel struct {
	workflowModel
	IgnoreNotFound types.Bool     `tfsdk:"ignore_not_found"`
	Timeouts       timeouts.Value `tfsdk:"timeouts"`
}

func (d *workflowDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_workflow"
}

func (d *workflowDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads one Retab workflow, with its published version. Experiments and evals run its draft.",
		Attributes: mergeAttributes(workflowAttributes(), map[string]schema.Attribute{
			"id":               schema.StringAttribute{Required: true, Validators: []validator.String{resourceID{}}, MarkdownDescription: "Id of the workflow."},
			"ignore_not_found": ignoreNotFoundArgument("workflow"),
			"timeouts":         timeoutsAttribute(ctx, false),
		}),
	}
}

func (d *workflowDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	loadState[workflowConfigModel](ctx, d.provider, req, resp)
}
