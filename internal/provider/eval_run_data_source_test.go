package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

const evalRunType = "retab_eval_run"

// evalRunsPath is the route of the runs of evals.
func evalRunsPath(e env) string {
	if e.IsFlat() {
		return "/v1/workflows/evals/runs"
	}
	return "/v1/workflows/tests/runs"
}

func TestDataSourceEvalRun_byID(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		got, problem := e.Connect(t).Read(t.Context(), t, evalRunType, values{"run_id": fakeapi.EvalRunID})
		if problem != "" {
			t.Fatal(problem)
		}
		want := attributes{
			"run_id": fakeapi.EvalRunID, "workflow_id": "wf_1", "eval_id": nil, "target_block_id": nil, "scope": "workflow", "exists": true,
			"status": "completed", "is_terminal": true, "error_message": "", "all_passed": false, "pass_ratio": fractionOf(1, 5),
			"eval_count": "5", "passed_count": "1", "failed_count": "1", "blocked_count": "1", "error_count": "1", "cancelled_count": "1", "missing_count": "0",
			"trigger_type": "manual", "requested_version": "draft", "workflow_version_id": "draft_2026_05_18",
			"summary": "Run evalrun_1 of all evals of workflow wf_1 is completed, but 1 of 5 evals failed.",
		}
		if e.IsFlat() {
			want["requested_version"] = nil
		}
		if diff := cmp.Diff(want, only(got, want)); diff != "" {
			t.Errorf("run differs (-want +got):\n%s", diff)
		}
	})
}

// TestDataSourceEvalRun_newest checks that the newest run is of exactly the scope that is named.
func TestDataSourceEvalRun_newest(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		passed := []fakeapi.EvalResult{{EvalID: "eval_a", Stages: []fakeapi.EvalStage{{Stage: fakeapi.Stage{Status: "completed"}, Verdict: "passed"}}}}
		failed := []fakeapi.EvalResult{{EvalID: "eval_a", Stages: []fakeapi.EvalStage{{Stage: fakeapi.Stage{Status: "completed"}, Verdict: "failed"}}}}
		e.AddEvalRun(
			fakeapi.EvalRun{ID: "all_old", WorkflowID: "wf_n", CreatedAt: "2026-06-01T00:00:00Z", Results: passed},
			fakeapi.EvalRun{ID: "all_new", WorkflowID: "wf_n", CreatedAt: "2026-06-02T00:00:00Z", Results: failed},
			fakeapi.EvalRun{ID: "block", WorkflowID: "wf_n", BlockID: "block_a", CreatedAt: "2026-06-03T00:00:00Z", Results: passed},
			fakeapi.EvalRun{ID: "one", WorkflowID: "wf_n", EvalID: "eval_a", BlockID: "block_a", CreatedAt: "2026-06-04T00:00:00Z", Results: passed},
			fakeapi.EvalRun{ID: "other", WorkflowID: "wf_o", CreatedAt: "2026-06-05T00:00:00Z", Results: passed},
		)
		s := e.Connect(t)
		for _, test := range []struct {
			arguments values
			run       any
			allPassed bool
			scope     string
		}{
			{values{"workflow_id": "wf_n"}, "all_new", false, "workflow"},
			{values{"workflow_id": "wf_n", "target_block_id": "block_a"}, "block", true, "block"},
			{values{"workflow_id": "wf_n", "eval_id": "eval_a"}, "one", true, "eval"},
			{values{"workflow_id": "wf_n", "status_filter": "running", "ignore_not_found": true}, nil, false, ""},
			{values{"workflow_id": "wf_n", "eval_id": "eval_b", "ignore_not_found": true}, nil, false, ""},
		} {
			got, problem := s.Read(t.Context(), t, evalRunType, test.arguments)
			if problem != "" || got["run_id"] != test.run || got["all_passed"] != test.allPassed || got["scope"] != test.scope || got["exists"] != (test.run != nil) {
				t.Errorf("%v: got %v, all_passed %v, scope %v %s", test.arguments, got["run_id"], got["all_passed"], got["scope"], problem)
			}
		}
		_, problem := s.Read(t.Context(), t, evalRunType, values{"workflow_id": "wf_n", "eval_id": "eval_b"})
		if !strings.Contains(problem, "Run of evals not found") {
			t.Errorf("got %s", problem)
		}
	})
}

