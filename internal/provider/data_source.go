package provider

import (
	"context"
	"fmt"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/retab-dev/terraform-provider-retab/internal/plugin/state"
	"github.com/retab-dev/terraform-provider-retab/internal/provider/diagnose"
)

// noun describes what a data source and its ephemeral counterpart read.
type noun struct {
	name        string          // of the type, without the provider's prefix
	description string          // of the data source
	ephemeral   string          // what the ephemeral counterpart reads, for its description
	newModel    func() loadable // returns an empty model
	attributes  func(ctx context.Context) attributeMap
	validators  []datasource.ConfigValidator // of the whole; those of single attributes belong to the schema
}

// loadable is a pointer to a model: the arguments of a read, and the object that load fills in from the API. Most models
// embed an object of package client, whose fields have the names of the attributes as tags.
type loadable interface {
	// load reads the object. With fresh, it uses only answers that are requested from now on.
	load(ctx context.Context, provider *providerData, fresh bool) diag.Diagnostics
}

// read decodes the arguments and loads the object.
func (n noun) read(
	ctx context.Context, provider *providerData, config tfsdk.Config, fresh bool,
) (loadable, diag.Diagnostics) {
	model := n.newModel()
	diags := readArguments(ctx, config, model)
	if !diags.HasError() {
		diags.Append(model.load(ctx, provider, fresh)...)
	}
	return model, diags
}

// readArguments reads the arguments of a configuration into the fields of a model. [tfsdk.Config.Get] would also read the
// computed attributes. Those are null, and a field such as a bool cannot hold a null.
func readArguments(ctx context.Context, config tfsdk.Config, model any) (diags diag.Diagnostics) {
	fields := reflect.ValueOf(model).Elem()
	for _, field := range reflect.VisibleFields(fields.Type()) {
		name := field.Tag.Get("tfsdk")
		if attribute, found := config.Schema.GetAttributes()[name]; found && (attribute.IsRequired() || attribute.IsOptional()) {
			diags.Append(config.GetAttribute(ctx, path.Root(name), fields.FieldByIndex(field.Index).Addr().Interface())...)
		}
	}
	return diags
}

// dataSource is the data source of a noun.
type dataSource struct {
	noun
	provider *providerData
}

var (
	_ datasource.DataSourceWithConfigure        = &dataSource{}
	_ datasource.DataSourceWithConfigValidators = &dataSource{}
)

func (s *dataSource) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	s.provider, _ = req.ProviderData.(*providerData) // nil during validation
}

func (s *dataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + s.name
}

func (s *dataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: s.description, Attributes: s.attributes(ctx)}
}

func (s *dataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return s.validators
}

// Read loads the object and stores it in the state.
func (s *dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	model, diags := s.read(ctx, s.provider, req.Config, false)
	resp.Diagnostics.Append(diags...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(setState(ctx, &resp.State, model)...)
	}
}

// setState sets the state of a data source to its model.
func setState(ctx context.Context, to *tfsdk.State, model any) diag.Diagnostics {
	diags, err := state.Set(ctx, to, model)
	if err != nil {
		diags.Append(diagnose.Internal(fmt.Sprintf("a model cannot be written into a state: %v", err)))
	}
	return diags
}
