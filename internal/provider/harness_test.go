package provider_test

import (
	"cmp"
	"context"
	"fmt"
	"math/big"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
	"github.com/retab-dev/terraform-provider-retab/internal/plugin"
	"github.com/retab-dev/terraform-provider-retab/internal/provider"
	"github.com/retab-dev/terraform-provider-retab/internal/tfcli"
)

// Two ways to drive the provider. terraform runs the real CLI: what a person sees, about a second a case. serve
// speaks the plugin protocol to the provider in this process: the same schema, validation and reads in milliseconds,
// for tables of many cases.

// live is what make live was given, kept before the environment is cleared for everyone else.
var live = struct{ key, baseURL, edition, runID, documentID string }{
	os.Getenv("RETAB_API_KEY"), cmp.Or(os.Getenv("RETAB_API_BASE_URL"), os.Getenv("RETAB_BASE_URL")), os.Getenv("RETAB_API_EDITION"),
	os.Getenv("RETAB_RUN_ID"), os.Getenv("RETAB_DOCUMENT_ID"),
}

// engine is what the tests run on; TestMain sets it.
var engine tfcli.Engine

// TestMain takes the developer's own settings out of the way and finds the CLI.
func TestMain(m *testing.M) {
	var err error
	if engine, err = tfcli.Isolate(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if err = readGolden(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	if err = writeGolden(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// newServer makes a provider that does not wait between retries, unless options say otherwise.
func newServer(options ...provider.Option) tfprotov6.ProviderServer {
	quick := client.Backoff{Base: time.Nanosecond, Max: time.Nanosecond, MaxRetryAfter: time.Nanosecond}
	options = append([]provider.Option{provider.WithBackoff(quick)}, options...)
	return plugin.New("test", options...)
}

// world is a kind of server and the provider's setting to read from it.
type world struct {
	name    string
	serves  fakeapi.Edition
	setting string
}

// worlds are both editions, said and found out.
var worlds = []world{
	{"run_scoped", fakeapi.RunScoped, "run_scoped"},
	{"flat", fakeapi.Flat, "flat"},
	{"auto_finds_run_scoped", fakeapi.RunScoped, "auto"},
	{"auto_finds_flat", fakeapi.Flat, "auto"},
	{"auto_finds_flat_behind_gate", fakeapi.FlatBehindGate, "auto"},
	{"auto_finds_both", fakeapi.Both, "auto"},
}

// inEveryWorld runs a test in each of them, in parallel.
func inEveryWorld(t *testing.T, test func(t *testing.T, e env)) {
	t.Helper()
	for _, w := range worlds {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			test(t, w.start(t))
		})
	}
}

// inEveryBubble runs a test in every world without a network and on a clock of its own, which jumps ahead whenever
// everything waits: ten minutes of polling take no time. Retries pause as they do in earnest.
func inEveryBubble(t *testing.T, test func(t *testing.T, e env, s server)) {
	t.Helper()
	for _, w := range worlds {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, w, test)
		})
	}
}

// inBubble is inEveryBubble for one world.
func inBubble(t *testing.T, w world, test func(t *testing.T, e env, s server)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		e := env{w, fakeapi.New(w.serves)}
		test(t, e, e.connect(t, provider.WithTransport(e.Server), provider.WithBackoff(client.Backoff{})))
	})
}

// env is a world with a fake of its own.
type env struct {
	world
	*fakeapi.Server
}

func (w world) start(tb testing.TB) env {
	tb.Helper()
	fake := fakeapi.Start(w.serves)
	tb.Cleanup(fake.Close)
	return env{w, fake}
}

// oneWorld is for tests that are not about reading.
func oneWorld(tb testing.TB) env {
	tb.Helper()
	return worlds[0].start(tb)
}

// isFlat reports whether results are read from the list of their run.
func (e env) isFlat() bool { return e.serves == fakeapi.Flat || e.serves == fakeapi.FlatBehindGate }

const flatResultsPath = "/v1/workflows/experiments/results"

// resultPath is where the fake is asked for a result.
func (e env) resultPath(runID, documentID string) string {
	if e.isFlat() {
		return flatResultsPath
	}
	return "/v1/workflows/experiments/runs/" + runID + "/results/" + documentID
}

// scriptSeed makes the fake answer once with a reply when it is asked for the vendor's example.
func (e env) scriptSeed(replies ...fakeapi.Reply) {
	e.Script(e.resultPath(fakeapi.SeedRunID, fakeapi.SeedDocumentID), replies...)
}

// resultBody is a 200 with one result, as the edition sends it.
func (e env) resultBody(result string) fakeapi.Reply {
	if e.isFlat() {
		result = `{"list_metadata":{"after":null,"before":null},"data":[` + result + `]}`
	}
	return fakeapi.Reply{Status: 200, Body: result}
}

// answered returns the requests without the first one to the other edition, with which auto detects the edition.
func (e env) answered() []fakeapi.Request {
	journal := e.Journal()
	isProbe := func(request fakeapi.Request) bool {
		return strings.Contains(request.Path, "/results") && (request.Path == flatResultsPath) != e.isFlat()
	}
	if probe := slices.IndexFunc(journal, isProbe); e.setting == "auto" && probe >= 0 {
		return slices.Delete(journal, probe, probe+1)
	}
	return journal
}

