package provider_test

import (
	"math/big"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

const resultsType = "retab_experiment_results"

func TestDataSourceExperimentResults_summary(t *testing.T) {
	t.Parallel()
	counts := func(changes attributes) attributes {
		all := attributes{"pending": "0", "queued": "0", "running": "0", "completed": "0", "error": "0", "cancelled": "0"}
		for status, count := range changes {
			all[status] = count
		}
		return all
	}
	tests := map[string]struct {
		arguments values
		want      attributes
	}{
		"a run with a failed document": {
			values{"run_id": "exprun_2"},
			attributes{
				"document_count": "3", "result_count": "3", "succeeded_count": "2", "failed_count": "1", "missing_count": "0",
				"success_ratio": fractionOf(2, 3), "status_counts": counts(attributes{"completed": "2", "error": "1"}),
				"status_by_document":  attributes{"expdoc_failed": "error", "expdoc_schema": "completed", "expdoc_xyz": "completed"},
				"failed_document_ids": []any{"expdoc_failed"}, "missing_document_ids": []any(nil), "all_terminal": true, "all_succeeded": false,
				"summary": "1 of 3 documents failed: expdoc_failed.",
			},
		},
		"some of its documents": {
			values{"run_id": "exprun_2", "document_ids": setOf("expdoc_xyz", "expdoc_schema")},
			attributes{
				"document_count": "2", "result_count": "2", "succeeded_count": "2", "failed_count": "0", "missing_count": "0", "success_ratio": "1",
				"status_counts": counts(attributes{"completed": "2"}), "failed_document_ids": []any(nil), "missing_document_ids": []any(nil),
				"all_terminal": true, "all_succeeded": true, "summary": "All 2 documents succeeded.",
			},
		},
		"documents that are missing": {
			values{"run_id": "exprun_2", "document_ids": setOf("expdoc_xyz", "expdoc_b", "expdoc_a")},
			attributes{
				"document_count": "3", "result_count": "1", "succeeded_count": "1", "failed_count": "0", "missing_count": "2",
				"success_ratio": fractionOf(1, 3), "missing_document_ids": []any{"expdoc_a", "expdoc_b"},
				"all_terminal":  true, // the run is over and its list is complete, so these results will not appear
				"all_succeeded": false, "summary": "2 of 3 documents are not part of the run: expdoc_a, expdoc_b.",
			},
		},
		"documents without a result yet": {
			values{"run_id": fakeapi.ActiveRunID, "document_ids": setOf("expdoc_late")},
			attributes{
				"document_count": "1", "result_count": "0", "succeeded_count": "0", "missing_count": "1", "success_ratio": "0",
				"missing_document_ids": []any{"expdoc_late"}, "all_terminal": false, "all_succeeded": false,
				"summary": "1 of 1 documents has no result yet: expdoc_late.",
			},
		},
		"statuses filters only rows": {
			values{"run_id": "exprun_2", "statuses": setOf("completed", "running")},
			attributes{
				"document_count": "3", "result_count": "3", "status_counts": counts(attributes{"completed": "2", "error": "1"}),
				"failed_document_ids": []any{"expdoc_failed"}, "all_succeeded": false, "success_ratio": fractionOf(2, 3),
				"summary": "1 of 3 documents failed: expdoc_failed.",
			},
		},
		"a filter that shows no rows judges the same": {
			values{"run_id": "exprun_2", "statuses": setOf()},
			attributes{
				"by_document": attributes{}, "document_count": "3", "result_count": "3",
				"failed_document_ids": []any{"expdoc_failed"}, "all_succeeded": false, "success_ratio": fractionOf(2, 3),
				"summary": "1 of 3 documents failed: expdoc_failed.",
			},
		},
		"an active run": {
			values{"run_id": fakeapi.ActiveRunID},
			attributes{
				"document_count": "3", "result_count": "2", "succeeded_count": "0", "failed_count": "0", "missing_count": "1", "success_ratio": "0",
				"status_counts": counts(attributes{"pending": "1", "running": "1"}), "failed_document_ids": []any(nil),
				"all_terminal": false, "all_succeeded": false,
				"summary": "2 of 3 documents have not finished: expdoc_pending, expdoc_running. 1 of 3 documents has no result yet.",
			},
		},
		"an empty run": {
			values{"run_id": fakeapi.EmptyRunID},
			attributes{
				"by_document": attributes{}, "status_by_document": attributes{}, "status_counts": counts(nil),
				"document_count": "0", "result_count": "0", "succeeded_count": "0", "failed_count": "0", "missing_count": "0", "success_ratio": nil,
				"failed_document_ids": []any(nil), "missing_document_ids": []any(nil), "all_terminal": true, "all_succeeded": false,
				"summary": "The run has no documents.",
			},
		},
		"all documents succeeded": {
			values{"run_id": "exprun_split"}, attributes{
				"document_count": "1", "success_ratio": "1", "all_terminal": true, "all_succeeded": true, "summary": "The only document succeeded.",
			},
		},
		"a completed result in an unfinished run": {
			values{"run_id": "exprun_half"},
			attributes{
				"document_count": "2", "result_count": "1", "succeeded_count": "1", "missing_count": "1", "success_ratio": "0.5",
				"status_counts": counts(attributes{"completed": "1"}), "all_terminal": false, "all_succeeded": false,
				"summary": "1 of 2 documents has no result yet.",
			},
		},
		"an unknown status": {
			values{"run_id": "exprun_odd"},
			attributes{
				"document_count": "1", "result_count": "1", "failed_count": "0", "status_counts": counts(attributes{"hibernating": "1"}),
				"all_terminal": false, "all_succeeded": false, "summary": "1 of 1 documents has not finished: expdoc_1.",
			},
		},
	}
	forEachServer(t, func(t *testing.T, e env) {
		result := func(run, status string) fakeapi.Result {
			return fakeapi.Result{
				ID: "expresult_" + run, RunID: run, ExperimentID: "exp_abc", DocumentID: "expdoc_1", BlockKind: "extract", Stages: []fakeapi.Stage{{Status: status}},
			}
		}
		e.Add(result("exprun_half", "completed"), result("exprun_odd", "hibernating"))
		e.AddRun(fakeapi.Run{ID: "exprun_half", ExperimentID: "exp_abc", BlockKind: "extract", Documents: 2})
		s := e.Connect(t)
		for name, test := range tests {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				got, problem := s.Read(t.Context(), t, resultsType, test.arguments)
				if problem != "" {
					t.Fatal(problem)
				}
				if diff := cmp.Diff(test.want, only(got, test.want)); diff != "" {
					t.Errorf("summary differs (-want +got):\n%s", diff)
				}
			})
		}
	})
}

