package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
)

// experimentResultEphemeral is the twin of experimentResultDataSource: the same arguments, the same object, but read
// again at apply, and stored nowhere.
type experimentResultEphemeral struct{ ephemeralResource }

var _ ephemeral.EphemeralResourceWithConfigure = &experimentResultEphemeral{}

func newExperimentResultEphemeral() ephemeral.EphemeralResource { return &experimentResultEphemeral{} }

func (e *experimentResultEphemeral) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_experiment_result"
}

func (e *experimentResultEphemeral) Schema(ctx context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads the result of one document in one Retab experiment run, while planning and again when applying, and stores nothing of it.",
		Attributes:          asEphemeral(experimentResultConfigAttributes(ctx)),
	}
}

func (e *experimentResultEphemeral) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var config experimentResultConfigModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(config.read(ctx, e.provider)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Result.Set(ctx, &config)...)
}
