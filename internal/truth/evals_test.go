package truth_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/provider"
	"github.com/retab-dev/terraform-provider-retab/internal/providertest"
)

// evalShape is how a server shows a result or a saved eval. Only one that passes may open a gate.
type evalShape struct {
	body    string
	counter string // the counter of the run that includes it, "" for none
	passes  bool
}

// evalRows has the shapes of a result, by edition.
var evalRows = map[string][]evalShape{
	"flat": {
		{`"lifecycle":{"status":"completed"},"verdict":"passed"`, "passed", true},
		{`"lifecycle":{"status":"completed"},"verdict":"passed","assertion_result":{"outcome":"passed"},"verdict_summary":{"passed":true}`, "passed", true},
		{`"lifecycle":{"status":"completed"},"verdict":"failed"`, "failed", false},
		{`"lifecycle":{"status":"completed"},"verdict":"blocked"`, "blocked", false},
		{`"lifecycle":{"status":"completed"},"verdict":null`, "", false},
		{`"lifecycle":{"status":"completed"},"verdict":null`, "passed", false},
		{`"lifecycle":{"status":"completed"},"verdict":"great"`, "passed", false},
		{`"lifecycle":{"status":"completed"},"verdict":"passed","assertion_result":{"outcome":"failed"}`, "passed", false},
		{`"lifecycle":{"status":"completed"},"verdict":"passed","verdict_summary":{"passed":true,"blocked_assertions":1}`, "passed", false},
		{`"lifecycle":{"status":"running"},"verdict":"passed"`, "running", false},
		{`"lifecycle":{"status":"error","message":"It broke."},"verdict":"passed"`, "error", false},
		{`"lifecycle":{"status":"cancelled"},"verdict":"passed"`, "cancelled", false},
		{`"lifecycle":null,"verdict":"passed"`, "passed", false},
	},
	"run_scoped": {
		{`"lifecycle":{"status":"completed"},"verdict_summary":{"result":true}`, "passed", true},
		{`"lifecycle":{"status":"completed"},"verdict":{},"assertion_result":{"status":"passed"}`, "passed", true},
		{`"lifecycle":{"status":"completed"},"verdict_summary":{"result":false}`, "failed", false},
		{`"lifecycle":{"status":"completed"},"assertion_result":{"status":"blocked"}`, "blocked", false},
		{`"lifecycle":{"status":"completed"},"verdict":null`, "", false},
		{`"lifecycle":{"status":"completed"},"verdict":null`, "passed", false},
		{`"lifecycle":{"status":"completed"},"verdict_summary":{"result":true},"assertion_result":{"status":"failed"}`, "passed", false},
		{`"lifecycle":{"status":"completed"},"verdict_summary":{"result":true,"assertions_failed":1}`, "passed", false},
		{`"lifecycle":{"status":"completed"},"verdict_summary":{"result":true},"skipped":true`, "passed", false},
		{`"lifecycle":{"status":"completed"},"verdict_summary":{"result":true},"error":{"message":"It broke."}`, "passed", false},
		{`"lifecycle":{"status":"running"},"verdict_summary":{"result":true}`, "running", false},
		{`"lifecycle":{"status":"cancelled"},"verdict_summary":{"result":true}`, "cancelled", false},
	},
}

// evalLatest has the shapes of the latest run of a saved eval, by edition.
var evalLatest = map[string][]evalShape{
	"flat": {
		{`"latest_run_summary":{"run_record_id":"r2","status":"completed","outcome":"passed"}`, "", true},
		{`"latest_run_summary":{"run_record_id":"r2","status":"completed","outcome":"failed"}`, "", false},
		{`"latest_run_summary":{"run_record_id":"r2","status":"completed","outcome":"blocked"}`, "", false},
		{`"latest_run_summary":{"run_record_id":"r2","status":"completed","outcome":null}`, "", false},
		{`"latest_run_summary":{"run_record_id":"r2","status":"running","outcome":"passed"}`, "", false},
		{`"latest_run_summary":{"run_record_id":"r2","status":"completed","outcome":"passed","assertions_failed":1}`, "", false},
	},
	"run_scoped": {
		{`"latest_run_summary":{"run_record_id":"r2","status":"passed"}`, "", true},
		{`"latest_run_summary":{"run_record_id":"r2","status":"failed"}`, "", false},
		{`"latest_run_summary":{"run_record_id":"r2","status":"blocked"}`, "", false},
		{`"latest_run_summary":{"run_record_id":"r2","status":"completed"}`, "", false},
		{`"latest_run_summary":{"run_record_id":"r2","status":"passed","blocked_assertions":1}`, "", false},
		{`"latest_run_summary":null`, "", false},
		{`"latest_run_summary":{"run_record_id":"r2","status":"passed"},"latest_failing_run_summary":{"run_record_id":"r2","status":"failed"}`, "", false},
	},
}

