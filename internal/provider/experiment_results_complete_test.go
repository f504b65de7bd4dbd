package provider_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

const shortRunID = "exprun_short"

// addRows adds results of the short run, one document for each status: expdoc_0, expdoc_1 and so on.
func addRows(e env, statuses ...string) {
	for i, status := range statuses {
		e.Add(fakeapi.Result{
			ID: fmt.Sprintf("expresult_short_%d", i), RunID: shortRunID, ExperimentID: "exp_abc", DocumentID: fmt.Sprintf("expdoc_%d", i),
			BlockKind: "extract", Stages: []fakeapi.Stage{{Status: status}},
		})
	}
}

// scriptRun scripts the answer to every request for the short run, with these counters.
func scriptRun(e env, status string, total, completed, failed int) {
	for range 100 {
		e.Script("/v1/workflows/experiments/runs/"+shortRunID, fakeapi.Reply{Status: 200, Body: fmt.Sprintf(
			`{"id":%q,"lifecycle":{"status":%q},"total_document_count":%d,"completed_document_count":%d,"error_count":%d}`,
			shortRunID, status, total, completed, failed)})
	}
}

// shortRun is a run whose counters and list can contradict each other.
type shortRun struct {
	status                   string
	total, completed, failed int
	rows                     []string // statuses of the rows
	documentIDs              []string
	want                     attributes
	warning                  string // "" if there must be none
}

