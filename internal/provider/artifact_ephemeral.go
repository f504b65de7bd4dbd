package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
)

// artifactEphemeral is the ephemeral counterpart of artifactDataSource: the same object, always with the contents, read again
// at apply and stored nowhere.
type artifactEphemeral struct{ ephemeralResource }

var _ ephemeral.EphemeralResourceWithConfigure = &artifactEphemeral{}

func newArtifactEphemeral() ephemeral.EphemeralResource { return &artifactEphemeral{} }

type artifactEphemeralModel struct{ artifactReadModel }

func (e *artifactEphemeral) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_artifact"
}

func (e *artifactEphemeral) Schema(ctx context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads the artifact of a Retab result, with its contents, and stores nothing.",
		Attributes:          asEphemeral(artifactReadAttributes(ctx, "Null until there is one.")),
	}
}

func (e *artifactEphemeral) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	loadResult[artifactEphemeralModel](ctx, e.provider, req, resp)
}

// load reads the record with its contents.
func (m *artifactEphemeralModel) load(ctx context.Context, provider *providerData, fresh bool) diag.Diagnostics {
	return m.loadRecord(ctx, provider, true, fresh)
}
