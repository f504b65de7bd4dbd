package provider_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

const runType = "retab_experiment_run"

// seedRun returns the state of the run of the vendor's example, which is completed and has a failed document.
func seedRun(e env) attributes {
	run := attributes{
		"id": "exprun_2", "experiment_id": "exp_abc", "exists": true, "status": "completed", "is_terminal": true,
		"succeeded":     false, // because a document failed
		"error_message": "", "error_code": "", "cancel_reason": "",
		"score": "0.93", "n_consensus": "3", "document_count": "3", "succeeded_count": "2", "failed_count": "1", "missing_count": "0",
		"success_ratio": fractionOf(2, 3), "summary": "1 of 3 documents of run exprun_2 failed.",
		"timing":      attributes{"created_at": "2026-05-02T10:59:58Z", "started_at": "2026-05-02T10:59:59Z", "completed_at": "2026-05-02T11:00:05Z", "duration_ms": "7000"},
		"workflow_id": "wf_1", "workflow_version_id": "draft_2026_05_18", "requested_version": "draft", "block_id": "block_extract", "block_kind": "extract",
		"trigger_type": "manual_run", "parent_run_id": nil, "documents_fingerprint": "51ab",
		"definition_fingerprint": "9f2c", "block_execution_fingerprint": nil, "block_version_id": nil, "metrics_validity_fingerprint": nil,
	}
	if e.IsFlat() {
		run["requested_version"] = nil
	}
	if e.IsFlat() { // the fingerprints of the editions differ slightly, so they have two names
		run["definition_fingerprint"], run["block_execution_fingerprint"] = nil, "9f2c"
		run["block_version_id"], run["metrics_validity_fingerprint"] = "blkv_1", "77aa"
	}
	return run
}

func TestDataSourceExperimentRun_byID(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		got, problem := e.Connect(t).Read(t.Context(), t, runType, values{"id": "exprun_2"})
		if problem != "" {
			t.Fatal(problem)
		}
		want := seedRun(e)
		if diff := cmp.Diff(want, only(got, want)); diff != "" {
			t.Errorf("run differs (-want +got):\n%s", diff)
		}
	})
}

func TestDataSourceExperimentRun_newestOfAnExperiment(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		for id, run := range map[string]fakeapi.Run{
			"old": {CreatedAt: "2026-06-01T00:00:00Z"}, "new_a": {CreatedAt: "2026-06-02T00:00:00Z"}, "new_b": {CreatedAt: "2026-06-02T00:00:00Z"},
			"active": {CreatedAt: "2026-06-03T00:00:00Z", Stages: []fakeapi.RunStage{{Status: "running"}}},
		} {
			run.ID, run.ExperimentID, run.BlockKind = "exprun_"+id, "exp_many", "extract"
			e.AddRun(run)
		}
		s := e.Connect(t)
		for filter, want := range map[any]string{nil: "exprun_new_b", "completed": "exprun_new_b", "running": "exprun_active", "any": "exprun_active"} {
			got, problem := s.Read(t.Context(), t, runType, values{"experiment_id": "exp_many", "status_filter": filter})
			if problem != "" || got["id"] != want {
				t.Errorf("status_filter %v: got %v %s, want %s", filter, got["id"], problem, want)
			}
		}
	})
}

// TestDataSourceExperimentRun_versions checks the version of the block.
func TestDataSourceExperimentRun_versions(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		body := fakeapi.Reply{Status: 200, Body: `{"id":"exprun_2","lifecycle":{"status":"completed"},"block_version_id":"blkv_1","metrics_validity_fingerprint":"77aa"}`}
		e.Script("/v1/workflows/experiments/runs/exprun_2", body, body) // one for each edition
		got, problem := e.Connect(t).Read(t.Context(), t, runType, values{"id": "exprun_2"})
		if problem != "" || got["block_version_id"] != "blkv_1" || got["metrics_validity_fingerprint"] != "77aa" {
			t.Errorf("got %v, %v %s", got["block_version_id"], got["metrics_validity_fingerprint"], problem)
		}
	})
}

// TestDataSourceExperimentRun_namesItsExperiment checks that a run is the newest one of an experiment only if it says so.
func TestDataSourceExperimentRun_namesItsExperiment(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		list := fakeapi.Reply{Status: 200, Body: `{"data":[{"id":"exprun_2","lifecycle":{"status":"completed"}}]}`}
		for typeName, arguments := range map[string]values{
			runType:                 {"experiment_id": "exp_abc", "ignore_not_found": true},
			"retab_experiment_runs": {"experiment_id": "exp_abc"},
		} {
			e.Script("/v1/workflows/experiments/runs", list, list) // one for each edition
			got, problem := e.Connect(t).Read(t.Context(), t, typeName, arguments)
			if !strings.Contains(strings.Join(strings.Fields(problem), " "), `Run "exprun_2" in the list does not name its experiment`) {
				t.Errorf("%s: got %v %s", typeName, got["id"], problem)
			}
			e.Forget("/v1/workflows/experiments/runs")
		}
	})
}

