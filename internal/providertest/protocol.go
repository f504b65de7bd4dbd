package providertest

import (
	"context"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
	"github.com/retab-dev/terraform-provider-retab/internal/provider"
)

// Server is the provider behind the plugin protocol.
type Server struct {
	tfprotov6.ProviderServer
	Schema *tfprotov6.GetProviderSchemaResponse
}

// Serve returns a provider that is not configured.
func Serve(tb testing.TB, options ...provider.Option) Server {
	tb.Helper()
	s := NewServer(options...)
	schema, err := s.GetProviderSchema(tb.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil || len(schema.Diagnostics) > 0 {
		tb.Fatal(err, schema.Diagnostics)
	}
	return Server{s, schema}
}

// Configure validates and configures as Terraform does, and returns the text of the diagnostics.
func (s Server) Configure(tb testing.TB, arguments Values) string {
	tb.Helper()
	config := Dynamic(tb, s.Schema.Provider.ValueType(), arguments)
	validated, err := s.ValidateProviderConfig(tb.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: config})
	if err != nil {
		tb.Fatal(err)
	}
	if len(validated.Diagnostics) > 0 {
		return Text(tb, validated.Diagnostics)
	}
	configured, err := s.ConfigureProvider(tb.Context(), &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.11.4", Config: config})
	if err != nil {
		tb.Fatal(err)
	}
	return Text(tb, configured.Diagnostics)
}

// Connect returns a provider that is configured to read from the fake.
func (e Env) Connect(tb testing.TB, options ...provider.Option) Server {
	tb.Helper()
	s := Serve(tb, options...)
	if problem := s.Configure(tb, Values{"api_key": fakeapi.Key, "base_url": e.URL, "api_edition": e.Setting}); problem != "" {
		tb.Fatal(problem)
	}
	return s
}

// Read validates and reads a data source as Terraform does. It returns the attributes, unless there was an error, and the
// text of all diagnostics, warnings included.
func (s Server) Read(ctx context.Context, t *testing.T, typeName string, arguments Values) (Attributes, string) {
	t.Helper()
	schema := s.Schema.DataSourceSchemas[typeName].ValueType()
	config := Dynamic(t, schema, arguments)
	validated, err := s.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: typeName, Config: config})
	if err != nil {
		t.Fatal(err)
	}
	if hasErrors(validated.Diagnostics) {
		return nil, Text(t, validated.Diagnostics)
	}
	read, err := s.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: config})
	if err != nil {
		t.Fatal(err)
	}
	diagnostics := Text(t, append(validated.Diagnostics, read.Diagnostics...))
	if hasErrors(read.Diagnostics) {
		return nil, diagnostics
	}
	state, err := read.State.Unmarshal(schema)
	if err != nil {
		t.Fatal(err)
	}
	return Plain(t, state).(map[string]any), diagnostics
}

func hasErrors(diagnostics []*tfprotov6.Diagnostic) bool {
	return slices.ContainsFunc(diagnostics, func(d *tfprotov6.Diagnostic) bool { return d.Severity == tfprotov6.DiagnosticSeverityError })
}

// Open validates and opens an ephemeral resource as Terraform does.
func (s Server) Open(ctx context.Context, t *testing.T, typeName string, arguments Values) (Attributes, string) {
	t.Helper()
	schema := s.Schema.EphemeralResourceSchemas[typeName].ValueType()
	config := Dynamic(t, schema, arguments)
	validated, err := s.ValidateEphemeralResourceConfig(ctx, &tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: typeName, Config: config})
	if err != nil {
		t.Fatal(err)
	}
	if len(validated.Diagnostics) > 0 {
		return nil, Text(t, validated.Diagnostics)
	}
	opened, err := s.OpenEphemeralResource(ctx, &tfprotov6.OpenEphemeralResourceRequest{TypeName: typeName, Config: config})
	if err != nil {
		t.Fatal(err)
	}
	if len(opened.Diagnostics) > 0 {
		return nil, Text(t, opened.Diagnostics)
	}
	result, err := opened.Result.Unmarshal(schema)
	if err != nil {
		t.Fatal(err)
	}
	return Plain(t, result).(map[string]any), ""
}

