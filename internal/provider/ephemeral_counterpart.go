package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
)

// ephemeralCounterpart is an ephemeral resource that reads what a data source reads: the same arguments and the same object,
// but read again when applying, and stored nowhere. Name, schema, validators and reading are the data source's.
type ephemeralCounterpart[Model any, Pointer loadable[Model]] struct {
	ephemeralResource
	source      datasource.DataSource
	description string
}

// loadable is the model of a data source, with the method that reads it.
type loadable[Model any] interface {
	*Model
	load(ctx context.Context, provider *providerData) diag.Diagnostics
}

var (
	_ ephemeral.EphemeralResourceWithConfigure      = &ephemeralCounterpart[experimentConfigModel, *experimentConfigModel]{}
	_ ephemeral.EphemeralResourceWithValidateConfig = &ephemeralCounterpart[experimentConfigModel, *experimentConfigModel]{}
)

func newExperimentEphemeral() ephemeral.EphemeralResource {
	return &ephemeralCounterpart[experimentConfigModel, *experimentConfigModel]{
		source:      newExperimentDataSource(),
		description: "Reads one Retab experiment, while planning and again when applying, and stores nothing of it.",
	}
}

func newExperimentMetricsEphemeral() ephemeral.EphemeralResource {
	return &ephemeralCounterpart[experimentMetricsConfigModel, *experimentMetricsConfigModel]{
		source:      newExperimentMetricsDataSource(),
		description: "Reads the scores of one Retab experiment run, while planning and again when applying, and stores nothing of them.",
	}
}

func newExperimentRunEphemeral() ephemeral.EphemeralResource {
	return &ephemeralCounterpart[experimentRunConfigModel, *experimentRunConfigModel]{
		source:      newExperimentRunDataSource(),
		description: "Reads one Retab experiment run, while planning and again when applying, and stores nothing of it.",
	}
}

func (e *ephemeralCounterpart[Model, Pointer]) Metadata(ctx context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	var named datasource.MetadataResponse
	e.source.Metadata(ctx, datasource.MetadataRequest{ProviderTypeName: req.ProviderTypeName}, &named)
	resp.TypeName = named.TypeName
}

func (e *ephemeralCounterpart[Model, Pointer]) Schema(ctx context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	var described datasource.SchemaResponse
	e.source.Schema(ctx, datasource.SchemaRequest{}, &described)
	resp.Diagnostics.Append(described.Diagnostics...)
	resp.Schema = schema.Schema{MarkdownDescription: e.description, Attributes: asEphemeral(described.Schema.Attributes)}
}

// ValidateConfig applies the validators of the data source as a whole; those of its attributes are part of the schema.
func (e *ephemeralCounterpart[Model, Pointer]) ValidateConfig(ctx context.Context, req ephemeral.ValidateConfigRequest, resp *ephemeral.ValidateConfigResponse) {
	source, hasValidators := e.source.(datasource.DataSourceWithConfigValidators)
	if !hasValidators {
		return
	}
	for _, validator := range source.ConfigValidators(ctx) {
		var validated datasource.ValidateConfigResponse
		validator.ValidateDataSource(ctx, datasource.ValidateConfigRequest{Config: req.Config}, &validated)
		resp.Diagnostics.Append(validated.Diagnostics...)
	}
}

func (e *ephemeralCounterpart[Model, Pointer]) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var config Model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(Pointer(&config).load(ctx, e.provider)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Result.Set(ctx, &config)...)
}
