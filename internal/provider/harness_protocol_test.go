package provider_test

import (
	"context"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
	"github.com/retab-dev/terraform-provider-retab/internal/provider"
)

// server is the provider behind the plugin protocol.
type server struct {
	tfprotov6.ProviderServer
	schema *tfprotov6.GetProviderSchemaResponse
}

func serve(tb testing.TB, options ...provider.Option) server {
	tb.Helper()
	s := newServer(options...)
	schema, err := s.GetProviderSchema(tb.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil || len(schema.Diagnostics) > 0 {
		tb.Fatal(err, schema.Diagnostics)
	}
	return server{s, schema}
}

// wantEveryDataSource fails for data sources that are not in the table of a test, so that a new one is not forgotten.
func (s server) wantEveryDataSource(t *testing.T, tested []string) {
	t.Helper()
	for typeName := range s.schema.DataSourceSchemas {
		if !slices.Contains(tested, typeName) {
			t.Errorf("%s is not in the table of this test", typeName)
		}
	}
}

// configure validates and configures as Terraform does, and returns the text of the diagnostics.
func (s server) configure(tb testing.TB, arguments values) string {
	tb.Helper()
	config := dynamic(tb, s.schema.Provider.ValueType(), arguments)
	validated, err := s.ValidateProviderConfig(tb.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: config})
	if err != nil {
		tb.Fatal(err)
	}
	if len(validated.Diagnostics) > 0 {
		return text(tb, validated.Diagnostics)
	}
	configured, err := s.ConfigureProvider(tb.Context(), &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.11.4", Config: config})
	if err != nil {
		tb.Fatal(err)
	}
	return text(tb, configured.Diagnostics)
}

// connect returns a provider that is configured to read from the fake.
func (e env) connect(tb testing.TB, options ...provider.Option) server {
	tb.Helper()
	s := serve(tb, options...)
	if problem := s.configure(tb, values{"api_key": fakeapi.Key, "base_url": e.URL, "api_edition": e.setting}); problem != "" {
		tb.Fatal(problem)
	}
	return s
}

// read validates and reads a data source as Terraform does. It returns the attributes, unless there was an error, and the
// text of all diagnostics, warnings included.
func (s server) read(ctx context.Context, t *testing.T, typeName string, arguments values) (attributes, string) {
	t.Helper()
	schema := s.schema.DataSourceSchemas[typeName].ValueType()
	config := dynamic(t, schema, arguments)
	validated, err := s.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: typeName, Config: config})
	if err != nil {
		t.Fatal(err)
	}
	if hasErrors(validated.Diagnostics) {
		return nil, text(t, validated.Diagnostics)
	}
	read, err := s.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: config})
	if err != nil {
		t.Fatal(err)
	}
	diagnostics := text(t, append(validated.Diagnostics, read.Diagnostics...))
	if hasErrors(read.Diagnostics) {
		return nil, diagnostics
	}
	state, err := read.State.Unmarshal(schema)
	if err != nil {
		t.Fatal(err)
	}
	return plain(t, state).(map[string]any), diagnostics
}

func hasErrors(diagnostics []*tfprotov6.Diagnostic) bool {
	return slices.ContainsFunc(diagnostics, func(d *tfprotov6.Diagnostic) bool { return d.Severity == tfprotov6.DiagnosticSeverityError })
}

// open validates and opens an ephemeral resource as Terraform does.
func (s server) open(ctx context.Context, t *testing.T, typeName string, arguments values) (attributes, string) {
	t.Helper()
	schema := s.schema.EphemeralResourceSchemas[typeName].ValueType()
	config := dynamic(t, schema, arguments)
	validated, err := s.ValidateEphemeralResourceConfig(ctx, &tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: typeName, Config: config})
	if err != nil {
		t.Fatal(err)
	}
	if len(validated.Diagnostics) > 0 {
		return nil, text(t, validated.Diagnostics)
	}
	opened, err := s.OpenEphemeralResource(ctx, &tfprotov6.OpenEphemeralResourceRequest{TypeName: typeName, Config: config})
	if err != nil {
		t.Fatal(err)
	}
	if len(opened.Diagnostics) > 0 {
		return nil, text(t, opened.Diagnostics)
	}
	result, err := opened.Result.Unmarshal(schema)
	if err != nil {
		t.Fatal(err)
	}
	return plain(t, result).(map[string]any), ""
}

// actions returns the provider with the methods of actions.
func (s server) actions() tfprotov6.ProviderServerWithActions { //nolint:staticcheck // the interface that has actions for now
	return s.ProviderServer.(tfprotov6.ProviderServerWithActions) //nolint:staticcheck // as above
}

// validateAction validates the configuration of an action and returns the text of the diagnostics.
func (s server) validateAction(ctx context.Context, t *testing.T, actionType string, arguments values) string {
	t.Helper()
	config := dynamic(t, s.schema.ActionSchemas[actionType].Schema.ValueType(), arguments)
	validated, err := s.actions().ValidateActionConfig(ctx, &tfprotov6.ValidateActionConfigRequest{ActionType: actionType, Config: config})
	if err != nil {
		t.Fatal(err)
	}
	return text(t, validated.Diagnostics)
}

// planAction plans an action and returns the text of the diagnostics.
func (s server) planAction(ctx context.Context, t *testing.T, actionType string, arguments values) string {
	t.Helper()
	config := dynamic(t, s.schema.ActionSchemas[actionType].Schema.ValueType(), arguments)
	planned, err := s.actions().PlanAction(ctx, &tfprotov6.PlanActionRequest{ActionType: actionType, Config: config})
	if err != nil {
		t.Fatal(err)
	}
	return text(t, planned.Diagnostics)
}

// invoke invokes an action. It returns the progress reports and the text of the diagnostics. Terraform validates an action
// only with the literals of its configuration, so invoke does not validate.
func (s server) invoke(ctx context.Context, t *testing.T, actionType string, arguments values) (progress []string, problem string) {
	t.Helper()
	config := dynamic(t, s.schema.ActionSchemas[actionType].Schema.ValueType(), arguments)
	invoked, err := s.actions().InvokeAction(ctx, &tfprotov6.InvokeActionRequest{ActionType: actionType, Config: config})
	if err != nil {
		t.Fatal(err)
	}
	for event := range invoked.Events {
		switch event := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			progress = append(progress, event.Message)
		case tfprotov6.CompletedInvokeActionEventType:
			problem = text(t, event.Diagnostics)
		}
	}
	return progress, problem
}
