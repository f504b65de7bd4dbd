package fakeapi_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// evalPaths has the paths of evals in an edition.
type evalPaths struct{ ofWorkflow, one, runs, results string }

var evalPathsByEdition = map[fakeapi.Edition]evalPaths{
	fakeapi.RunScoped: {"/v1/workflows/wf_1/tests?", "/v1/workflows/wf_1/tests/", "/v1/workflows/tests/runs", "/v1/workflows/tests/runs/%s/results?"},
	fakeapi.Flat:      {"/v1/workflows/evals?workflow_id=wf_1&", "/v1/workflows/evals/", "/v1/workflows/evals/runs", "/v1/workflows/evals/results?run_id=%s&"},
}

// TestEvals_lists checks the filters of the lists of evals and of their runs.
func TestEvals_lists(t *testing.T) {
	t.Parallel()
	for edition, paths := range evalPathsByEdition {
		fake := fakeapi.New(edition)
		evalParameter := map[fakeapi.Edition]string{fakeapi.RunScoped: "test_id", fakeapi.Flat: "eval_id"}[edition]
		for path, want := range map[string]string{
			paths.ofWorkflow: "eval_lines eval_new eval_scan eval_stopped eval_total eval_vendor",
			paths.ofWorkflow + "target_block_id=block_classifier": "eval_new",
			paths.ofWorkflow + "limit=1":                          "eval_lines",
			paths.runs + "?workflow_id=wf_1":                      "evalrun_1 evalrun_block evalrun_one evalrun_cancelled evalrun_failed",
			paths.runs + "?target_block_id=block_extract":         "evalrun_block evalrun_one",
			paths.runs + "?status=error":                          "evalrun_failed",
			paths.runs + "?trigger_type=api":                      "evalrun_block",
			paths.runs + "?" + evalParameter + "=eval_vendor":     "evalrun_one",
			paths.runs + "?limit=1&workflow_id=wf_2":              "evalrun_passed",
			fmt.Sprintf(paths.results, "evalrun_passed"):          "evalresult_evalrun_passed_eval_date evalresult_evalrun_passed_eval_sum",
		} {
			if got := strings.Join(list(t, fake, path).ids, " "); got != want {
				t.Errorf("edition %d, %s: got %s, want %s", edition, path, got, want)
			}
		}
		for _, path := range []string{
			strings.Replace(paths.ofWorkflow, "wf_1", "wf_404", 1), paths.one + "eval_404", paths.runs + "/evalrun_404",
			fmt.Sprintf(paths.results, "evalrun_404"), "/v1/workflows/wf_404",
		} {
			if got := get(t, fake, path); got.status != 404 {
				t.Errorf("edition %d, %s: got %d", edition, path, got.status)
			}
		}
	}
}

// TestEvals_latestRun checks that an eval shows the newest of its results, and its last passing and failing ones.
func TestEvals_latestRun(t *testing.T) {
	t.Parallel()
	for edition, paths := range evalPathsByEdition {
		fake := fakeapi.New(edition)
		eval := object(t, fake, paths.one+"eval_vendor")
		var got []string
		for _, name := range []string{"latest_run_summary", "latest_failing_run_summary", "latest_passing_run_summary"} {
			summary := eval[name].(map[string]any)
			got = append(got, fmt.Sprint(summary["run_record_id"], " ", summary["status"], " ", summary["outcome"]))
		}
		want := []string{"evalresult_evalrun_1_eval_vendor failed <nil>", "evalresult_evalrun_1_eval_vendor failed <nil>", "evalresult_evalrun_one_eval_vendor passed <nil>"}
		if edition == fakeapi.Flat {
			want = []string{"evalresult_evalrun_1_eval_vendor completed failed", "evalresult_evalrun_1_eval_vendor completed failed", "evalresult_evalrun_one_eval_vendor completed passed"}
		}
		if !slices.Equal(got, want) {
			t.Errorf("edition %d: got %q", edition, got)
		}
		if got := object(t, fake, paths.one+"eval_new")["latest_run_summary"]; got != nil {
			t.Errorf("edition %d: an eval without a run has %v", edition, got)
		}
	}
}

