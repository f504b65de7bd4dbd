package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// experimentResultDataSource reads, while planning, what one experiment run produced for one document. Its ephemeral
// counterpart reads the same again at apply.
type experimentResultDataSource struct{ dataSource }

var _ datasource.DataSourceWithConfigure = &experimentResultDataSource{}

func newExperimentResultDataSource() datasource.DataSource { return &experimentResultDataSource{} }

// experimentResultConfigModel is the result with the arguments of its read.
type experimentResultConfigModel struct {
	experimentResultModel
	experimentResultArguments
	HandleData *handleDataModel `tfsdk:"handle_data"`
	Timeouts   timeouts.Value   `tfsdk:"timeouts"`
}

func (d *experimentResultDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_experiment_result"
}

func (d *experimentResultDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads the result of one document in a Retab experiment run: status, duration, error and artifact.",
		Attributes:          experimentResultConfigAttributes(ctx),
	}
}

// experimentResultConfigAttributes returns the schema of the computed object and the arguments.
func experimentResultConfigAttributes(ctx context.Context) map[string]schema.Attribute {
	return mergeAttributes(experimentResultAttributes(), waitAttributes("the result has a final status"), map[string]schema.Attribute{
		"run_id": runIDArgument(),
		"document_id": schema.StringAttribute{
			Required:            true,
			Validators:          []validator.String{resourceID{}},
			MarkdownDescription: "Id of the document, such as `expdoc_xyz`.",
		},
		"ignore_not_found":    ignoreNotFoundArgument("result"),
		"include_handle_data": includeHandleDataAttribute(),
		"handle_data": schema.SingleNestedAttribute{
			Computed: true, Sensitive: true, Attributes: handleDataAttributes(),
			MarkdownDescription: "Payloads of the handles. Null without `include_handle_data`.",
		},
		"timeouts": timeoutsAttribute(ctx, true),
	})
}

func (d *experimentResultDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	loadState[experimentResultConfigModel](ctx, d.provider, req, resp)
}