// TestDataSourceExperimentResults_rowsEqualSingleReads compares the rows with single reads; the payloads are apart from the
// rows.
func TestDataSourceExperimentResults_rowsEqualSingleReads(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		s := e.Connect(t)
		for _, payload := range []bool{false, true} {
			want := attributes{"by_document": attributes{}, "handle_data": nil}
			payloads := attributes{}
			for _, documentID := range []string{"expdoc_failed", "expdoc_schema", "expdoc_xyz"} {
				row, problem := s.Read(t.Context(), t, resultType, values{"run_id": "exprun_2", "document_id": documentID, "include_handle_data": payload})
				if problem != "" {
					t.Fatal(problem)
				}
				payloads[documentID] = row["handle_data"]
				for _, argument := range []string{"include_handle_data", "handle_data", "ignore_not_found", "wait_for_completion", "poll_interval", "timeouts"} {
					delete(row, argument)
				}
				want["by_document"].(attributes)[documentID] = row
			}
			if payload {
				want["handle_data"] = payloads
			}
			got, problem := s.Read(t.Context(), t, resultsType, values{"run_id": "exprun_2", "include_handle_data": payload})
			if problem != "" {
				t.Fatal(problem)
			}
			if diff := cmp.Diff(want, only(got, want)); diff != "" {
				t.Errorf("rows differ (-singular +plural):\n%s", diff)
			}
		}
		filtered, problem := s.Read(t.Context(), t, resultsType, values{"run_id": "exprun_2", "statuses": setOf("error"), "include_handle_data": true})
		if problem != "" || len(filtered["by_document"].(attributes)) != 1 || len(filtered["handle_data"].(attributes)) != 1 {
			t.Errorf("filtered: %v %s", filtered, problem)
		}
	})
}

