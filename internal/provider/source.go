package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/retab-dev/terraform-provider-retab/internal/plugin/state"
	"github.com/retab-dev/terraform-provider-retab/internal/provider/diagnose"
)

// loadable is a pointer to a model: the arguments of a read, and the object that load fills in from the API.
type loadable[Model any] interface {
	*Model
	// load reads the object. With fresh, it uses only answers that are requested from now on.
	load(ctx context.Context, provider *providerData, fresh bool) diag.Diagnostics
}

// noun is what a data source and its ephemeral counterpart read.
type noun struct {
	name        string // of the type, without the provider's prefix
	description string
	attributes  func(ctx context.Context) map[string]schema.Attribute
	validators  []datasource.ConfigValidator // of the whole; those of single attributes belong to the schema
}

// source is the data source of a noun. Its model has the arguments, and loads itself.
type source[Model any, Pointer loadable[Model]] struct {
	noun
	provider *providerData
}

var (
	_ datasource.DataSourceWithConfigure        = &source[experimentConfigModel, *experimentConfigModel]{}
	_ datasource.DataSourceWithConfigValidators = &source[experimentConfigModel, *experimentConfigModel]{}
)

// dataSourceOf returns a constructor of the data source of a noun.
func dataSourceOf[Model any, Pointer loadable[Model]](n noun) func() datasource.DataSource {
	return func() datasource.DataSource { return &source[Model, Pointer]{noun: n} }
}

func (s *source[Model, Pointer]) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	s.provider, _ = req.ProviderData.(*providerData) // nil while Terraform validates
}

func (s *source[Model, Pointer]) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + s.name
}

func (s *source[Model, Pointer]) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: s.description, Attributes: s.attributes(ctx)}
}

func (s *source[Model, Pointer]) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return s.validators
}

// Read loads the object and stores it in the state.
func (s *source[Model, Pointer]) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	model, diags := loadModel[Model, Pointer](ctx, s.provider, req.Config, false)
	resp.Diagnostics.Append(diags...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(setState(ctx, &resp.State, model)...)
	}
}

// loadModel decodes the arguments and loads the object.
func loadModel[Model any, Pointer loadable[Model]](
	ctx context.Context, provider *providerData, config tfsdk.Config, fresh bool,
) (*Model, diag.Diagnostics) {
	var model Model
	diags := config.Get(ctx, &model)
	if !diags.HasError() {
		diags.Append(Pointer(&model).load(ctx, provider, fresh)...)
	}
	return &model, diags
}

// setState sets the state of a data source to its model.
func setState(ctx context.Context, to *tfsdk.State, model any) diag.Diagnostics {
	diags, err := state.Set(ctx, to, model)
	if err != nil {
		diags.Append(diagnose.Internal(fmt.Sprintf("a model cannot be written into a state: %v", err)))
	}
	return diags
}
