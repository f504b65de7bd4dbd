package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
)

// counterpart is an ephemeral resource that reads what a data source reads: the same arguments and the same object, but
// read again when applying, and stored nowhere. Only its description differs.
type counterpart struct {
	noun
	provider *providerData
}

var (
	_ ephemeral.EphemeralResourceWithConfigure        = &counterpart{}
	_ ephemeral.EphemeralResourceWithConfigValidators = &counterpart{}
)

func (c *counterpart) Configure(_ context.Context, req ephemeral.ConfigureRequest, _ *ephemeral.ConfigureResponse) {
	c.provider, _ = req.ProviderData.(*providerData)
}

func (c *counterpart) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + c.name
}

func (c *counterpart) Schema(ctx context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads " + c.ephemeral + " in the plan and again in the apply, and stores nothing.",
		Attributes:          map[string]schema.Attribute{},
	}
	for name, attribute := range c.attributes(ctx) { // an attribute of one kind of schema is also one of every other kind
		resp.Schema.Attributes[name] = attribute
	}
}

func (c *counterpart) ConfigValidators(context.Context) (validators []ephemeral.ConfigValidator) {
	for _, validator := range c.validators {
		validators = append(validators, validator.(ephemeral.ConfigValidator)) // those of the framework are of both kinds
	}
	return validators
}

// Open loads the object, with fresh answers only, because it is read again when applying, after a data source of the
// same process.
func (c *counterpart) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	model, diags := c.read(ctx, c.provider, req.Config, true)
	resp.Diagnostics.Append(diags...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.Result.Set(ctx, model)...)
	}
}
