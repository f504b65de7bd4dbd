package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

type artifactConfigModel struct {
	artifactReadModel
	IncludeOutput types.Bool `tfsdk:"include_output"`
}

// newArtifactDataSource returns a data source that reads the record that a result refers to as its artifact.
func newArtifactDataSource() datasource.DataSource {
	return newSource[artifactConfigModel](noun{
		name:        "artifact",
		description: "Reads the artifact of a Retab result: whether it succeeded, and how much the consensus agrees on each value.",
		attributes: func(ctx context.Context) map[string]schema.Attribute {
			return mergeAttributes(artifactReadAttributes(ctx, "Null unless `include_output = true`."), map[string]schema.Attribute{
				"include_output": schema.BoolAttribute{
					Optional:            true,
					MarkdownDescription: "Whether to store `output` and `metadata` in the state. Defaults to `false`.",
				},
			})
		},
	})
}

// load reads the record, with its contents if they are requested.
func (m *artifactConfigModel) load(ctx context.Context, provider *providerData, fresh bool) diag.Diagnostics {
	return m.loadRecord(ctx, provider, m.IncludeOutput.ValueBool(), fresh)
}
