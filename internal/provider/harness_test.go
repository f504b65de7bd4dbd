package provider_test

import (
	"cmp"
	"context"
	"fmt"
	"math/big"
	"net/http"
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

// There are two ways to run the provider in a test. terraform runs the real CLI, which takes about a second per case. serve
// returns the provider behind the plugin protocol in this process, with the same schema, validation and reads, which takes
// milliseconds and suits tables of many cases.

// live has the settings of make live, saved before TestMain clears the environment.
var live = struct{ key, baseURL, edition, runID, documentID string }{
	os.Getenv("RETAB_API_KEY"), cmp.Or(os.Getenv("RETAB_API_BASE_URL"), os.Getenv("RETAB_BASE_URL")), os.Getenv("RETAB_API_EDITION"),
	os.Getenv("RETAB_RUN_ID"), os.Getenv("RETAB_DOCUMENT_ID"),
}

// engine is the CLI that the tests run; TestMain sets it.
var engine tfcli.Engine

// TestMain clears the developer's own settings and finds the CLI.
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

// newServer returns a provider that does not pause between retries, unless the options change that.
func newServer(options ...provider.Option) tfprotov6.ProviderServer {
	quick := client.Backoff{Base: time.Nanosecond, Max: time.Nanosecond, MaxRetryAfter: time.Nanosecond}
	options = append([]provider.Option{provider.WithBackoff(quick)}, options...)
	return plugin.New("test", options...)
}

// serverCase is a kind of server, and the setting api_edition with which the provider reads from it.
type serverCase struct {
	name    string
	serves  fakeapi.Edition
	setting string
}

// serverCases are servers of both editions, read with the edition set and with auto.
var serverCases = []serverCase{
	{"run_scoped", fakeapi.RunScoped, "run_scoped"},
	{"flat", fakeapi.Flat, "flat"},
	{"auto_finds_run_scoped", fakeapi.RunScoped, "auto"},
	{"auto_finds_flat", fakeapi.Flat, "auto"},
	{"auto_finds_flat_behind_gate", fakeapi.FlatBehindGate, "auto"},
	{"auto_finds_both", fakeapi.Both, "auto"},
}

// editionCases are the server cases without auto, for tables that would take too long with all cases.
var editionCases = serverCases[:2]

// forEachServer runs a test with every server case, in parallel.
func forEachServer(t *testing.T, test func(t *testing.T, e env)) {
	t.Helper()
	forEachCase(t, serverCases, test)
}

// forEachEdition runs a test with every edition case, in parallel.
func forEachEdition(t *testing.T, test func(t *testing.T, e env)) {
	t.Helper()
	forEachCase(t, editionCases, test)
}

func forEachCase(t *testing.T, cases []serverCase, test func(t *testing.T, e env)) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			test(t, c.start(t))
		})
	}
}

// forEachServerOnFakeClock runs a test with every server case, without a network and on the fake clock of testing/synctest:
// ten minutes of polling take no time. Retries pause as in production.
func forEachServerOnFakeClock(t *testing.T, test func(t *testing.T, e env, s server)) {
	t.Helper()
	for _, c := range serverCases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			onFakeClock(t, c, test)
		})
	}
}

// onFakeClock is forEachServerOnFakeClock for one server case.
func onFakeClock(t *testing.T, c serverCase, test func(t *testing.T, e env, s server)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		e := env{c, fakeapi.New(c.serves)}
		test(t, e, e.connect(t, provider.WithTransport(e.Server), provider.WithBackoff(client.Backoff{})))
	})
}

// env is a server case with its fake server.
type env struct {
	serverCase
	*fakeapi.Server
}

func (c serverCase) start(tb testing.TB) env {
	tb.Helper()
	fake := fakeapi.Start(c.serves)
	tb.Cleanup(fake.Close)
	return env{c, fake}
}

// startServer starts the first server case, for tests that do not depend on the edition.
func startServer(tb testing.TB) env {
	tb.Helper()
	return serverCases[0].start(tb)
}

// isFlat reports whether the server has only the flat edition, in which results are read from the list of their run.
func (e env) isFlat() bool { return e.serves == fakeapi.Flat || e.serves == fakeapi.FlatBehindGate }

const flatResultsPath = "/v1/workflows/experiments/results"

// resultPath returns the path of the request for a result.
func (e env) resultPath(runID, documentID string) string {
	if e.isFlat() {
		return flatResultsPath
	}
	return "/v1/workflows/experiments/runs/" + runID + "/results/" + documentID
}

// scriptSeed scripts the replies to the next requests for the vendor's example, one for each.
func (e env) scriptSeed(replies ...fakeapi.Reply) {
	e.Script(e.resultPath(fakeapi.SeedRunID, fakeapi.SeedDocumentID), replies...)
}

// resultBody returns a 200 with one result, in the form of the edition.
func (e env) resultBody(result string) fakeapi.Reply {
	if e.isFlat() {
		result = `{"list_metadata":{"after":null,"before":null},"data":[` + result + `]}`
	}
	return fakeapi.Reply{Status: 200, Body: result}
}

// requestsWithoutDetection returns the requests without the one to the other edition with which auto detects the edition.
func (e env) requestsWithoutDetection() []fakeapi.Request {
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

// configuration prepends a provider block with the address of the fake.
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

// wantEveryDataSource fails for data sources that are not in the table of a test, so that a new one is not forgotten.
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

// transportFunc is a function as a transport.
type transportFunc func(*http.Request) (*http.Response, error)

// RoundTrip calls the function.
func (f transportFunc) RoundTrip(request *http.Request) (*http.Response, error) { return f(request) }

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

// invoke validates and invokes an action as Terraform does. It returns the progress reports and the text of the diagnostics.
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

// attributes are values as plain Go: string, bool, a number as a decimal string, nil, map[string]any, []any.
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

// setOf returns a set of strings as an argument.
func setOf(texts ...string) tftypes.Value {
	var elements []tftypes.Value
	for _, text := range texts {
		elements = append(elements, tftypes.NewValue(tftypes.String, text))
	}
	return tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, elements)
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

// text formats diagnostics as Terraform shows them: attribute path, summary, detail. It fails for a summary that is too long.
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