// terraform runs steps through the real Terraform CLI. It needs no TF_ACC, because it needs no account.
func terraform(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	for _, step := range steps {
		if err := engine.Check(step.Config); err != nil {
			t.Skip(err)
		}
	}
	resource.Test(t, resource.TestCase{
		IsUnitTest: true,
		ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){
			"retab": func() (tfprotov6.ProviderServer, error) { return newServer(), nil },
		},
		Steps: steps,
	})
}

// configuration prepends a provider block that points at the fake.
func (e env) configuration(hcl string) string {
	return fmt.Sprintf("provider \"retab\" {\n  api_key  = %q\n  base_url = %q\n  api_edition = %q\n}\n%s", fakeapi.Key, e.URL, e.setting, hcl)
}

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

// wantEveryDataSource holds a table of data sources against those that are served, so that a new one is not forgotten.
func (s server) wantEveryDataSource(t *testing.T, tested []string) {
	t.Helper()
	for typeName := range s.schema.DataSourceSchemas {
		if !slices.Contains(tested, typeName) {
			t.Errorf("%s is not in the table of this test", typeName)
		}
	}
}

// values are arguments by name: a string, bool, int, a nested values, or a tftypes value for anything else. Arguments
// left out are null.
type values map[string]any

// configure validates and configures as Terraform does, and returns what the provider has to say.
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

// connect returns a server configured to read from the fake.
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

// invoke validates and invokes an action as Terraform does. It returns the progress reported and what the provider has
// to say.
func (s server) invoke(ctx context.Context, t *testing.T, actionType string, arguments values) (progress []string, problem string) {
	t.Helper()
	actions := s.ProviderServer.(tfprotov6.ProviderServerWithActions) //nolint:staticcheck // the interface that has actions for now
	config := dynamic(t, s.schema.ActionSchemas[actionType].Schema.ValueType(), arguments)
	validated, err := actions.ValidateActionConfig(ctx, &tfprotov6.ValidateActionConfigRequest{ActionType: actionType, Config: config})
	if err != nil {
		t.Fatal(err)
	}
	if len(validated.Diagnostics) > 0 {
		return nil, text(t, validated.Diagnostics)
	}
	invoked, err := actions.InvokeAction(ctx, &tfprotov6.InvokeActionRequest{ActionType: actionType, Config: config})
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

// attributes are values as plain Go: string, bool, a number as its digits, nil, map[string]any, []any.
type attributes = map[string]any

func dynamic(tb testing.TB, schema tftypes.Type, arguments values) *tfprotov6.DynamicValue {
	tb.Helper()
	value, err := tfprotov6.NewDynamicValue(schema, object(tb, schema, arguments))
	if err != nil {
		tb.Fatal(err)
	}
	return &value
}

func object(tb testing.TB, schema tftypes.Type, arguments values) tftypes.Value {
	tb.Helper()
	members := map[string]tftypes.Value{}
	for name, member := range schema.(tftypes.Object).AttributeTypes {
		switch argument := arguments[name].(type) {
		case values:
			members[name] = object(tb, member, argument)
		case tftypes.Value:
			members[name] = argument
		default:
			members[name] = tftypes.NewValue(member, argument)
		}
	}
	for name := range arguments {
		if _, known := members[name]; !known {
			tb.Fatalf("there is no argument %s", name)
		}
	}
	return tftypes.NewValue(schema, members)
}

var unknownString = tftypes.NewValue(tftypes.String, tftypes.UnknownValue)

func plain(t *testing.T, value tftypes.Value) any {
	t.Helper()
	switch typ := value.Type(); {
	case value.IsNull():
		return nil
	case !value.IsKnown():
		t.Fatal("a data source must not return unknown values")
		return nil
	case typ.Is(tftypes.String):
		return as(t, value, new(string))
	case typ.Is(tftypes.Bool):
		return as(t, value, new(bool))
	case typ.Is(tftypes.Number):
		var number big.Float
		asPointer(t, value, &number)
		return number.Text('f', -1)
	case typ.Is(tftypes.Object{}), typ.Is(tftypes.Map{}):
		members := map[string]any{}
		for name, member := range *asPointer(t, value, new(map[string]tftypes.Value)) {
			members[name] = plain(t, member)
		}
		return members
	default:
		var items []any
		for _, item := range *asPointer(t, value, new([]tftypes.Value)) {
			items = append(items, plain(t, item))
		}
		return items
	}
}

func asPointer[T any](t *testing.T, value tftypes.Value, target *T) *T {
	t.Helper()
	if err := value.As(target); err != nil {
		t.Fatal(err)
	}
	return target
}

func as[T any](t *testing.T, value tftypes.Value, target *T) T {
	t.Helper()
	return *asPointer(t, value, target)
}

// text writes diagnostics the way Terraform shows them: where, summary, detail.
func text(tb testing.TB, diagnostics []*tfprotov6.Diagnostic) string {
	tb.Helper()
	var words []string
	for _, d := range diagnostics {
		if length := len([]rune(d.Summary)); length > 60 || strings.HasSuffix(d.Summary, ".") {
			tb.Errorf("a summary has %d characters: %s", length, d.Summary)
		}
		where := ""
		if d.Attribute != nil {
			where = d.Attribute.String() + ": "
		}
		words = append(words, fmt.Sprintf("%s: %s%s\n%s", d.Severity, where, d.Summary, d.Detail))
	}
	return strings.Join(words, "\n\n")
}
