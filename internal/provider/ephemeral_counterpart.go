package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
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

var (
	_ ephemeral.EphemeralResourceWithConfigure      = &ephemeralCounterpart[experimentConfigModel, *experimentConfigModel]{}
	_ ephemeral.EphemeralResourceWithValidateConfig = &ephemeralCounterpart[experimentConfigModel, *experimentConfigModel]{}
)

func newCounterpart[Model any, Pointer loadable[Model]](source datasource.DataSource, description string) ephemeral.EphemeralResource {
	return &ephemeralCounterpart[Model, Pointer]{source: source, description: description}
}

func newExperimentEphemeral() ephemeral.EphemeralResource {
	return newCounterpart[experimentConfigModel](newExperimentDataSource(),
		"Reads a Retab experiment in the plan and again in the apply, and stores nothing.")
}

func newExperimentMetricsEphemeral() ephemeral.EphemeralResource {
	return newCounterpart[experimentMetricsConfigModel](newExperimentMetricsDataSource(),
		"Reads the scores of a Retab experiment run in the plan and again in the apply, and stores nothing.")
}

func newExperimentResultEphemeral() ephemeral.EphemeralResource {
	return newCounterpart[experimentResultConfigModel](newExperimentResultDataSource(),
		"Reads a Retab experiment result in the plan and again in the apply, and stores nothing.")
}

func newExperimentRunEphemeral() ephemeral.EphemeralResource {
	return newCounterpart[experimentRunConfigModel](newExperimentRunDataSource(),
		"Reads a Retab experiment run in the plan and again in the apply, and stores nothing.")
}

func newEvalRunEphemeral() ephemeral.EphemeralResource {
	return newCounterpart[evalRunConfigModel](newEvalRunDataSource(),
		"Reads one run of Retab evals in the plan and again in the apply, and stores nothing.")
}

func newEvalsEphemeral() ephemeral.EphemeralResource {
	return newCounterpart[evalsConfigModel](newEvalsDataSource(),
		"Reads the saved evals of a Retab workflow in the plan and again in the apply, and stores nothing.")
}

func newWorkflowEphemeral() ephemeral.EphemeralResource {
	return newCounterpart[workflowConfigModel](newWorkflowDataSource(),
		"Reads a Retab workflow in the plan and again in the apply, and stores nothing.")
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
	loadResult[Model, Pointer](ctx, e.provider, req, resp)
}