// actions returns the provider with the methods of actions.
func (s Server) actions() tfprotov6.ProviderServerWithActions { //nolint:staticcheck // the interface that has actions for now
	return s.ProviderServer.(tfprotov6.ProviderServerWithActions) //nolint:staticcheck // as above
}

// ValidateAction validates the configuration of an action and returns the text of the diagnostics.
func (s Server) ValidateAction(ctx context.Context, t *testing.T, actionType string, arguments Values) string {
	t.Helper()
	config := Dynamic(t, s.Schema.ActionSchemas[actionType].Schema.ValueType(), arguments)
	validated, err := s.actions().ValidateActionConfig(ctx, &tfprotov6.ValidateActionConfigRequest{ActionType: actionType, Config: config})
	if err != nil {
		t.Fatal(err)
	}
	return Text(t, validated.Diagnostics)
}

// PlanAction plans an action and returns the text of the diagnostics.
func (s Server) PlanAction(ctx context.Context, t *testing.T, actionType string, arguments Values) string {
	t.Helper()
	config := Dynamic(t, s.Schema.ActionSchemas[actionType].Schema.ValueType(), arguments)
	planned, err := s.actions().PlanAction(ctx, &tfprotov6.PlanActionRequest{ActionType: actionType, Config: config})
	if err != nil {
		t.Fatal(err)
	}
	return Text(t, planned.Diagnostics)
}

// Invoke invokes an action. It returns the progress reports and the text of the diagnostics. Terraform validates an action
// only with the literals of its configuration, so Invoke does not validate.
func (s Server) Invoke(ctx context.Context, t *testing.T, actionType string, arguments Values) (progress []string, problem string) {
	t.Helper()
	config := Dynamic(t, s.Schema.ActionSchemas[actionType].Schema.ValueType(), arguments)
	invoked, err := s.actions().InvokeAction(ctx, &tfprotov6.InvokeActionRequest{ActionType: actionType, Config: config})
	if err != nil {
		t.Fatal(err)
	}
	for event := range invoked.Events {
		switch event := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			progress = append(progress, event.Message)
		case tfprotov6.CompletedInvokeActionEventType:
			problem = Text(t, event.Diagnostics)
		}
	}
	return progress, problem
}

// ReadRaw reads a data source with valid arguments. Unlike Read, it separates warnings from errors and returns the state with
// both. Any goroutine may call it.
func (s Server) ReadRaw(ctx context.Context, typeName string, config *tfprotov6.DynamicValue) (state *tfprotov6.DynamicValue, errors, warnings string) {
	read, err := s.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: config})
	if err != nil {
		return nil, err.Error(), ""
	}
	errors, warnings = split(read.Diagnostics)
	return read.State, errors, warnings
}

// OpenRaw is ReadRaw for an ephemeral resource.
func (s Server) OpenRaw(ctx context.Context, typeName string, config *tfprotov6.DynamicValue) (result *tfprotov6.DynamicValue, errors, warnings string) {
	opened, err := s.OpenEphemeralResource(ctx, &tfprotov6.OpenEphemeralResourceRequest{TypeName: typeName, Config: config})
	if err != nil {
		return nil, err.Error(), ""
	}
	errors, warnings = split(opened.Diagnostics)
	return opened.Result, errors, warnings
}

// split returns the texts of the errors and of the warnings.
func split(diagnostics []*tfprotov6.Diagnostic) (errors, warnings string) {
	for _, d := range diagnostics {
		if words := d.Summary + "\n" + d.Detail + "\n"; d.Severity == tfprotov6.DiagnosticSeverityError {
			errors += words
		} else {
			warnings += words
		}
	}
	return errors, warnings
}

// ReadWithWarnings reads and returns the attributes, nil if there is an error, and the texts of the errors and of the
// warnings.
func (s Server) ReadWithWarnings(ctx context.Context, t *testing.T, typeName string, arguments Values) (state Attributes, errors, warnings string) {
	t.Helper()
	schema := s.Schema.DataSourceSchemas[typeName].ValueType()
	raw, errors, warnings := s.ReadRaw(ctx, typeName, Dynamic(t, schema, arguments))
	if errors != "" {
		return nil, errors, warnings
	}
	value, err := raw.Unmarshal(schema)
	if err != nil {
		t.Fatal(err)
	}
	return Plain(t, value).(Attributes), "", warnings
}