// evalFresh has the shapes of the freshness of a saved eval. The run-scoped edition has none.
var evalFresh = []evalShape{
	{`"freshness":{"status":"fresh","reasons":[]},"drift":{"status":"none"}`, "", true},
	{`"freshness":{"status":"stale","reasons":["block_changed"]}`, "", false},
	{`"freshness":{"status":"fresh","reasons":["block_changed"]}`, "", false},
	{`"freshness":{"status":"fresh"},"drift":{"status":"drifted"}`, "", false},
	{`"freshness":{"status":"fresh"},"validation_status":"invalid"`, "", false},
	{`"freshness":{"status":"fresh"},"assertion_drift_status":"broken"`, "", false},
	{`"freshness":null`, "", false},
}

// evalWorld is a workflow with evals, a run of all of them, and newer runs of other scopes.
type evalWorld struct {
	edition, fault           string
	runs, results, evals     []string // bodies, the runs newest first
	passed, rowsPass         bool     // whether the run of all evals may open a gate, and whether its rows may
	passing, fresh, mayError bool
}

// evalFaults are the faults of a world. Half of the worlds have none.
var evalFaults = []string{
	"", "", "", "", "", "", "", "missing row", "too many rows", "counters", "status", "error of the run", "ignored filter", "list goes on",
}

// evalWorld creates a world.
func (r *truthRandom) evalWorld() evalWorld {
	w := evalWorld{edition: r.text("flat", "run_scoped"), fault: r.text(evalFaults...)}
	w.mayError = w.fault == "ignored filter" || w.fault == "list goes on"
	total := r.pick(0, 1, 1, 2, 3, 4)
	isFlawed := r.chance(50)
	shape := func(shapes []evalShape) evalShape {
		if isFlawed {
			return shapes[r.IntN(len(shapes))]
		}
		return shapes[slices.IndexFunc(shapes, func(s evalShape) bool { return s.passes })]
	}
	counts := map[string]int{}
	w.rowsPass, w.passing, w.fresh = total > 0, total > 0, total > 0 && w.edition == "flat"
	for i := range total {
		row, latest, freshness := shape(evalRows[w.edition]), shape(evalLatest[w.edition]), shape(evalFresh)
		counts[row.counter]++
		w.rowsPass, w.passing, w.fresh = w.rowsPass && row.passes, w.passing && latest.passes, w.fresh && freshness.passes
		w.results = append(w.results, evalRow(w.edition, i, row.body))
		eval := fmt.Sprintf(`"id":"eval_%d","workflow_id":"wf","target":{"block_id":"b"},%s`, i, latest.body)
		if w.edition == "flat" {
			eval += "," + freshness.body
		}
		w.evals = append(w.evals, "{"+eval+"}")
	}
	w.passed = total > 0 && counts["passed"] == total
	status, failure, completed := "completed", "", counts["passed"]+counts["failed"]+counts["blocked"]
	switch w.fault {
	case "missing row":
		w.results = w.results[:max(total-1, 0)]
		w.rowsPass = false
	case "too many rows":
		w.results = append(w.results, evalRow(w.edition, total, evalRows[w.edition][0].body))
		w.rowsPass = false
	case "counters":
		counts[r.text("failed", "blocked", "error", "cancelled", "running")]++
		w.passed = false
	case "status":
		status, w.passed = r.text("cancelled", "error", "running", "judged"), false
	case "error of the run":
		failure, w.passed = `,"error":{"message":"It broke."}`, false
	}
	w.rowsPass = w.rowsPass && w.passed
	whole := evalRunBody(w.edition, "all", "wf", status, total, completed, counts) + failure
	other := map[string]int{"passed": 1}
	if w.fault == "ignored filter" {
		w.runs = append(w.runs, evalRunBody(w.edition, "foreign", "wf_other", "completed", 1, 1, other))
	}
	if r.chance(50) {
		one := evalRunBody(w.edition, "one", "wf", "completed", 1, 1, other) + `,"target":{"block_id":"b"}`
		if r.chance(50) {
			one += fmt.Sprintf(`,%q:"eval_0"`, map[string]string{"flat": "eval_id", "run_scoped": "test_id"}[w.edition])
		}
		w.runs = append(w.runs, one)
	}
	w.runs = append(w.runs, whole)
	return w
}

func evalRow(edition string, number int, members string) string {
	eval, run := "eval_id", "workflow_eval_run_id"
	if edition == "run_scoped" {
		eval, run = "test_id", "run_id"
	}
	return fmt.Sprintf(`{"id":"row_%d",%q:"eval_%d",%q:"all","workflow_id":"wf","block_id":"b",%s}`, number, eval, number, run, members)
}