// TestDataSourceExperimentResults_incomplete checks that no attribute says that everything has ended or succeeded if the list
// does not prove it.
func TestDataSourceExperimentResults_incomplete(t *testing.T) {
	t.Parallel()
	unproved := func(changes attributes) attributes {
		want := attributes{"all_terminal": false, "all_succeeded": false, "success_ratio": nil}
		for name, value := range changes {
			want[name] = value
		}
		return want
	}
	tests := map[string]shortRun{
		"a completed run whose list is short": {
			"completed", 3, 3, 0,
			[]string{"completed", "completed"},
			nil,
			unproved(attributes{
				"document_count": "3", "result_count": "2", "succeeded_count": "2", "missing_count": "1", "success_ratio": fractionOf(2, 3),
				"summary": "1 of 3 documents has no result yet.",
			}),
			`The list of run "exprun_short" has 2 of 3 documents, although the run is completed.`,
		},
		"a completed run whose list is empty": {
			"completed", 3, 3, 0, nil, nil,
			unproved(attributes{"missing_count": "3", "success_ratio": "0", "summary": "3 of 3 documents have no result yet."}),
			`The list of run "exprun_short" has 0 of 3 documents`,
		},
		"a completed run with rows that are not final": {
			"completed", 3, 3, 0,
			[]string{"completed", "running", "pending"},
			nil,
			unproved(attributes{
				"missing_count": "0", "failed_count": "0", "success_ratio": fractionOf(1, 3),
				"summary": "2 of 3 documents have not finished: expdoc_1, expdoc_2.",
			}),
			`In the list of run "exprun_short", 2 of 3 documents have not finished, although the run is completed.`,
		},
		"fewer failed rows than the counter": {
			"completed", 3, 2, 1,
			[]string{"completed", "completed", "completed"},
			nil,
			unproved(attributes{
				"succeeded_count": "3", "failed_count": "0",
				"summary": "The run and its list contradict each other: the run counts 3 documents, 2 completed and 1 failed; the list has 3 results, of which 3 succeeded.",
			}),
			"the run counts 3 documents, 2 completed and 1 failed; the list has 3 results, of which 3 succeeded",
		},
		"no documents, but rows": {
			"completed", 0, 0, 0,
			[]string{"completed"},
			nil,
			unproved(attributes{"document_count": "0", "result_count": "1", "succeeded_count": "1", "missing_count": "0"}),
			"the run counts 0 documents, 0 completed and 0 failed; the list has 1 result, of which 1 succeeded",
		},
		"fewer documents than rows": {
			"completed", 3, 3, 0,
			[]string{"completed", "completed", "completed", "error"},
			nil,
			unproved(attributes{"document_count": "3", "result_count": "4", "succeeded_count": "3", "failed_count": "1"}),
			"the list has 4 results, of which 3 succeeded",
		},
		"counters that contradict each other": {
			"completed", 3, 5, 0, []string{"completed", "completed", "completed"}, nil, unproved(nil), "the run counts 3 documents, 5 completed and 0 failed",
		},
		"a counter below zero": {
			"completed", 3, 3, -1, []string{"completed", "completed", "completed"}, nil, unproved(nil), "and -1 failed",
		},
		"a named document that is missing from a short list": {
			"completed", 3, 3, 0,
			[]string{"completed", "completed"},
			[]string{"expdoc_0", "expdoc_late"},
			unproved(attributes{
				"document_count": "2", "missing_count": "1", "success_ratio": "0.5", "missing_document_ids": []any{"expdoc_late"},
				"summary": "1 of 2 documents has no result yet: expdoc_late.",
			}),
			`The list of run "exprun_short" has 2 of 3 documents`,
		},
		"a named document that has not finished": {
			"completed", 3, 3, 0,
			[]string{"completed", "running", "completed"},
			[]string{"expdoc_0", "expdoc_1"},
			unproved(attributes{"success_ratio": "0.5", "summary": "1 of 2 documents has not finished: expdoc_1."}),
			`In the list of run "exprun_short", 1 of 2 documents has not finished`,
		},
		"named documents in a short list": {
			"completed", 3, 3, 0,
			[]string{"completed", "completed"},
			[]string{"expdoc_0", "expdoc_1"},
			attributes{"document_count": "2", "missing_count": "0", "all_terminal": true, "all_succeeded": true, "success_ratio": "1"},
			"",
		},
		"a cancelled run with unfinished documents": {
			"cancelled", 4, 1, 1,
			[]string{"completed", "error", "pending"},
			nil,
			attributes{
				"missing_count": "1", "failed_count": "1", "all_terminal": true, "all_succeeded": false, "success_ratio": "0.25",
				"summary": "The run was cancelled. 1 of 4 documents failed: expdoc_1. 1 of 4 documents has not finished: expdoc_2. 1 of 4 documents has no result.",
			},
			"",
		},
		"a failed run with missing documents": {
			"error", 3, 1, 0,
			[]string{"completed"},
			nil,
			attributes{
				"missing_count": "2", "all_terminal": true, "all_succeeded": false, "success_ratio": fractionOf(1, 3),
				"summary": "The run failed. 2 of 3 documents have no result.",
			},
			"",
		},
		"an active run whose documents so far succeeded": { // it may get more
			"running", 1, 1, 0,
			[]string{"completed"},
			nil,
			unproved(attributes{"document_count": "1", "missing_count": "0", "summary": "The run has not finished (running)."}),
			"",
		},
		"a named document of an active run": {
			"running", 1, 1, 0,
			[]string{"completed"},
			[]string{"expdoc_0"},
			attributes{"all_terminal": true, "all_succeeded": true, "success_ratio": "1", "summary": "The only document succeeded."},
			"",
		},
		"a run that failed although every document succeeded": {
			"error", 1, 1, 0,
			[]string{"completed"},
			nil,
			attributes{"all_terminal": true, "all_succeeded": false, "success_ratio": nil, "summary": "The run failed."},
			"",
		},
		"a completed run that counts fewer successes than its list has": {
			"completed", 2, 1, 0,
			[]string{"completed", "completed"},
			nil,
			unproved(attributes{"summary": "The run and its list contradict each other: the run counts 2 documents, 1 completed and 0 failed; the list has 2 results, of which 2 succeeded."}),
			"contradict each other",
		},
		"an active run without counters": {
			"running", 0, 0, 0,
			[]string{"completed"},
			nil,
			attributes{"document_count": "0", "result_count": "1", "all_terminal": false, "all_succeeded": false, "success_ratio": nil},
			"",
		},
		"an active run whose list lags behind its counters": {
			"running", 3, 2, 1,
			[]string{"completed", "running", "running"},
			nil,
			attributes{"all_terminal": false, "all_succeeded": false, "success_ratio": fractionOf(1, 3)},
			"",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			forEachServer(t, func(t *testing.T, e env) {
				e.AddRun(fakeapi.Run{ID: shortRunID, ExperimentID: "exp_abc", BlockKind: "extract"})
				addRows(e, test.rows...)
				scriptRun(e, test.status, test.total, test.completed, test.failed)
				arguments := values{"run_id": shortRunID}
				if test.documentIDs != nil {
					arguments["document_ids"] = setOf(test.documentIDs...)
				}
				got, problem := e.Connect(t).Read(t.Context(), t, resultsType, arguments)
				if diff := cmp.Diff(test.want, only(got, test.want)); diff != "" {
					t.Errorf("results differ (-want +got):\n%s\n%s", diff, problem)
				}
				if test.warning == "" && problem != "" || strings.Contains(problem, "ERROR") {
					t.Errorf("got %s", problem)
				}
				if test.warning != "" {
					wantContains(t, problem, "WARNING: Experiment results are incomplete", test.warning)
				}
			})
		})
	}
}

