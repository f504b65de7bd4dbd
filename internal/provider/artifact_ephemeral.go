package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// artifactEphemeralModel is the record with its contents, which the ephemeral resource always reads.
type artifactEphemeralModel struct{ artifactReadModel }

// newArtifactWithContents returns what the ephemeral resource is the counterpart of: it has no include_output.
func newArtifactWithContents() datasource.DataSource {
	return newSource[artifactEphemeralModel](noun{
		name: "artifact",
		attributes: func(ctx context.Context) map[string]schema.Attribute {
			return artifactReadAttributes(ctx, "Null until there is one.")
		},
	})
}

// load reads the record with its contents.
func (m *artifactEphemeralModel) load(ctx context.Context, provider *providerData, fresh bool) diag.Diagnostics {
	return m.loadRecord(ctx, provider, true, fresh)
}
