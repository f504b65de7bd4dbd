package provider_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

func TestDataSourceExperimentResult_absent(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		hcl := strings.Replace(seedHCL, "expdoc_xyz", "expdoc_404", 1)
		terraform(
			t,
			resource.TestStep{
				Config:      e.Configuration(hcl),
				ExpectError: regexp.MustCompile(`Experiment result not found`),
			},
			resource.TestStep{
				Config: e.Configuration(strings.Replace(hcl, "document_id", "ignore_not_found = true\n  document_id", 1)),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue("data.retab_experiment_result.this", tfjsonpath.New("exists"), knownvalue.Bool(false)),
				},
			},
		)
	})
}

// TestDataSourceExperimentResult_absentObject checks that the attributes for conditions are not null for an absent result.
func TestDataSourceExperimentResult_absentObject(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		got, problem := e.Connect(t).Read(t.Context(), t, "retab_experiment_result", values{
			"run_id": "exprun_2", "document_id": "expdoc_404", "ignore_not_found": true,
		})
		if problem != "" {
			t.Fatal(problem)
		}
		want := attributes{
			"run_id": "exprun_2", "document_id": "expdoc_404", "ignore_not_found": true, "include_handle_data": nil, "handle_data": nil, "timeouts": nil,
			"wait_for_completion": nil, "poll_interval": nil,
			"id": nil, "experiment_id": nil, "block_kind": nil,
			"exists": false, "is_terminal": false, "succeeded": false,
			"status": "", "error_message": "", "error_code": "", "cancel_reason": "", "summary": "Document expdoc_404 is not part of run exprun_2.",
			"timing":   attributes{"created_at": nil, "started_at": nil, "completed_at": nil, "duration_ms": nil},
			"artifact": nil, "handle_inputs": attributes{}, "handle_outputs": attributes{}, "attempt": nil, "is_placeholder": nil,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("absent result differs (-want +got):\n%s", diff)
		}
	})
}

// TestDataSourceExperimentResult_absences checks the errors for the ways in which a result can be absent, and that
// ignore_not_found makes each of them data.
func TestDataSourceExperimentResult_absences(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		run, document string
		want          []string
		summary       string // with ignore_not_found
	}{
		"no such run": {"exprun_404", "expdoc_xyz", []string{
			"ERROR: Experiment run not found", `the result of document "expdoc_xyz" in experiment run "exprun_404"`,
			"Retab has no such run for this API key: Experiment run not found: exprun_404.", "Check run_id", "runs of another environment are not found",
		}, "Document expdoc_xyz has no result: run exprun_404 does not exist in the environment of this API key."},
		"an active run": {fakeapi.ActiveRunID, "expdoc_404", []string{
			"ERROR: Experiment result is not there yet", `Experiment run "exprun_active" is still running: 0 of 3 documents have a final result, and this one has none yet.`,
			"Wait for the whole run with the data source retab_experiment_run",
		}, "Document expdoc_404 has no result yet: run exprun_active has not finished (running)."},
		"a completed run": {"exprun_2", "expdoc_404", []string{
			"ERROR: Experiment result not found", `Experiment run "exprun_2" is over (completed), and this document was not part of it.`, "Check document_id",
		}, "Document expdoc_404 is not part of run exprun_2."},
		"a cancelled run": {fakeapi.CancelledRunID, "expdoc_404", []string{
			"ERROR: Experiment result not found", `Experiment run "exprun_cancelled" is over (cancelled), and it has no result for this document.`, "Check document_id",
		}, "Document expdoc_404 has no result: run exprun_cancelled was cancelled."},
		"a failed run": {"exprun_broken", "expdoc_404", []string{
			"ERROR: Experiment result not found", `Experiment run "exprun_broken" is over (error), and it has no result for this document.`, "Check document_id",
		}, "Document expdoc_404 has no result: run exprun_broken failed."},
		"a run without documents": {fakeapi.EmptyRunID, "expdoc_404", []string{
			"ERROR: Experiment result not found", `Experiment run "exprun_empty" is over (completed), and this document was not part of it.`,
		}, "Document expdoc_404 is not part of run exprun_empty."},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			forEachServer(t, func(t *testing.T, e env) {
				e.AddRun(fakeapi.Run{ID: "exprun_broken", ExperimentID: "exp_abc", BlockKind: "extract", Stages: []fakeapi.RunStage{{Status: "error"}}})
				arguments := values{"run_id": test.run, "document_id": test.document}
				_, got := e.Connect(t).Read(t.Context(), t, "retab_experiment_result", arguments)
				wantContains(t, got, append(test.want, "ignore_not_found = true", "Request id: req_fake · attempts: 1")...)

				arguments = values{"run_id": test.run, "document_id": test.document, "ignore_not_found": true}
				absent, problem := e.Connect(t).Read(t.Context(), t, "retab_experiment_result", arguments)
				if problem != "" || absent["exists"] != false || absent["summary"] != test.summary {
					t.Errorf("with ignore_not_found: %v %s", absent, problem)
				}
			})
		})
	}
}

// TestDataSourceExperimentResult_undecidedAbsence checks that a failure while an absence is being proved is an error, also
// with ignore_not_found.
func TestDataSourceExperimentResult_undecidedAbsence(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]string{
		http.StatusUnauthorized:       "Retab rejected the API key",
		http.StatusForbidden:          "Retab refused access to the experiment result",
		http.StatusServiceUnavailable: "Retab could not answer",
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			forEachServer(t, func(t *testing.T, e env) {
				for range 5 {
					e.Script("/v1/workflows/experiments/runs/exprun_2", fakeapi.Reply{Status: status, Body: `{"detail":"no"}`})
				}
				_, got := e.Connect(t).Read(t.Context(), t, "retab_experiment_result", values{
					"run_id": "exprun_2", "document_id": "expdoc_404", "ignore_not_found": true,
				})
				wantContains(t, got, "ERROR: "+want)
			})
		})
	}
}

// TestDataSourceExperimentResult_contradiction checks that a list with more results than its run has documents proves nothing.
func TestDataSourceExperimentResult_contradiction(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		run := fakeapi.Reply{Status: 200, Body: `{"id":"exprun_2","total_document_count":1,"lifecycle":{"status":"cancelled"}}`}
		e.Script("/v1/workflows/experiments/runs/exprun_2", run, run, run, run)
		_, got := e.Connect(t).Read(t.Context(), t, "retab_experiment_result", values{
			"run_id": "exprun_2", "document_id": "expdoc_404", "ignore_not_found": true,
		})
		wantContains(t, got, "ERROR: Cannot decide whether the experiment result exists",
			`Experiment run "exprun_2" is over (cancelled) and has 1 documents, but Retab lists 3 results, and none for this document. One of them must be wrong.`)
	})
}