// TestDataSourceExperimentResults_waitsForCompleteList checks that a wait goes on while the list of a completed run is short.
func TestDataSourceExperimentResults_waitsForCompleteList(t *testing.T) {
	t.Parallel()
	arguments := func(more values) values {
		all := values{"run_id": shortRunID, "wait_for_completion": true}
		for name, value := range more {
			all[name] = value
		}
		return all
	}
	t.Run("a row that appears late", func(t *testing.T) {
		t.Parallel()
		forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
			addRows(e, "completed", "completed")
			e.AddRun(fakeapi.Run{ID: shortRunID, ExperimentID: "exp_abc", BlockKind: "extract", Documents: 3, Stages: []fakeapi.RunStage{{Status: "completed", Completed: 3}}})
			began := time.Now()
			time.AfterFunc(time.Minute, func() {
				e.Add(fakeapi.Result{
					ID: "expresult_late", RunID: shortRunID, ExperimentID: "exp_abc", DocumentID: "expdoc_late", BlockKind: "extract",
					Stages: []fakeapi.Stage{{Status: "completed"}},
				})
			})
			got, problem := s.Read(t.Context(), t, resultsType, arguments(nil))
			want := attributes{"document_count": "3", "result_count": "3", "all_terminal": true, "all_succeeded": true, "success_ratio": "1"}
			if diff := cmp.Diff(want, only(got, want)); problem != "" || diff != "" {
				t.Errorf("%s %s", problem, diff)
			}
			wantElapsed(t, time.Since(began), time.Minute, 90*time.Second)
		})
	})
	t.Run("a row that never appears", func(t *testing.T) {
		t.Parallel()
		forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
			addRows(e, "completed", "completed")
			e.AddRun(fakeapi.Run{ID: shortRunID, ExperimentID: "exp_abc", BlockKind: "extract", Documents: 3, Stages: []fakeapi.RunStage{{Status: "completed", Completed: 3}}})
			_, problem := s.Read(t.Context(), t, resultsType, arguments(values{"timeouts": values{"read": "1m"}}))
			wantContains(t, problem, "ERROR: Experiment results are incomplete",
				`The list of run "exprun_short" has 2 of 3 documents, although the run is completed.`, "Raise timeouts.read (now 1m)")
		})
	})
}

// TestDataSourceExperimentResult_waitsForDelayedRow checks the same for the wait for one document.
func TestDataSourceExperimentResult_waitsForDelayedRow(t *testing.T) {
	t.Parallel()
	forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
		e.AddScriptedResult("running")
		e.AddRun(fakeapi.Run{ID: "exprun_wait", ExperimentID: "exp_abc", BlockKind: "extract", Stages: []fakeapi.RunStage{{Status: "completed", Completed: 1}}})
		_, problem := s.Read(t.Context(), t, resultType, waitArguments)
		wantContains(t, problem, "ERROR: Experiment result is still running")
	})
}
