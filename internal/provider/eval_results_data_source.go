package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// evalResultsDataSource reads what each eval of one run found.
type evalResultsDataSource struct{ dataSource }

var _ datasource.DataSourceWithConfigure = &evalResultsDataSource{}

func newEvalResultsDataSource() datasource.DataSource { return &evalResultsDataSource{} }

type evalResultsConfigModel struct {
	evalResultsModel
	waitModel
	RunID         types.String   `tfsdk:"run_id"`
	IncludeValues types.Bool     `tfsdk:"include_values"`
	Timeouts      timeouts.Value `tfsdk:"timeouts"`
}

func (d *evalResultsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_eval_results"
}

func (d *evalResultsDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads what each eval of one Retab run found: its verdict, score and threshold.",
		Attributes: mergeAttributes(evalResultsAttributes(), waitAttributes("the run has a final status"), map[string]schema.Attribute{
			"run_id": schema.StringAttribute{Required: true, Validators: []validator.String{resourceID{}}, MarkdownDescription: "Id of the run of evals."},
			"include_values": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Whether to store values, labels and messages in `value_data`. Defaults to `false`.",
			},
			"timeouts": timeoutsAttribute(ctx, true),
		}),
	}
}

func (d *evalResultsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	loadState[evalResultsConfigModel](ctx, d.provider, req, resp)
}
