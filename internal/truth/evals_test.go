package truth_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/provider"
	"github.com/retab-dev/terraform-provider-retab/internal/providertest"
)

// evalWorld is a random server of one edition with runs of evals and their results. What it says can be wrong in many ways; what
// is true of it is computed from the same members, without the code of the provider.
type evalWorld struct {
	flat bool
	runs []*evalWorldRun
	rows map[string][]map[string]any // of the results, by run
}

// evalWorldRun is one run as it is served, and whether all its evals passed.
type evalWorldRun struct {
	id, workflow, scope, status string
	created                     int
	total                       int
	counts                      map[string]int
	completed                   int // by the counter of the flat edition
	failure                     bool
}

// passed reports whether every eval of the run passed, and nothing in the run says otherwise.
func (r *evalWorldRun) passed(flat bool) bool {
	others := 0
	for name, count := range r.counts {
		if name != "passed" {
			others += count
		}
	}
	return r.status == "completed" && !r.failure && r.total > 0 && r.counts["passed"] == r.total && others == 0 && (!flat || r.completed == r.total)
}

// newEvalWorld draws a world. Half of its runs are those of a healthy server.
func newEvalWorld(random *rand.Rand) *evalWorld {
	w := &evalWorld{flat: random.IntN(2) == 0, rows: map[string][]map[string]any{}}
	for i := range 1 + random.IntN(5) {
		run := &evalWorldRun{
			id: fmt.Sprintf("run_%d", i), workflow: "wf", scope: pick(random, "workflow", "workflow", "block", "eval"), status: "completed",
			created: random.IntN(20), total: random.IntN(4), counts: map[string]int{},
		}
		if random.IntN(8) == 0 {
			run.workflow = "wf_other" // a server that ignores the filter
		}
		var rows []map[string]any
		for e := range run.total {
			verdict := pick(random, "passed", "passed", "passed", "passed", "failed", "blocked", "")
			if verdict != "" {
				run.counts[verdict]++
			}
			rows = append(rows, w.row(run, e, verdict))
		}
		run.completed = run.counts["passed"] + run.counts["failed"] + run.counts["blocked"]
		if random.IntN(2) == 0 { // something is odd
			switch random.IntN(8) {
			case 0:
				run.status = pick(random, "pending", "running", "cancelled", "error", "judged")
			case 1:
				run.counts[pick(random, "failed", "blocked", "error", "cancelled", "running", "queued")]++
			case 2:
				run.counts["passed"]++
			case 3:
				run.total++
			case 4:
				rows = rows[:max(0, len(rows)-1)]
			case 5:
				run.failure = true
			case 6:
				run.completed++
			case 7:
				rows = append(rows, w.row(run, 9, "passed"))
			}
		}
		w.runs, w.rows[run.id] = append(w.runs, run), rows
	}
	return w
}

func pick(random *rand.Rand, words ...string) string { return words[random.IntN(len(words))] }

// row returns a result of an eval.
func (w *evalWorld) row(run *evalWorldRun, e int, verdict string) map[string]any {
	id := fmt.Sprintf("eval_%d", e)
	row := map[string]any{"id": "result_" + run.id + id, "workflow_id": run.workflow, "block_id": "b", "block_type": "extract", "lifecycle": map[string]any{"status": "completed"}}
	var word any
	if verdict != "" {
		word = verdict
	}
	if w.flat {
		row["eval_id"], row["workflow_eval_run_id"], row["verdict"] = id, run.id, word
	} else {
		row["test_id"], row["run_id"], row["target"] = id, run.id, map[string]any{"type": "block", "block_id": "b"}
		row["verdict"], row["assertion_result"] = map[string]any{}, map[string]any{"assertion_id": "a", "condition_kind": "equals", "status": word}
	}
	return row
}

// body returns a run as it is served.
func (w *evalWorld) body(r *evalWorldRun) map[string]any {
	body := map[string]any{
		"id": r.id, "trigger": map[string]any{"type": "api"}, "lifecycle": map[string]any{"status": r.status},
		"timing": map[string]any{"created_at": fmt.Sprintf("2026-05-01T10:00:%02dZ", r.created)},
	}
	if r.failure {
		body["error"] = "It broke."
	}
	if r.scope != "workflow" {
		body["target"] = map[string]any{"type": "block", "block_id": "b"}
	}
	if !w.flat {
		body["workflow"] = map[string]any{"workflow_id": r.workflow, "version_id": "v", "name_at_run_time": "n"}
		body["total_tests"], body["counts"] = r.total, r.counts
		if r.scope == "eval" {
			body["test_id"] = "eval_0"
		}
		return body
	}
	body["workflow_id"], body["workflow_version_id"], body["total_evals"] = r.workflow, "v", r.total
	if r.scope == "eval" {
		body["eval_id"] = "eval_0"
	}
	body["counts"] = map[string]any{
		"lifecycle_counts": map[string]any{
			"pending": 0, "queued": r.counts["queued"], "running": r.counts["running"], "completed": r.completed, "error": r.counts["error"], "cancelled": r.counts["cancelled"],
		},
		"outcome": map[string]any{"passed": r.counts["passed"], "failed": r.counts["failed"], "blocked": r.counts["blocked"]},
	}
	return body
}

