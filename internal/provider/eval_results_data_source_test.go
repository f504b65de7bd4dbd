package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

const evalResultsType = "retab_eval_results"

func TestDataSourceEvalResults_rows(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		s := e.Connect(t)
		got, problem := s.Read(t.Context(), t, evalResultsType, values{"run_id": fakeapi.EvalRunID})
		if problem != "" {
			t.Fatal(problem)
		}
		want := attributes{
			"all_passed": false, "is_complete": true, "eval_count": "5", "failed_eval_ids": []any{"eval_scan", "eval_vendor"},
			"blocked_eval_ids": []any{"eval_lines"}, "unfinished_eval_ids": []any{"eval_stopped"}, "value_data": nil,
			"summary": "Run evalrun_1 of all evals of workflow wf_1 has 2 evals that failed: eval_scan, eval_vendor.",
		}
		if diff := cmp.Diff(want, only(got, want)); diff != "" {
			t.Errorf("results differ (-want +got):\n%s", diff)
		}
		rows := got["by_eval"].(attributes)
		vendor := rows["eval_vendor"].(attributes)
		if len(rows) != 5 || vendor["verdict"] != "failed" || vendor["score"] != "0.41" || vendor["threshold"] != "0.9" || vendor["failure_code"] != "SIMILARITY_TOO_LOW" {
			t.Errorf("got %v", rows)
		}
		for _, text := range []string{"Acme", "1234.5", "second page", "currency"} {
			if strings.Contains(fmt.Sprint(got), text) {
				t.Errorf("%q is in the state: %v", text, got)
			}
		}
		got, problem = s.Read(t.Context(), t, evalResultsType, values{"run_id": fakeapi.EvalRunID, "include_values": true})
		data, _ := got["value_data"].(attributes)
		if problem != "" || len(data) != 5 || data["eval_vendor"].(attributes)["actual_value"] != `"Acme GmbH"` {
			t.Errorf("got %v %s", data, problem)
		}
		got, problem = s.Read(t.Context(), t, evalResultsType, values{"run_id": fakeapi.PassedEvalRunID})
		if problem != "" || got["all_passed"] != true {
			t.Errorf("got %v %s", got["summary"], problem)
		}
	})
}

// TestDataSourceEvalResults_evidence checks that results prove nothing unless the run counts as many, and each passed.
func TestDataSourceEvalResults_evidence(t *testing.T) {
	t.Parallel()
	passed := func(id string) fakeapi.EvalResult {
		return fakeapi.EvalResult{EvalID: id, Stages: []fakeapi.EvalStage{{Stage: fakeapi.Stage{Status: "completed"}, Verdict: "passed"}}}
	}
	noVerdict := passed("eval_b")
	noVerdict.Stages[0].Verdict = ""
	completed := []fakeapi.Stage{{Status: "completed"}}
	for name, run := range map[string]fakeapi.EvalRun{
		"a missing row":     {Evals: 2, Stages: completed, Counts: &fakeapi.EvalCounts{Completed: 2, Passed: 2}, Results: []fakeapi.EvalResult{passed("eval_a")}},
		"a row too many":    {Evals: 1, Stages: completed, Counts: &fakeapi.EvalCounts{Completed: 1, Passed: 1}, Results: []fakeapi.EvalResult{passed("eval_a"), passed("eval_b")}},
		"no verdict":        {Evals: 2, Stages: completed, Counts: &fakeapi.EvalCounts{Completed: 2, Passed: 2}, Results: []fakeapi.EvalResult{passed("eval_a"), noVerdict}},
		"the run's counter": {Evals: 1, Stages: completed, Counts: &fakeapi.EvalCounts{Completed: 1, Failed: 1}, Results: []fakeapi.EvalResult{passed("eval_a")}},
		"the run's status":  {Evals: 1, Stages: []fakeapi.Stage{{Status: "running"}}, Results: []fakeapi.EvalResult{passed("eval_a")}},
		"no rows":           {Evals: 0, Stages: completed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			forEachServer(t, func(t *testing.T, e env) {
				run := run
				run.ID, run.WorkflowID = "evalrun_r", "wf_r"
				e.AddEvalRun(run)
				got, problem := e.Connect(t).Read(t.Context(), t, evalResultsType, values{"run_id": run.ID})
				if problem != "" || got["all_passed"] != false || strings.Contains(fmt.Sprint(got["summary"]), "passed: all") {
					t.Errorf("got %v, %v %s", got["all_passed"], got["summary"], problem)
				}
			})
		})
	}
}

// TestDataSourceEvalResults_otherRun checks that the diagnostic of a row of another run gives the causes that it gives for experiments.
func TestDataSourceEvalResults_otherRun(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		path, name := evalRunsPath(e)+"/"+fakeapi.EvalRunID+"/results", "run_id"
		if e.IsFlat() {
			path, name = "/v1/workflows/evals/results", "workflow_eval_run_id"
		}
		row := `{"id":"x","` + name + `":"evalrun_9","eval_id":"e","workflow_id":"wf_1","lifecycle":{"status":"completed"}}`
		e.Script(path, fakeapi.Reply{Status: 200, Body: `{"data":[` + row + `],"list_metadata":{}}`})
		_, problem := e.Connect(t).Read(t.Context(), t, evalResultsType, values{"run_id": fakeapi.EvalRunID})
		wantContains(t, problem, "but data.0."+name+` is "evalrun_9", but "evalrun_1" was requested`, "the server ignored which run was requested, or Retab reused a result")
	})
}

// TestDataSourceEvalResults_otherWorkflow checks that a row of another workflow than its run is an error that says so:
// nobody requested a workflow.
func TestDataSourceEvalResults_otherWorkflow(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		path := evalRunsPath(e) + "/" + fakeapi.EvalRunID + "/results"
		if e.IsFlat() {
			path = "/v1/workflows/evals/results"
		}
		row := `{"id":"x","eval_id":"e","workflow_id":"wf_9","lifecycle":{"status":"completed"}}`
		e.Script(path, fakeapi.Reply{Status: 200, Body: `{"data":[` + row + `],"list_metadata":{}}`})
		_, problem := e.Connect(t).Read(t.Context(), t, evalResultsType, values{"run_id": fakeapi.EvalRunID})
		wantContains(t, problem, `but data.0.workflow_id is "wf_9", but its run is of workflow "wf_1"`)
	})
}