// TestEvalRuns_stages checks that reads of a run and of its results advance the run, and that lists of runs do not.
func TestEvalRuns_stages(t *testing.T) {
	t.Parallel()
	for edition, paths := range evalPathsByEdition {
		fake := fakeapi.New(edition)
		var got []string
		for range 3 {
			list(t, fake, paths.runs)
			got = append(got, status(t, fake, paths.runs+"/"+fakeapi.LiveEvalRunID))
		}
		results := rows(object(t, fake, fmt.Sprintf(paths.results, fakeapi.LiveEvalRunID)), "data")
		got = append(got, results[0]["lifecycle"].(map[string]any)["status"].(string))
		if want := []string{"running", "running", "completed", "completed"}; !slices.Equal(got, want) {
			t.Errorf("edition %d: got %v, want %v", edition, got, want)
		}
	}
}

// TestEvalRuns_counts checks the counts of a run with every outcome, and of a run whose counts are given.
func TestEvalRuns_counts(t *testing.T) {
	t.Parallel()
	want := map[fakeapi.Edition]string{
		fakeapi.RunScoped: "5 map[blocked:1 cancelled:1 error:1 failed:1 passed:1 queued:0 running:0]",
		fakeapi.Flat: "5 map[lifecycle_counts:map[cancelled:1 completed:3 error:1 pending:0 queued:0 running:0] " +
			"outcome:map[blocked:1 failed:1 passed:1]]",
	}
	for edition, paths := range evalPathsByEdition {
		fake := fakeapi.New(edition)
		run := object(t, fake, paths.runs+"/"+fakeapi.EvalRunID)
		total := map[fakeapi.Edition]string{fakeapi.RunScoped: "total_tests", fakeapi.Flat: "total_evals"}[edition]
		if got := fmt.Sprint(run[total], " ", run["counts"]); got != want[edition] {
			t.Errorf("edition %d: got %s", edition, got)
		}
		fake.AddEvalRun(fakeapi.EvalRun{ID: "evalrun_odd", Evals: 5, Counts: &fakeapi.EvalCounts{Passed: 7}})
		if run := object(t, fake, paths.runs+"/evalrun_odd"); !strings.Contains(fmt.Sprint(run["counts"]), "passed:7") || run[total] != 5.0 {
			t.Errorf("edition %d: got %v", edition, run)
		}
	}
}

// TestRunPlan checks the modes that the route knows, and that it is missing for the others.
func TestRunPlan(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New(fakeapi.RunScoped)
	for id, want := range map[string]string{
		"exp_abc": `200 {"document_count":3,"mode":"noop"}`, "exp_split": `200 {"document_count":1,"mode":"run"}`,
		"exp_new": `404 {"detail":"Workflow not found"}`, "exp_404": `404 {"detail":"Experiment not found: exp_404"}`,
	} {
		got := get(t, fake, "/v1/workflows/wf_1/experiments/"+id+"/run-plan")
		if text := fmt.Sprint(got.status, " ", got.body); text != want {
			t.Errorf("%s: got %s, want %s", id, text, want)
		}
	}
}

// TestWorkflows checks the version that is published, and the version that an experiment ran.
func TestWorkflows(t *testing.T) {
	t.Parallel()
	for edition := range evalPathsByEdition {
		fake := fakeapi.New(edition)
		published := object(t, fake, "/v1/workflows/wf_1")["published"].(map[string]any)
		if published["version_id"] != "wfv_1" || published["published_at"] != "2026-05-01T09:00:00Z" {
			t.Errorf("edition %d: got %v", edition, published)
		}
		for _, id := range []string{"wf_2", "wf_live"} {
			if got := object(t, fake, "/v1/workflows/"+id); got["published"] != nil || got["created_at"] == nil {
				t.Errorf("edition %d, %s: got %v", edition, id, got)
			}
		}
	}
	run := object(t, fakeapi.New(fakeapi.RunScoped), runsPath+"/exprun_2")["workflow"].(map[string]any)
	if run["requested_version"] != "draft" || run["version_id"] != "draft_2026_05_18" {
		t.Errorf("got %v", run)
	}
}