func TestDataSourceExperimentResults_diagnostics(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		s := e.Connect(t)
		_, problem := s.Read(t.Context(), t, resultsType, values{"run_id": "exprun_404"})
		wantContains(t, problem, "ERROR: Experiment run not found", `Asked for the results of experiment run "exprun_404".`, "Experiment run not found: exprun_404.",
			"set ignore_not_found = true and use exists")
		_, problem = s.Read(t.Context(), t, resultsType, values{"run_id": "exprun_2", "document_ids": setOf("a/b")})
		wantContains(t, problem, "document_ids", "Invalid id", "an id has no slash")
	})
}

// TestDataSourceExperimentResults_listOlderThanTheRun reads a list, after which a result appears and the run ends before the
// run is read.
func TestDataSourceExperimentResults_listOlderThanTheRun(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		path := "/v1/workflows/experiments/runs/exprun_split/results"
		if e.IsFlat() {
			path = flatResultsPath
		}
		e.Script(path, fakeapi.Reply{Status: 200, Body: `{"data":[],"list_metadata":{"before":null,"after":null}}`})
		got, problem := e.Connect(t).Read(t.Context(), t, resultsType, values{"run_id": "exprun_split", "document_ids": setOf("expdoc_split")})
		want := attributes{"result_count": "1", "missing_document_ids": []any(nil), "all_terminal": true, "all_succeeded": true}
		if diff := cmp.Diff(want, only(got, want)); problem != "" || diff != "" {
			t.Errorf("%s %s", problem, diff)
		}
	})
}

func TestDataSourceExperimentResults_tooManyToList(t *testing.T) {
	t.Parallel()
	e := startServer(t)
	for i := range 1001 {
		e.Add(fakeapi.Result{
			ID: "expresult_" + time.Duration(i).String(), RunID: "exprun_big", ExperimentID: "exp_abc", DocumentID: "expdoc_" + time.Duration(i).String(),
			BlockKind: "extract", Stages: []fakeapi.Stage{{Status: "completed"}},
		})
	}
	_, problem := e.Connect(t).Read(t.Context(), t, resultsType, values{"run_id": "exprun_big"})
	wantContains(t, problem, "ERROR: Experiment run has too many documents to list",
		"in the run-scoped edition of the API ends after 1000.", "Read each document with retab_experiment_result, or the counts of the run with retab_experiment_run")
}