func TestDataSourceExperimentRun_absent(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		s := e.Connect(t)
		for _, test := range []struct {
			arguments values
			want      []string
			summary   string // with ignore_not_found
		}{
			{
				values{"id": "exprun_404"},
				[]string{"ERROR: Experiment run not found", "Experiment run not found: exprun_404.", "Check id, and", "ignore_not_found"},
				"Run exprun_404 does not exist in the environment of this API key.",
			},
			{
				values{"experiment_id": "exp_404"},
				[]string{
					"ERROR: Experiment run not found", `Asked for the newest run of experiment "exp_404" with the status "completed".`, "Retab lists no such run",
					"Check experiment_id", `status_filter = "any"`, "ignore_not_found",
				},
				"Retab lists no run of experiment exp_404 with the status completed.",
			},
			{
				values{"experiment_id": "exp_404", "status_filter": "any"},
				[]string{"ERROR: Experiment run not found", `Asked for the newest run of experiment "exp_404".`},
				"Retab lists no run of experiment exp_404.",
			},
		} {
			_, problem := s.Read(t.Context(), t, runType, test.arguments)
			wantContains(t, problem, test.want...)
			test.arguments["ignore_not_found"] = true
			got, problem := s.Read(t.Context(), t, runType, test.arguments)
			if problem != "" {
				t.Fatal(problem)
			}
			want := attributes{
				"exists": false, "status": "", "is_terminal": false, "succeeded": false, "error_message": "", "score": nil,
				"document_count": "0", "succeeded_count": "0", "failed_count": "0", "missing_count": "0", "success_ratio": nil, "summary": test.summary,
				"id": test.arguments["id"], "experiment_id": test.arguments["experiment_id"],
				"timing": attributes{"created_at": nil, "started_at": nil, "completed_at": nil, "duration_ms": nil},
			}
			if diff := cmp.Diff(want, only(got, want)); diff != "" {
				t.Errorf("absent run differs (-want +got):\n%s", diff)
			}
		}
	})
}

func TestDataSourceExperimentRun_invalidArguments(t *testing.T) {
	t.Parallel()
	s := startServer(t).Connect(t)
	for name, test := range map[string]struct {
		arguments values
		want      []string
	}{
		"neither":                             {values{}, []string{"Exactly one of these attributes must be configured: [id,experiment_id]"}},
		"both":                                {values{"id": "a", "experiment_id": "b"}, []string{"Exactly one of these attributes"}},
		"an empty id":                         {values{"id": ""}, []string{`AttributeName("id"): Invalid id`}},
		"status_filter without experiment_id": {values{"id": "a", "status_filter": "any"}, []string{`AttributeName("status_filter")`, "experiment_id"}},
		"an unknown status_filter":            {values{"experiment_id": "a", "status_filter": "done"}, []string{`AttributeName("status_filter")`, `"completed"`, `"any"`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, problem := s.Read(t.Context(), t, runType, test.arguments)
			wantContains(t, problem, test.want...)
		})
	}
}

func TestDataSourceExperimentRun_waits(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		arguments   values
		least, most time.Duration
	}{
		"by id": {values{"id": "exprun_wait", "wait_for_completion": true}, 3 * time.Second, 6 * time.Second},
		// One more read, because a read of the fake's list does not change the status of runs.
		"by experiment": {values{"experiment_id": "exp_wait", "wait_for_completion": true}, 7 * time.Second, 10 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
				e.AddRun(fakeapi.Run{ID: "exprun_wait", ExperimentID: "exp_wait", BlockKind: "extract", Documents: 2, Stages: []fakeapi.RunStage{
					{Status: "running"}, {Status: "running", Completed: 1}, {Status: "error", Completed: 1, Failed: 1, Error: "It broke."},
				}})
				began := time.Now()
				got, problem := s.Read(t.Context(), t, runType, test.arguments)
				if problem != "" || got["status"] != "error" || got["failed_count"] != "1" {
					t.Errorf("got %v %s", got, problem)
				}
				wantElapsed(t, time.Since(began), test.least, test.most)
			})
		})
	}
	t.Run("during an outage", func(t *testing.T) {
		t.Parallel()
		forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
			e.AddRun(fakeapi.Run{ID: "exprun_wait", ExperimentID: "exp_wait", BlockKind: "extract", Stages: []fakeapi.RunStage{{Status: "completed"}}})
			for range 10 {
				e.Script("/v1/workflows/experiments/runs", fakeapi.Reply{Status: 503})
			}
			got, problem := s.Read(t.Context(), t, runType, values{"experiment_id": "exp_wait", "wait_for_completion": true})
			if problem != "" || got["id"] != "exprun_wait" {
				t.Errorf("got %v %s", got["id"], problem)
			}
		})
	})
	t.Run("until the deadline", func(t *testing.T) {
		t.Parallel()
		forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
			addRun(e, fakeapi.RunStage{Status: "running"})
			_, problem := s.Read(t.Context(), t, runType, values{"id": "exprun_wait", "wait_for_completion": true, "timeouts": values{"read": "1m"}})
			wantContains(t, problem, "ERROR: Experiment run is still running", "Raise timeouts.read (now 1m)")
		})
	})
}

// TestDataSourceExperimentRun_withCLI reads the newest run of an experiment and then its results.
func TestDataSourceExperimentRun_withCLI(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		terraform(t, resource.TestStep{
			Config: e.Configuration(`
data "retab_experiment_run" "newest" {
  experiment_id = "exp_abc"
}

data "retab_experiment_runs" "all" {
  experiment_id = "exp_abc"
}

data "retab_experiment_results" "all" {
  run_id = data.retab_experiment_run.newest.id
}
`),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("data.retab_experiment_run.newest", tfjsonpath.New("id"), knownvalue.StringExact("exprun_2")),
				statecheck.ExpectKnownValue("data.retab_experiment_runs.all", tfjsonpath.New("ids"), knownvalue.ListSizeExact(4)),
				statecheck.ExpectKnownValue("data.retab_experiment_results.all", tfjsonpath.New("result_count"), knownvalue.Int64Exact(3)),
			},
		})
	})
}
