package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// artifactDataSource reads, while planning, the record that a result refers to as its artifact. Its ephemeral counterpart reads
// the same without storing it.
type artifactDataSource struct{ dataSource }

var _ datasource.DataSourceWithConfigure = &artifactDataSource{}

func newArtifactDataSource() datasource.DataSource { return &artifactDataSource{} }

type artifactConfigModel struct {
	artifactReadModel
	IncludeOutput types.Bool `tfsdk:"include_output"`
}

func (d *artifactDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_artifact"
}

func (d *artifactDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads the artifact of a Retab result: whether it succeeded, and how much the consensus agrees on each value.",
		Attributes: mergeAttributes(artifactReadAttributes(ctx, "Null unless `include_output = true`."), map[string]schema.Attribute{
			"include_output": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Whether to store `output` and `metadata` in the state. Defaults to `false`.",
			},
		}),
	}
}

func (d *artifactDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	loadState[artifactConfigModel](ctx, d.provider, req, resp)
}

// load reads the record, with its contents if they are requested.
func (m *artifactConfigModel) load(ctx context.Context, provider *providerData, fresh bool) diag.Diagnostics {
	return m.loadRecord(ctx, provider, m.IncludeOutput.ValueBool(), fresh)
}