// TestDataSourceEvalRun_evidence takes the evidence of a run in which every eval passed away, piece by piece.
func TestDataSourceEvalRun_evidence(t *testing.T) {
	t.Parallel()
	healthy := fakeapi.EvalRun{WorkflowID: "wf_e", Evals: 3, Counts: &fakeapi.EvalCounts{Completed: 3, Passed: 3}, Stages: []fakeapi.Stage{{Status: "completed"}}}
	for name, test := range map[string]struct {
		change     func(*fakeapi.EvalRun, *fakeapi.EvalCounts)
		why        string
		ratio      any
		onlyInFlat bool
	}{
		"a failed eval":          {func(_ *fakeapi.EvalRun, c *fakeapi.EvalCounts) { c.Passed, c.Failed = 2, 1 }, "1 of 3 evals failed", fractionOf(2, 3), false},
		"a blocked eval":         {func(_ *fakeapi.EvalRun, c *fakeapi.EvalCounts) { c.Passed, c.Blocked = 2, 1 }, "1 of 3 evals is blocked", fractionOf(2, 3), false},
		"an error":               {func(_ *fakeapi.EvalRun, c *fakeapi.EvalCounts) { c.Passed, c.Completed, c.Error = 2, 2, 1 }, "1 of 3 evals ended with an error", fractionOf(2, 3), false},
		"a cancelled eval":       {func(_ *fakeapi.EvalRun, c *fakeapi.EvalCounts) { c.Passed, c.Completed, c.Cancelled = 2, 2, 1 }, "1 of 3 evals was cancelled", fractionOf(2, 3), false},
		"a missing eval":         {func(_ *fakeapi.EvalRun, c *fakeapi.EvalCounts) { c.Passed, c.Completed = 2, 2 }, "1 of 3 evals has no verdict", fractionOf(2, 3), false},
		"more evals than all":    {func(_ *fakeapi.EvalRun, c *fakeapi.EvalCounts) { c.Failed = 1 }, "its counters add up to more than its 3 evals", nil, false},
		"an active eval at last": {func(_ *fakeapi.EvalRun, c *fakeapi.EvalCounts) { c.Passed, c.Completed, c.Running = 2, 2, 1 }, "it has ended with 1 active eval", nil, false},
		"verdicts and completed": {func(_ *fakeapi.EvalRun, c *fakeapi.EvalCounts) { c.Completed = 2 }, "it has 2 completed evals and 3 verdicts", nil, true},
		"no evals":               {func(r *fakeapi.EvalRun, c *fakeapi.EvalCounts) { r.Evals, *c = 0, fakeapi.EvalCounts{} }, "has no evals, so nothing passed", nil, false},
		"a running run":          {func(r *fakeapi.EvalRun, _ *fakeapi.EvalCounts) { r.Stages = []fakeapi.Stage{{Status: "running"}} }, "has not finished (running)", nil, false},
		"a cancelled run":        {func(r *fakeapi.EvalRun, _ *fakeapi.EvalCounts) { r.Stages = []fakeapi.Stage{{Status: "cancelled"}} }, "was cancelled", nil, false},
		"a run with an error": {func(r *fakeapi.EvalRun, _ *fakeapi.EvalCounts) {
			r.Stages = []fakeapi.Stage{{Status: "error", Error: "It broke."}}
		}, "failed: It broke", nil, false},
		"a status yet unknown": {func(r *fakeapi.EvalRun, _ *fakeapi.EvalCounts) { r.Stages = []fakeapi.Stage{{Status: "judged"}} }, "has not finished (judged)", nil, false},
		"nothing":              {func(*fakeapi.EvalRun, *fakeapi.EvalCounts) {}, "", fractionOf(1, 1), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			forEachServer(t, func(t *testing.T, e env) {
				if test.onlyInFlat && !e.IsFlat() {
					return
				}
				run := healthy
				run.ID = "evalrun_e"
				counts := *healthy.Counts
				run.Counts = &counts
				test.change(&run, &counts)
				e.AddEvalRun(run)
				got, problem := e.Connect(t).Read(t.Context(), t, evalRunType, values{"run_id": run.ID})
				if problem != "" || got["all_passed"] != (test.why == "") || got["pass_ratio"] != test.ratio || !strings.Contains(fmt.Sprint(got["summary"]), test.why) {
					t.Errorf("got all_passed %v, pass_ratio %v, %v %s", got["all_passed"], got["pass_ratio"], got["summary"], problem)
				}
			})
		})
	}
}

// TestDataSourceEvalRun_ignoredFilter checks that a run of another workflow, from a server that ignores the filter, is an error.
func TestDataSourceEvalRun_ignoredFilter(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		member := `"workflow":{"workflow_id":"wf_other"},"total_tests":1`
		if e.IsFlat() {
			member = `"workflow_id":"wf_other","total_evals":1`
		}
		list := fakeapi.Reply{Status: 200, Body: `{"data":[{"id":"r","lifecycle":{"status":"completed"},` + member + `}],"list_metadata":{"after":null}}`}
		e.Script(evalRunsPath(e), list, list)
		got, problem := e.Connect(t).Read(t.Context(), t, evalRunType, values{"workflow_id": "wf_2", "ignore_not_found": true})
		if !strings.Contains(strings.Join(strings.Fields(problem), " "), `data.0.workflow_id is "wf_other", but "wf_2" was requested`) {
			t.Errorf("got %v %s", got["run_id"], problem)
		}
	})
}

func TestDataSourceEvalRun_absent(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		s := e.Connect(t)
		got, problem := s.Read(t.Context(), t, evalRunType, values{"run_id": "evalrun_404", "ignore_not_found": true})
		if problem != "" || got["exists"] != false || got["all_passed"] != false || got["run_id"] != "evalrun_404" || got["summary"] != "Run evalrun_404 does not exist in the environment of this API key." {
			t.Errorf("got %v %s", got, problem)
		}
		if _, problem = s.Read(t.Context(), t, evalRunType, values{"run_id": "evalrun_404"}); !strings.Contains(problem, "Run of evals not found") {
			t.Errorf("got %s", problem)
		}
		// A gateway that does not forward the route of one run.
		missing := fakeapi.Reply{Status: 404, Body: `{"message":"no Route matched with those values"}`}
		for _, id := range []string{"evalrun_405", fakeapi.EvalRunID} {
			for _, noun := range []string{"evals", "tests"} { // one server has both editions
				e.Script("/v1/workflows/"+noun+"/runs/"+id, missing, missing, missing, missing)
			}
		}
		if _, problem = s.Read(t.Context(), t, evalRunType, values{"run_id": "evalrun_405", "ignore_not_found": true}); problem == "" {
			t.Error("a missing route is an absence")
		}
	})
}

func TestDataSourceEvalRun_waits(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		got, problem := e.Connect(t).Read(t.Context(), t, evalRunType, values{
			"workflow_id": "wf_live", "wait_for_completion": true, "poll_interval": "500ms",
		})
		if problem != "" || got["all_passed"] != true || got["run_id"] != fakeapi.LiveEvalRunID {
			t.Errorf("got %v, %v %s", got["run_id"], got["summary"], problem)
		}
	})
}