// RoundTrip sends a request to the server of the world.
func (w *evalWorld) RoundTrip(req *http.Request) (*http.Response, error) {
	recorder := httptest.NewRecorder()
	w.ServeHTTP(recorder, req)
	resp := recorder.Result()
	resp.Request = req
	return resp, nil
}

// ServeHTTP serves the routes of the edition, and 404 for all others.
func (w *evalWorld) ServeHTTP(resp http.ResponseWriter, req *http.Request) {
	noun := "tests"
	if w.flat {
		noun = "evals"
	}
	resp.Header().Set("Content-Type", "application/json")
	reply := func(status int, body any) {
		resp.WriteHeader(status)
		_ = json.NewEncoder(resp).Encode(body)
	}
	path := strings.TrimPrefix(req.URL.Path, "/v1/workflows/"+noun)
	list := func(rows any) map[string]any {
		return map[string]any{"data": rows, "list_metadata": map[string]any{"after": nil}}
	}
	id := strings.TrimSuffix(strings.TrimPrefix(path, "/runs/"), "/results")
	switch {
	case w.flat != (req.Header.Get("Authorization") != ""):
		reply(401, map[string]any{"detail": "Not authenticated"})
	case path == "/runs":
		rows := []map[string]any{}
		for created := 20; created >= 0; created-- {
			for _, run := range w.runs {
				if run.created == created {
					rows = append(rows, w.body(run))
				}
			}
		}
		reply(200, list(rows))
	case path == "/results" || strings.HasSuffix(path, "/results"):
		if path == "/results" {
			id = req.URL.Query().Get("run_id")
		}
		reply(200, list(append([]map[string]any{}, w.rows[id]...)))
	default:
		for _, run := range w.runs {
			if path == "/runs/"+run.id {
				reply(200, w.body(run))
				return
			}
		}
		reply(404, map[string]any{"detail": "Workflow not found"})
	}
}

// newest returns the newest run of all evals of the workflow, nil if the list has none or has a run of another workflow. Of runs
// created at the same time, the one with the greater id counts.
func (w *evalWorld) newest() (newest *evalWorldRun, isFiltered bool) {
	for _, run := range w.runs {
		if run.workflow != "wf" {
			return nil, false
		}
		if run.scope == "workflow" && (newest == nil || run.created > newest.created || run.created == newest.created && run.id > newest.id) {
			newest = run
		}
	}
	return newest, true
}

// allRowsPassed reports whether each eval of a run has a row, and each row passed.
func (w *evalWorld) allRowsPassed(run *evalWorldRun) bool {
	for _, row := range w.rows[run.id] {
		verdict := row["verdict"]
		if !w.flat {
			verdict = row["assertion_result"].(map[string]any)["status"]
		}
		if verdict != "passed" {
			return false
		}
	}
	return len(w.rows[run.id]) == run.total
}

// TestTruth_evals compares the reads of evals with the truth, for many random servers. No gate passes unless it is so, and each
// passes if it is.
func TestTruth_evals(t *testing.T) {
	t.Parallel()
	worlds := 400
	if wanted, err := strconv.Atoi(worldSettings.worlds); err == nil {
		worlds = wanted
	}
	passed := 0
	for seed := range worlds {
		w := newEvalWorld(rand.New(rand.NewPCG(uint64(seed), 28))) //nolint:gosec // a seed makes a world repeatable
		s := providertest.Serve(t, provider.WithTransport(w))
		if problem := s.Configure(t, providertest.Values{"api_key": "rt_test_0123456789", "base_url": "http://127.0.0.1:1", "max_retries": 0}); problem != "" {
			t.Fatal(problem)
		}
		want := func(what string, got providertest.Attributes, problem string, isTrue bool) {
			t.Helper()
			if problem == "" && got["all_passed"] != isTrue || problem != "" && isTrue {
				t.Errorf("world %d: %s: all_passed is %v, want %v; %v %s", seed, what, got["all_passed"], isTrue, got["summary"], problem)
			}
			if isOne := fmt.Sprint(got["pass_ratio"]) == "1"; isOne && !isTrue {
				t.Errorf("world %d: %s: pass_ratio is 1; %v", seed, what, got["summary"])
			}
			if isTrue {
				passed++
			}
		}
		for _, run := range w.runs {
			got, problem := s.Read(t.Context(), t, "retab_eval_run", providertest.Values{"run_id": run.id})
			want(run.id, got, problem, run.passed(w.flat))
			got, problem = s.Read(t.Context(), t, "retab_eval_results", providertest.Values{"run_id": run.id})
			want("results of "+run.id, got, problem, run.passed(w.flat) && w.allRowsPassed(run))
		}
		got, problem := s.Read(t.Context(), t, "retab_eval_run", providertest.Values{"workflow_id": "wf", "ignore_not_found": true})
		newest, isFiltered := w.newest()
		switch {
		case !isFiltered && problem == "":
			t.Errorf("world %d: a run of another workflow is accepted: %v", seed, got["run_id"])
		case isFiltered && newest == nil && got["exists"] != false:
			t.Errorf("world %d: got run %v %s, want none", seed, got["run_id"], problem)
		case newest != nil && got["run_id"] != newest.id:
			t.Errorf("world %d: got run %v %s, want %s", seed, got["run_id"], problem, newest.id)
		default:
			want("the newest run", got, problem, newest != nil && newest.passed(w.flat))
		}
	}
	if passed < worlds/10 {
		t.Errorf("only %d gates passed in %d worlds", passed, worlds)
	}
}