// evalRunBody returns the members of a run, without braces.
func evalRunBody(edition, id, workflow, status string, total, completed int, counts map[string]int) string {
	start := fmt.Sprintf(`"id":%q,"lifecycle":{"status":%q},"timing":{"created_at":"2026-06-0%dT00:00:00Z"}`, id, status, map[string]int{"all": 1, "one": 2, "foreign": 3}[id])
	verdicts := fmt.Sprintf(`"passed":%d,"failed":%d,"blocked":%d`, counts["passed"], counts["failed"], counts["blocked"])
	states := fmt.Sprintf(`"running":%d,"error":%d,"cancelled":%d`, counts["running"], counts["error"], counts["cancelled"])
	if edition == "flat" {
		return fmt.Sprintf(`%s,"workflow_id":%q,"total_evals":%d,"counts":{"lifecycle_counts":{"completed":%d,%s},"outcome":{%s}}`,
			start, workflow, total, completed, states, verdicts)
	}
	return fmt.Sprintf(`%s,"workflow":{"workflow_id":%q,"version_id":"v"},"total_tests":%d,"counts":{%s,%s}`, start, workflow, total, verdicts, states)
}

// RoundTrip answers a request for a run, the runs, the results or the saved evals.
func (w evalWorld) RoundTrip(request *http.Request) (*http.Response, error) {
	after := `null`
	if w.fault == "list goes on" {
		after = `"more"`
	}
	list := func(rows []string) string {
		return `{"data":[` + strings.Join(rows, ",") + `],"list_metadata":{"before":null,"after":` + after + `}}`
	}
	path := request.URL.Path
	var body string
	switch {
	case strings.HasSuffix(path, "/results"):
		body = list(w.results)
	case strings.HasSuffix(path, "/runs/all"):
		body = "{" + w.runs[len(w.runs)-1] + "}"
	case strings.HasSuffix(path, "/runs"):
		body = list(nil)
		if status := request.URL.Query().Get("status"); status == "" {
			body = list([]string{"{" + strings.Join(w.runs, "},{") + "}"})
		}
	default:
		body = list(w.evals)
	}
	return truthResponse(request, "application/json", strings.NewReader(body), int64(len(body))), nil
}

// TestTruth_evals reads random worlds of evals. No attribute that gates may be true unless it is so, and none may be false
// without a reason.
func TestTruth_evals(t *testing.T) {
	t.Parallel()
	shared := serve(t)
	opened := map[string]int{}
	for seed := range uint64(400) {
		synctest.Test(t, func(t *testing.T) {
			w := newTruthRandom(seed).evalWorld()
			s := server{ProviderServer: providertest.NewServer(provider.WithTransport(w), provider.WithBackoff(client.Backoff{})), Schema: shared.Schema}
			if problem := s.Configure(t, values{"api_key": truthKey, "base_url": truthHost, "api_edition": w.edition}); problem != "" {
				t.Fatal(problem)
			}
			byID, newest, ofWorkflow := values{"run_id": "all"}, values{"workflow_id": "wf", "status_filter": "any"}, values{"workflow_id": "wf"}
			for _, read := range []struct {
				typeName  string
				arguments values
				wants     map[string]bool
				ephemeral bool
			}{
				{"retab_eval_run", byID, map[string]bool{"all_passed": w.passed}, false},
				{"retab_eval_run", byID, map[string]bool{"all_passed": w.passed}, true},
				{"retab_eval_run", newest, map[string]bool{"all_passed": w.passed}, false},
				{"retab_eval_run", newest, map[string]bool{"all_passed": w.passed}, true},
				{"retab_eval_results", byID, map[string]bool{"all_passed": w.rowsPass}, false},
				{"retab_evals", ofWorkflow, map[string]bool{"all_passing": w.passing, "all_fresh": w.fresh}, false},
				{"retab_evals", ofWorkflow, map[string]bool{"all_passing": w.passing, "all_fresh": w.fresh}, true},
			} {
				ask := s.Read
				if read.ephemeral {
					ask = s.Open
				}
				got, problem := ask(t.Context(), t, read.typeName, read.arguments)
				if problem != "" {
					if !w.mayError {
						t.Errorf("seed %d, %s %v: %s\n%+v", seed, read.typeName, read.arguments, problem, w)
					}
					continue
				}
				for name, want := range read.wants {
					if got[name] != want {
						t.Errorf("seed %d, %s %v: %s is %v, %v\n%+v", seed, read.typeName, read.arguments, name, got[name], got["summary"], w)
					}
					if want {
						opened[w.edition+" "+read.typeName+"."+name]++
					}
				}
				if got["pass_ratio"] == "1" && !w.passed {
					t.Errorf("seed %d: pass_ratio is 1, %v\n%+v", seed, got["summary"], w)
				}
			}
		})
	}
	for _, gate := range []string{
		"flat retab_eval_run.all_passed", "flat retab_eval_results.all_passed", "flat retab_evals.all_passing", "flat retab_evals.all_fresh",
		"run_scoped retab_eval_run.all_passed", "run_scoped retab_eval_results.all_passed", "run_scoped retab_evals.all_passing",
	} {
		if opened[gate] < 10 {
			t.Errorf("%s is true in %d worlds, so the test proves nothing", gate, opened[gate])
		}
	}
}