func TestDataSourceExperimentResults_waits(t *testing.T) {
	t.Parallel()
	stages := func(statuses ...string) (all []fakeapi.Stage) {
		for _, status := range statuses {
			all = append(all, fakeapi.Stage{Status: status})
		}
		return all
	}
	add := func(e env, stagesOfB ...string) {
		for name, statuses := range map[string][]string{"a": {"running", "completed"}, "b": stagesOfB} {
			e.Add(fakeapi.Result{
				ID: "expresult_" + name, RunID: "exprun_wait", ExperimentID: "exp_abc", DocumentID: "expdoc_" + name, BlockKind: "extract", Stages: stages(statuses...),
			})
		}
	}
	t.Run("until every document has ended", func(t *testing.T) {
		t.Parallel()
		forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
			add(e, "pending", "running", "running", "error")
			began := time.Now()
			got, problem := s.Read(t.Context(), t, resultsType, values{"run_id": "exprun_wait", "wait_for_completion": true})
			want := attributes{"all_terminal": true, "all_succeeded": false, "failed_document_ids": []any{"expdoc_b"}}
			if diff := cmp.Diff(want, only(got, want)); problem != "" || diff != "" {
				t.Errorf("%s %s", problem, diff)
			}
			wantElapsed(t, time.Since(began), 7*time.Second, 10*time.Second)
		})
	})
	t.Run("until the requested documents have ended", func(t *testing.T) {
		t.Parallel()
		forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
			add(e, "running")
			began := time.Now()
			got, problem := s.Read(t.Context(), t, resultsType, values{
				"run_id": "exprun_wait", "wait_for_completion": true, "document_ids": setOf("expdoc_a"),
			})
			if problem != "" || got["all_succeeded"] != true {
				t.Errorf("got %v %s", got, problem)
			}
			wantElapsed(t, time.Since(began), time.Second, 2*time.Second)
		})
	})
	t.Run("until the run is cancelled", func(t *testing.T) {
		t.Parallel()
		forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
			add(e, "pending")
			e.AddRun(fakeapi.Run{ID: "exprun_wait", ExperimentID: "exp_abc", BlockKind: "extract", Stages: []fakeapi.RunStage{{Status: "running"}, {Status: "cancelled"}}})
			began := time.Now()
			got, problem := s.Read(t.Context(), t, resultsType, values{"run_id": "exprun_wait", "wait_for_completion": true})
			want := attributes{"all_terminal": true, "all_succeeded": false, "result_count": "2"}
			if diff := cmp.Diff(want, only(got, want)); problem != "" || diff != "" {
				t.Errorf("%s %s", problem, diff)
			}
			wantElapsed(t, time.Since(began), time.Second, 3*time.Second)
		})
	})
	t.Run("until the deadline", func(t *testing.T) {
		t.Parallel()
		forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
			add(e, "running")
			_, problem := s.Read(t.Context(), t, resultsType, values{"run_id": "exprun_wait", "wait_for_completion": true, "timeouts": values{"read": "1m"}})
			wantContains(t, problem, "ERROR: Experiment run is still running: 1 of 2 documents have ended", "watched for 1m", "Raise timeouts.read (now 1m)")
		})
	})
}

func TestDataSourceExperimentResults_invalidArguments(t *testing.T) {
	t.Parallel()
	for document, want := range map[string]string{
		"":    "The value of an element of document_ids is empty.",
		"a/b": `The value of an element of document_ids is "a/b", and an id has no slash.`,
	} {
		_, problem := startServer(t).Connect(t).Read(t.Context(), t, resultsType, values{"run_id": "exprun_2", "document_ids": setOf(document)})
		wantContains(t, problem, "Invalid id", want)
	}
}

// fractionOf returns the number that Terraform computes for a fraction.
func fractionOf(numerator, denominator float64) string {
	exactly := func(number float64) *big.Float { return new(big.Float).SetPrec(512).SetFloat64(number) }
	return exactly(0).Quo(exactly(numerator), exactly(denominator)).Text('f', -1)
}

// TestDataSourceExperimentResults_absent checks that a run that is confirmed not to exist can be data, and passes no gate.
func TestDataSourceExperimentResults_absent(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		s := e.Connect(t)
		for _, arguments := range []values{{}, {"document_ids": setOf("expdoc_xyz")}, {"document_ids": setOf(), "wait_for_completion": false}} {
			arguments["run_id"], arguments["ignore_not_found"] = "exprun_404", true
			got, problem := s.Read(t.Context(), t, resultsType, arguments)
			want := attributes{
				"exists": false, "all_terminal": false, "all_succeeded": false, "success_ratio": got["success_ratio"], "by_document": attributes(nil),
				"summary": "Run exprun_404 does not exist in the environment of this API key.",
			}
			if got["success_ratio"] != nil && got["success_ratio"] != "0" {
				t.Errorf("got the ratio %v", got["success_ratio"])
			}
			if diff := cmp.Diff(want, only(got, want), cmpopts.EquateEmpty()); problem != "" || diff != "" {
				t.Errorf("%s (-want +got):\n%s", problem, diff)
			}
		}
		missing := fakeapi.Reply{Status: 404, Body: `{"message":"no Route matched with those values"}`}
		for _, path := range []string{"/v1/workflows/experiments/runs/exprun_405", "/v1/workflows/experiments/runs/exprun_2"} {
			e.Script(path, missing, missing, missing, missing)
		}
		if got, problem := s.Read(t.Context(), t, resultsType, values{"run_id": "exprun_405", "ignore_not_found": true}); problem == "" {
			t.Errorf("a missing route is an absence: %v", got["summary"])
		}
	})
}
