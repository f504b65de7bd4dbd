package provider_test

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

// transportFunc is a function as a transport.
type transportFunc func(*http.Request) (*http.Response, error)

// RoundTrip calls the function.
func (f transportFunc) RoundTrip(request *http.Request) (*http.Response, error) { return f(request) }
