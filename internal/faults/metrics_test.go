package faults_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// This file runs the rows of the fault table against the routes of experiments, metrics, evals and workflows. The rows about their bodies are in
// faults_metrics_bodies_test.go.

// faultRoute is a read of one route.
type faultRoute struct {
	typeName  string
	arguments values
	noun      string // in refusals
	path      func(e env) string
	isRead    func(got attributes) bool // whether the read returned the object of the fake
}

var faultRoutes = map[string]faultRoute{
	"experiment": {
		experimentType,
		values{"id": "exp_abc", "workflow_id": "wf_1"},
		"experiment",
		func(e env) string {
			if e.IsFlat() {
				return "/v1/workflows/experiments/exp_abc"
			}
			return "/v1/workflows/wf_1/experiments/exp_abc"
		},
		func(got attributes) bool { return got["status"] == "completed" },
	},
	"experiments": {
		experimentsType,
		values{"workflow_id": "wf_1"},
		"list of experiments",
		func(e env) string {
			if e.IsFlat() {
				return "/v1/workflows/experiments"
			}
			return "/v1/workflows/wf_1/experiments"
		},
		func(got attributes) bool { return len(got["by_id"].(attributes)) > 0 },
	},
	"metrics": {
		metricsType,
		values{"run_id": "exprun_2"},
		"metrics",
		func(e env) string {
			if e.IsFlat() {
				return "/v1/workflows/experiments/metrics"
			}
			return "/v1/workflows/experiments/runs/exprun_2/metrics"
		},
		func(got attributes) bool { return got["state"] == "available" },
	},
	"eval run": {
		"retab_eval_run",
		values{"run_id": fakeapi.PassedEvalRunID},
		"run of evals",
		func(e env) string { return "/v1/workflows/" + evalNouns(e) + "/runs/" + fakeapi.PassedEvalRunID },
		func(got attributes) bool { return got["all_passed"] == true },
	},
	"newest eval run": {
		"retab_eval_run",
		values{"workflow_id": fakeapi.OtherWorkflowID},
		"run of evals",
		func(e env) string { return "/v1/workflows/" + evalNouns(e) + "/runs" },
		func(got attributes) bool { return got["all_passed"] == true },
	},
	"evals": {
		"retab_evals",
		values{"workflow_id": fakeapi.OtherWorkflowID},
		"list of evals",
		func(e env) string {
			if e.IsFlat() {
				return "/v1/workflows/evals"
			}
			return "/v1/workflows/" + fakeapi.OtherWorkflowID + "/tests"
		},
		func(got attributes) bool { return got["all_passing"] == true },
	},
	"workflow": {
		"retab_workflow",
		values{"id": "wf_1"},
		"workflow",
		func(env) string { return "/v1/workflows/wf_1" },
		func(got attributes) bool { return got["is_published"] == true },
	},
}

// evalNouns returns what an edition calls evals in its paths.
func evalNouns(e env) string {
	if e.IsFlat() {
		return "evals"
	}
	return "tests"
}

// script scripts the replies of a row, as fault.script does for a result.
func (r faultRoute) script(e env, row fault) {
	e.Script(r.path(e), row.replies...)
	for range row.requests - len(row.replies) {
		if len(row.wantText) > 0 {
			e.Script(r.path(e), row.replies[len(row.replies)-1])
		}
	}
}

// check compares the outcome of a row with the row.
func (r faultRoute) check(t *testing.T, e env, row fault, got attributes, problem string) {
	t.Helper()
	if len(row.wantText) == 0 && (problem != "" || !r.isRead(got)) {
		t.Errorf("got %v and the diagnostics:\n%s", got, problem)
	}
	for _, words := range row.wantText {
		wantContains(t, problem, strings.Replace(words, accessRefused, "ERROR: Retab refused access to the "+r.noun, 1))
	}
	if len(row.wantText) > 0 && strings.Count(problem, "ERROR: ") != 1 {
		t.Errorf("want one error, got:\n%s", problem)
	}
	if strings.Contains(problem, fakeapi.Key) || strings.ContainsAny(problem, "\x1b\x07\x00") {
		t.Errorf("the key or a control character is in:\n%q", problem)
	}
	requests := 0
	for _, request := range e.Journal() {
		if !strings.HasSuffix(request.Path, "/run-plan") { // which follows the experiment in the run-scoped edition
			requests++
		}
	}
	if requests != row.requests {
		t.Errorf("%d requests, want %d", requests, row.requests)
	}
}

