package truth_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
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
		{`"lifecycle":{"status":"completed"},"verdict":"passed","assertion_result":{"condition_kind":"similarity_gte","score":0.1,"threshold":0.9}`, "passed", false},
		{`"lifecycle":{"status":"completed"},"verdict":"passed","assertion_result":{"condition_kind":"similarity_gte","score":0.9,"threshold":0.9}`, "passed", true},
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
		{`"lifecycle":{"status":"completed"},"assertion_result":{"status":"passed","condition_kind":"split_iou_gte","score":0.1,"threshold":0.9}`, "passed", false},
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

// evalShapes is a workflow with saved evals and a run of all of them, whose members have random shapes.
type evalShapes struct {
	edition          string
	run              string
	results, evals   []string
	passed, rowsPass bool // whether the run may open a gate, and whether its rows may
	passing, fresh   bool // whether the saved evals may
	goesOn           bool // whether every list names a next page, which is the same one again
}

// evalShapes creates a workflow. In half of them, every eval passed.
func (r *worldGenerator) evalShapes() evalShapes {
	w := evalShapes{edition: r.text("flat", "run_scoped"), goesOn: r.chance(10)}
	total, isFlawed := r.pick(0, 1, 1, 2, 3, 4), r.chance(50)
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
	w.rowsPass = w.rowsPass && w.passed
	w.run = evalShapesRun(w.edition, total, counts)
	return w
}

func evalRow(edition string, number int, members string) string {
	eval, run := "eval_id", "workflow_eval_run_id"
	if edition == "run_scoped" {
		eval, run = "test_id", "run_id"
	}
	return fmt.Sprintf(`{"id":"row_%d",%q:"eval_%d",%q:"all","workflow_id":"wf","block_id":"b",%s}`, number, eval, number, run, members)
}

// evalShapesRun returns a completed run, whose rows may say otherwise.
func evalShapesRun(edition string, total int, counts map[string]int) string {
	verdicts := fmt.Sprintf(`"passed":%d,"failed":%d,"blocked":%d`, counts["passed"], counts["failed"], counts["blocked"])
	states := fmt.Sprintf(`"running":%d,"error":%d,"cancelled":%d`, counts["running"], counts["error"], counts["cancelled"])
	start := `{"id":"all","lifecycle":{"status":"completed"},"timing":{"created_at":"2026-06-01T00:00:00Z"}`
	if edition == "flat" {
		completed := counts["passed"] + counts["failed"] + counts["blocked"]
		return fmt.Sprintf(`%s,"workflow_id":"wf","total_evals":%d,"counts":{"lifecycle_counts":{"completed":%d,%s},"outcome":{%s}}}`,
			start, total, completed, states, verdicts)
	}
	return fmt.Sprintf(`%s,"workflow":{"workflow_id":"wf","version_id":"v"},"total_tests":%d,"counts":{%s,%s}}`, start, total, verdicts, states)
}

// RoundTrip answers a request for the run, its results or the saved evals.
func (w evalShapes) RoundTrip(request *http.Request) (*http.Response, error) {
	after := `null`
	if w.goesOn {
		after = `"more"`
	}
	list := func(rows []string) string {
		return `{"data":[` + strings.Join(rows, ",") + `],"list_metadata":{"before":null,"after":` + after + `}}`
	}
	body := list(w.evals)
	switch {
	case strings.HasSuffix(request.URL.Path, "/results"):
		body = list(w.results)
	case strings.HasSuffix(request.URL.Path, "/runs/all"):
		body = w.run
	}
	return response(request, "application/json", strings.NewReader(body), int64(len(body))), nil
}

// TestTruth_evalShapes reads random shapes of results and saved evals. A gate passes if and only if every member says so, and a
// list that never ends is an error.
func TestTruth_evalShapes(t *testing.T) {
	t.Parallel()
	shared := serve(t)
	opened := map[string]int{}
	for seed := range uint64(400) {
		synctest.Test(t, func(t *testing.T) {
			w := newRandom(seed).evalShapes()
			s := server{ProviderServer: providertest.NewServer(provider.WithTransport(w), provider.WithBackoff(transport.Backoff{})), Schema: shared.Schema}
			if problem := s.Configure(t, values{"api_key": worldKey, "base_url": worldHost, "api_edition": w.edition}); problem != "" {
				t.Fatal(problem)
			}
			run, evals := map[string]bool{"all_passed": w.passed}, map[string]bool{"all_passing": w.passing, "all_fresh": w.fresh}
			for _, test := range []struct {
				typeName  string
				read      func(context.Context, *testing.T, string, values) (attributes, string)
				arguments values
				wants     map[string]bool
				isList    bool
			}{
				{"retab_eval_run", s.Read, values{"run_id": "all"}, run, false},
				{"retab_eval_run", s.Open, values{"run_id": "all"}, run, false},
				{"retab_eval_results", s.Read, values{"run_id": "all"}, map[string]bool{"all_passed": w.rowsPass}, true},
				{"retab_evals", s.Read, values{"workflow_id": "wf"}, evals, true},
				{"retab_evals", s.Open, values{"workflow_id": "wf"}, evals, true},
			} {
				got, problem := test.read(t.Context(), t, test.typeName, test.arguments)
				if isError := w.goesOn && test.isList; isError || problem != "" {
					if !isError || problem == "" {
						t.Errorf("seed %d, %s: %v %s\n%+v", seed, test.typeName, got["summary"], problem, w)
					}
					continue
				}
				for name, want := range test.wants {
					if got[name] != want {
						t.Errorf("seed %d, %s: %s is %v, %v\n%+v", seed, test.typeName, name, got[name], got["summary"], w)
					}
					if want {
						opened[w.edition+" "+name]++
					}
				}
			}
		})
	}
	for _, gate := range []string{"flat all_passed", "flat all_passing", "flat all_fresh", "run_scoped all_passed", "run_scoped all_passing"} {
		if opened[gate] < 10 {
			t.Errorf("%s is true in %d worlds, so the test proves nothing", gate, opened[gate])
		}
	}
}
