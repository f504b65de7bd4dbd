package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
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
	_ ephemeral.EphemeralResourceWithConfigure      = &counterpart{}
	_ ephemeral.EphemeralResourceWithValidateConfig = &counterpart{}
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
		Attributes:          asEphemeral(c.attributes(ctx)),
	}
}

// ValidateConfig applies the validators of the whole; those of attributes are part of the schema.
func (c *counterpart) ValidateConfig(
	ctx context.Context, req ephemeral.ValidateConfigRequest, resp *ephemeral.ValidateConfigResponse,
) {
	for _, validator := range c.validators {
		var validated datasource.ValidateConfigResponse
		validator.ValidateDataSource(ctx, datasource.ValidateConfigRequest{Config: req.Config}, &validated)
		resp.Diagnostics.Append(validated.Diagnostics...)
	}
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

// asEphemeral converts the schema of a data source into that of its ephemeral counterpart. The framework has separate
// types for both.
func asEphemeral(attributes map[string]dataschema.Attribute) map[string]schema.Attribute {
	converted := make(map[string]schema.Attribute, len(attributes))
	nested := func(object dataschema.NestedAttributeObject) schema.NestedAttributeObject {
		return schema.NestedAttributeObject{Attributes: asEphemeral(object.Attributes)}
	}
	for name, attribute := range attributes {
		switch a := attribute.(type) {
		case dataschema.StringAttribute:
			converted[name] = schema.StringAttribute(a)
		case dataschema.BoolAttribute:
			converted[name] = schema.BoolAttribute(a)
		case dataschema.Int64Attribute:
			converted[name] = schema.Int64Attribute(a)
		case dataschema.NumberAttribute:
			converted[name] = schema.NumberAttribute(a)
		case dataschema.ListAttribute:
			converted[name] = schema.ListAttribute(a)
		case dataschema.MapAttribute:
			converted[name] = schema.MapAttribute(a)
		case dataschema.SingleNestedAttribute:
			converted[name] = schema.SingleNestedAttribute{
				Optional: a.Optional, Computed: a.Computed, Sensitive: a.Sensitive, CustomType: a.CustomType,
				MarkdownDescription: a.MarkdownDescription, Attributes: asEphemeral(a.Attributes),
			}
		case dataschema.ListNestedAttribute:
			converted[name] = schema.ListNestedAttribute{
				Computed: a.Computed, MarkdownDescription: a.MarkdownDescription, NestedObject: nested(a.NestedObject),
			}
		case dataschema.MapNestedAttribute:
			converted[name] = schema.MapNestedAttribute{
				Computed: a.Computed, MarkdownDescription: a.MarkdownDescription, NestedObject: nested(a.NestedObject),
			}
		default: // every test that starts the provider would find it
			panic(fmt.Sprintf("attribute %s has the type %T, which asEphemeral does not convert", name, a))
		}
	}
	return converted
}
