package faults_test

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
	"github.com/retab-dev/terraform-provider-retab/internal/providertest"
)

// TestMain reads the golden file, and writes it after an update.
func TestMain(m *testing.M) {
	if err := readGolden(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := providertest.Main(m)
	if err := writeGolden(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// The names of package providertest that many tests of this package use.
type (
	attributes    = providertest.Attributes
	env           = providertest.Env
	server        = providertest.Server
	serverCase    = providertest.ServerCase
	values        = providertest.Values
	transportFunc = providertest.TransportFunc
)

var (
	serverCases              = providertest.ServerCases
	editionCases             = providertest.EditionCases
	forEachServer            = providertest.ForEachServer
	forEachEdition           = providertest.ForEachEdition
	forEachServerOnFakeClock = providertest.ForEachServerOnFakeClock
	onFakeClock              = providertest.OnFakeClock
	onFakeClockOverPipes     = providertest.OnFakeClockOverPipes
	seedArguments            = providertest.SeedArguments
	seedWith                 = providertest.SeedWith
	serve                    = providertest.Serve
	wantContains             = providertest.WantContains
	waitArguments            = providertest.WaitArguments
	withLongTimeout          = providertest.WithLongTimeout
	wantNoContents           = providertest.WantNoContents
	wantElapsed              = providertest.WantElapsed
)

const (
	resultType      = "retab_experiment_result"
	resultsType     = "retab_experiment_results"
	runType         = "retab_experiment_run"
	experimentType  = "retab_experiment"
	experimentsType = "retab_experiments"
	metricsType     = "retab_experiment_metrics"
	artifactType    = "retab_artifact"
)

// script scripts the replies of a row.
func (f fault) script(e env) {
	if f.result != "" {
		e.ScriptSeed(e.ResultBody(f.result))
		return
	}
	e.ScriptSeed(f.replies...)
	for range f.requests - len(f.replies) {
		if len(f.wantText) > 0 {
			e.ScriptSeed(f.replies[len(f.replies)-1])
		}
	}
}

// check compares the outcome of a row with the row.
func (f fault) check(t *testing.T, e env, got attributes, problem string) {
	t.Helper()
	if len(f.wantText) == 0 && (problem != "" || got["status"] != "completed") {
		t.Errorf("got status %v and the diagnostics:\n%s", got["status"], problem)
	}
	wantContains(t, problem, f.wantText...)
	if problem != "" {
		wantGolden(t, e.Name, problem)
	}
	if len(f.wantText) > 0 && strings.Count(problem, "ERROR: ") != 1 {
		t.Errorf("want one error, got:\n%s", problem)
	}
	if strings.Contains(problem, "key is valid") {
		t.Errorf("the diagnostic must not claim that the key is valid:\n%s", problem)
	}
	if strings.Contains(problem, fakeapi.Key) || strings.ContainsAny(problem, "\x1b\x07\x00") {
		t.Errorf("the key or a control character is in:\n%q", problem)
	}
	if requests := len(e.RequestsWithoutDetection()); requests != f.requests {
		t.Errorf("%d requests, want %d", requests, f.requests)
	}
}

func reply(status int, contentType, body string) []fakeapi.Reply {
	return []fakeapi.Reply{{Status: status, Header: http.Header{"Content-Type": {contentType}}, Body: body}}
}

func detail(status int, text string) []fakeapi.Reply {
	return reply(status, "application/json", fmt.Sprintf(`{"detail":%q}`, text))
}