// TestFaults_experimentsAndMetrics runs the rows that need a network, or have no pauses.
func TestFaults_experimentsAndMetrics(t *testing.T) {
	t.Parallel()
	for name, route := range faultRoutes {
		for family, rows := range map[string][]fault{"refused": refusals(), "broken transport": brokenConnections()} {
			for _, row := range rows {
				t.Run(name+"/"+family+"/"+row.situation, func(t *testing.T) {
					t.Parallel()
					forEachEdition(t, func(t *testing.T, e env) {
						route.script(e, row)
						got, problem := e.Connect(t).Read(t.Context(), t, route.typeName, route.arguments)
						route.check(t, e, row, got, problem)
					})
				})
			}
		}
		for _, row := range stalledAnswers() {
			t.Run(name+"/broken transport/"+row.situation, func(t *testing.T) {
				t.Parallel()
				for _, c := range editionCases {
					t.Run(c.Name, func(t *testing.T) {
						t.Parallel()
						onFakeClockOverPipes(t, c, values{"max_retries": 1}, func(t *testing.T, e env, s server) {
							route.script(e, row)
							got, problem := s.Read(t.Context(), t, route.typeName, route.arguments)
							route.check(t, e, row, got, problem)
						})
					})
				}
			})
		}
	}
}

// TestFaults_experimentAndMetricsPauses runs the rows with pauses, on a fake clock.
func TestFaults_experimentAndMetricsPauses(t *testing.T) {
	t.Parallel()
	for name, route := range faultRoutes {
		for _, row := range temporaryFaults() {
			t.Run(name+"/"+row.situation, func(t *testing.T) {
				t.Parallel()
				for _, c := range editionCases {
					t.Run(c.Name, func(t *testing.T) {
						t.Parallel()
						onFakeClock(t, c, func(t *testing.T, e env, s server) {
							route.script(e, row)
							began := time.Now()
							arguments := maps.Clone(route.arguments)
							arguments["timeouts"] = values{"read": "2m59s"}
							got, problem := s.Read(t.Context(), t, route.typeName, arguments)
							route.check(t, e, row, got, problem)
							wantElapsed(t, time.Since(began), row.wantDuration[0], row.wantDuration[1])
						})
					})
				}
			})
		}
	}
}

// TestFaults_notFoundOfExperimentsAndMetrics checks that a 404 which proves no absence is an error, also with
// ignore_not_found.
func TestFaults_notFoundOfExperimentsAndMetrics(t *testing.T) {
	t.Parallel()
	for situation, answer := range map[string]fakeapi.Reply{
		"plain text":                 {Status: 404, Body: "404 page not found", Header: http.Header{"Content-Type": {"text/plain"}}},
		"a missing route":            {Status: 404, Body: `{"detail":"Not Found"}`},
		"a missing workflow":         {Status: 404, Body: `{"detail":"Workflow not found"}`},
		"not found, but in the list": {Status: 404, Body: `{"detail":"Experiment not found: exp_abc"}`},
	} {
		for _, name := range []string{"experiment", "experiments", "metrics"} {
			route := faultRoutes[name]
			t.Run(situation+"/"+name, func(t *testing.T) {
				t.Parallel()
				forEachServer(t, func(t *testing.T, e env) {
					for _, path := range []env{{ServerCase: serverCase{Serves: fakeapi.RunScoped}}, {ServerCase: serverCase{Serves: fakeapi.Flat}}} {
						for range 4 {
							e.Script(route.path(path), answer)
						}
					}
					arguments := maps.Clone(route.arguments)
					if name != "experiments" {
						arguments["ignore_not_found"] = true
					}
					_, problem := e.Connect(t).Read(t.Context(), t, route.typeName, arguments)
					summary, advice := noAPI, "check the ids."
					if name == "experiments" && situation == "a missing workflow" {
						summary, advice = "ERROR: The workflow was not found, or is not at this address", "Check workflow_id"
					}
					wantContains(t, problem, summary, "HTTP 404 Not Found: ", advice)
				})
			})
		}
	}
}
