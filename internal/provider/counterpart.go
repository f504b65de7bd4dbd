package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
)

// counterpart is an ephemeral resource that reads what a data source reads: the same arguments and the same object, but read
// again when applying, and stored nowhere. Everything but the description is the noun's.
type counterpart[Model any, Pointer loadable[Model]] struct {
	ephemeralResource
	noun
	object string // what it reads, for its description
}

var (
	_ ephemeral.EphemeralResourceWithConfigure      = &counterpart[experimentConfigModel, *experimentConfigModel]{}
	_ ephemeral.EphemeralResourceWithValidateConfig = &counterpart[experimentConfigModel, *experimentConfigModel]{}
)

// counterpartOf returns a constructor of the ephemeral counterpart of a data source.
func counterpartOf[Model any, Pointer loadable[Model]](newDataSource func() datasource.DataSource, object string) func() ephemeral.EphemeralResource {
	return func() ephemeral.EphemeralResource {
		return &counterpart[Model, Pointer]{noun: newDataSource().(*source[Model, Pointer]).noun, object: object}
	}
}

func (c *counterpart[Model, Pointer]) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + c.name
}

func (c *counterpart[Model, Pointer]) Schema(ctx context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: fmt.Sprintf("Reads %s in the plan and again in the apply, and stores nothing.", c.object),
		Attributes:          asEphemeral(c.attributes(ctx)),
	}
}

// ValidateConfig applies the validators of the whole; those of attributes are part of the schema.
func (c *counterpart[Model, Pointer]) ValidateConfig(ctx context.Context, req ephemeral.ValidateConfigRequest, resp *ephemeral.ValidateConfigResponse) {
	for _, validator := range c.validators {
		var validated datasource.ValidateConfigResponse
		validator.ValidateDataSource(ctx, datasource.ValidateConfigRequest{Config: req.Config}, &validated)
		resp.Diagnostics.Append(validated.Diagnostics...)
	}
}

func (c *counterpart[Model, Pointer]) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	loadResult[Model, Pointer](ctx, c.provider, req, resp)
}
