// Package providertest runs the provider in the tests of packages provider, faults and truth, and in no shipped code.
//
// There are two ways to run the provider in a test. Terraform runs the real CLI, which takes about a second per case. Serve
// returns the provider behind the plugin protocol in this process, with the same schema, validation and reads, which takes
// milliseconds and suits tables of many cases.
package providertest

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
	"github.com/retab-dev/terraform-provider-retab/internal/plugin"
	"github.com/retab-dev/terraform-provider-retab/internal/provider"
	"github.com/retab-dev/terraform-provider-retab/internal/tfcli"
)

// Live has the settings of make live, saved before Main clears the environment.
var Live = struct{ Key, BaseURL, Edition, RunID, DocumentID string }{
	os.Getenv("RETAB_API_KEY"), cmp.Or(os.Getenv("RETAB_API_BASE_URL"), os.Getenv("RETAB_BASE_URL")), os.Getenv("RETAB_API_EDITION"),
	os.Getenv("RETAB_RUN_ID"), os.Getenv("RETAB_DOCUMENT_ID"),
}

// engine is the CLI that the tests run; Main sets it.
var engine tfcli.Engine

// Main clears the developer's own settings, finds the CLI, runs the tests and returns the exit code.
func Main(m *testing.M) int {
	var err error
	if engine, err = tfcli.Isolate(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// NewServer returns a provider that does not pause between retries, unless the options change that.
func NewServer(options ...provider.Option) tfprotov6.ProviderServer {
	quick := transport.Backoff{Base: time.Nanosecond, Max: time.Nanosecond, MaxRetryAfter: time.Nanosecond}
	options = append([]provider.Option{provider.WithBackoff(quick)}, options...)
	return plugin.New("test", options...)
}

// ServerCase is a kind of server, and the setting api_edition with which the provider reads from it.
type ServerCase struct {
	Name    string
	Serves  fakeapi.Edition
	Setting string
}

// ServerCases are servers of both editions, read with the edition set and with auto.
var ServerCases = []ServerCase{
	{"run_scoped", fakeapi.RunScoped, "run_scoped"},
	{"flat", fakeapi.Flat, "flat"},
	{"auto_finds_run_scoped", fakeapi.RunScoped, "auto"},
	{"auto_finds_flat", fakeapi.Flat, "auto"},
	{"auto_finds_flat_behind_gate", fakeapi.FlatBehindGate, "auto"},
	{"auto_finds_both", fakeapi.Both, "auto"},
}

// EditionCases are the server cases without auto, for tables that would take too long with all cases.
var EditionCases = ServerCases[:2]

// ForEachServer runs a test with every server case, in parallel.
func ForEachServer(t *testing.T, test func(t *testing.T, e Env)) {
	t.Helper()
	forEachCase(t, ServerCases, test)
}

// ForEachEdition runs a test with every edition case, in parallel.
func ForEachEdition(t *testing.T, test func(t *testing.T, e Env)) {
	t.Helper()
	forEachCase(t, EditionCases, test)
}

func forEachCase(t *testing.T, cases []ServerCase, test func(t *testing.T, e Env)) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			test(t, c.Start(t))
		})
	}
}

// ForEachServerOnFakeClock runs a test with every server case, without a network and on the fake clock of testing/synctest:
// ten minutes of polling take no time. Retries pause as in production.
func ForEachServerOnFakeClock(t *testing.T, test func(t *testing.T, e Env, s Server)) {
	t.Helper()
	for _, c := range ServerCases {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			OnFakeClock(t, c, test)
		})
	}
}

// OnFakeClock is ForEachServerOnFakeClock for one server case.
func OnFakeClock(t *testing.T, c ServerCase, test func(t *testing.T, e Env, s Server)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		e := Env{c, fakeapi.New(c.Serves)}
		test(t, e, e.Connect(t, provider.WithTransport(e.Server), provider.WithBackoff(transport.Backoff{})))
	})
}

// Env is a server case with its fake server.
type Env struct {
	ServerCase
	*fakeapi.Server
}

// Start starts the fake of the case for the duration of a test.
func (c ServerCase) Start(tb testing.TB) Env {
	tb.Helper()
	fake := fakeapi.Start(c.Serves)
	tb.Cleanup(fake.Close)
	return Env{c, fake}
}

// StartServer starts the first server case, for tests that do not depend on the edition.
func StartServer(tb testing.TB) Env {
	tb.Helper()
	return ServerCases[0].Start(tb)
}

// IsFlat reports whether the provider reads in the flat edition, which auto uses wherever the server has it. Results are then read from the
// list of their run.
func (e Env) IsFlat() bool { return e.Serves != fakeapi.RunScoped }

// FlatResultsPath is the path of the lists of results in the flat edition.
const FlatResultsPath = "/v1/workflows/experiments/results"

// ResultPath returns the path of the request for a result.
func (e Env) ResultPath(runID, documentID string) string {
	if e.IsFlat() {
		return FlatResultsPath
	}
	return "/v1/workflows/experiments/runs/" + runID + "/results/" + documentID
}

// ScriptSeed scripts the replies to the next requests for the vendor's example, one for each.
func (e Env) ScriptSeed(replies ...fakeapi.Reply) {
	e.Script(e.ResultPath(fakeapi.SeedRunID, fakeapi.SeedDocumentID), replies...)
}

// ResultBody returns a 200 with one result, in the form of the edition.
func (e Env) ResultBody(result string) fakeapi.Reply {
	if e.IsFlat() {
		result = `{"list_metadata":{"after":null,"before":null},"data":[` + result + `]}`
	}
	return fakeapi.Reply{Status: 200, Body: result}
}

// RequestsWithoutDetection returns the requests without the one to the other edition with which auto detects the edition.
func (e Env) RequestsWithoutDetection() []fakeapi.Request {
	journal := e.Journal()
	isProbe := func(request fakeapi.Request) bool {
		return strings.Contains(request.Path, "/results") && (request.Path == FlatResultsPath) != e.IsFlat()
	}
	if probe := slices.IndexFunc(journal, isProbe); e.Setting == "auto" && probe >= 0 {
		return slices.Delete(journal, probe, probe+1)
	}
	return journal
}

// Terraform runs steps through the real Terraform CLI. It needs no TF_ACC, because it needs no account.
func Terraform(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	for _, step := range steps {
		if err := engine.Check(step.Config); err != nil {
			t.Skip(err)
		}
	}
	resource.Test(t, resource.TestCase{
		IsUnitTest: true,
		ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){
			"retab": func() (tfprotov6.ProviderServer, error) { return NewServer(), nil },
		},
		Steps: steps,
	})
}

// Configuration prepends a provider block with the address of the fake.
func (e Env) Configuration(hcl string) string {
	return fmt.Sprintf("provider \"retab\" {\n  api_key  = %q\n  base_url = %q\n  api_edition = %q\n}\n%s", fakeapi.Key, e.URL, e.Setting, hcl)
}

// TransportFunc is a function as a transport.
type TransportFunc func(*http.Request) (*http.Response, error)

// RoundTrip calls the function.
func (f TransportFunc) RoundTrip(request *http.Request) (*http.Response, error) { return f(request) }
