package provider_test

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

var seedArguments = values{"run_id": fakeapi.SeedRunID, "document_id": fakeapi.SeedDocumentID}

const seedHCL = `
data "retab_experiment_result" "this" {
  run_id      = "exprun_2"
  document_id = "expdoc_xyz"
}

output "all" {
  value     = data.retab_experiment_result.this
  sensitive = true
}
`

// TestDataSourceExperimentResult_seedExample checks every value of the vendor's documented example.
func TestDataSourceExperimentResult_seedExample(t *testing.T) {
	t.Parallel()
	timing := knownvalue.ObjectExact(map[string]knownvalue.Check{
		"created_at":   knownvalue.Null(),
		"started_at":   knownvalue.StringExact("2026-05-02T11:00:01Z"),
		"completed_at": knownvalue.StringExact("2026-05-02T11:00:05Z"),
		"duration_ms":  knownvalue.Int64Exact(4120),
	})
	artifact := knownvalue.ObjectExact(map[string]knownvalue.Check{
		"operation": knownvalue.StringExact("extraction"),
		"id":        knownvalue.StringExact("ext_xyz"),
	})
	inputs := knownvalue.MapExact(map[string]knownvalue.Check{"input-document-0": knownvalue.ObjectExact(map[string]knownvalue.Check{
		"type": knownvalue.StringExact("file"), "filename": knownvalue.StringExact("invoice_q1.pdf"),
		"file_id": knownvalue.Null(), "mime_type": knownvalue.Null(),
	})})
	var checks []statecheck.StateCheck
	for name, want := range map[string]knownvalue.Check{
		"id": knownvalue.StringExact("expresult_1"), "experiment_id": knownvalue.StringExact("exp_abc"),
		"run_id": knownvalue.StringExact("exprun_2"), "document_id": knownvalue.StringExact("expdoc_xyz"),
		"block_kind": knownvalue.StringExact("extract"), "exists": knownvalue.Bool(true),
		"summary": knownvalue.StringExact("Document expdoc_xyz succeeded."),
		"status":  knownvalue.StringExact("completed"), "is_terminal": knownvalue.Bool(true), "succeeded": knownvalue.Bool(true),
		"error_message": knownvalue.StringExact(""), "error_code": knownvalue.StringExact(""), "cancel_reason": knownvalue.StringExact(""),
		"timing": timing, "artifact": artifact, "handle_inputs": inputs, "handle_outputs": knownvalue.MapSizeExact(0),
		"handle_data": knownvalue.Null(), "attempt": knownvalue.Int64Exact(0), "is_placeholder": knownvalue.Null(),
	} {
		checks = append(checks, statecheck.ExpectKnownValue("data.retab_experiment_result.this", tfjsonpath.New(name), want))
	}
	forEachServer(t, func(t *testing.T, e env) {
		terraform(t, resource.TestStep{Config: e.configuration(seedHCL), ConfigStateChecks: checks})
	})
}

// TestDataSourceExperimentResult_plansEmptyAgain outputs every attribute, and then reads the same body with its members in
// another order.
func TestDataSourceExperimentResult_plansEmptyAgain(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		config := strings.Replace(e.configuration(seedHCL), "expdoc_xyz", "expdoc_schema", 1)
		config = strings.Replace(config, "document_id", "include_handle_data = true\n  document_id", 1)
		runMember, kindMember, fileMember, placeholder := "run_id", "block_kind", "original_id", `"is_placeholder":false,`
		if e.isFlat() {
			runMember, kindMember, fileMember, placeholder = "experiment_run_id", "block_type", "id", ""
		}
		shuffled := e.resultBody(`{` + placeholder + `"attempt":0,"artifact":{"id":"ext_schema","operation":"extraction"},
			"handle_inputs":{"input-json-0":{"data":{"lines":[{"a":null,"b":1.50}],"currency":"EUR","total":12345678901234567890},"type":"json"},
			"input-document-0":{"document":{"mime_type":"application/pdf","filename":"invoice_q3.pdf","` + fileMember + `":"file_LPjuee2tTZgfM_Km5yh_G"},"type":"file"}},
			"timing":{"duration_ms":2139,"completed_at":"2026-05-02T11:00:03.389Z","started_at":"2026-05-02T11:00:01.25Z","created_at":"2026-05-02T11:00:00Z"},
			"lifecycle":{"status":"completed"},"` + kindMember + `":"extract","document_id":"expdoc_schema","experiment_id":"exp_abc","` + runMember + `":"exprun_2","id":"expresult_3"}`)
		before := 0
		terraform(
			t,
			resource.TestStep{Config: config},
			resource.TestStep{
				PreConfig: func() {
					before = len(e.Journal())
					for range 10 { // as many reads as the step could make
						e.Script(e.resultPath("exprun_2", "expdoc_schema"), shuffled)
					}
				},
				Config:           config,
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
			},
		)
		if len(e.Journal()) == before {
			t.Error("the second body was never read")
		}
	})
}

// TestDataSourceExperimentResult_unknownIDs plans with a run id that is known only after apply.
func TestDataSourceExperimentResult_unknownIDs(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		terraform(t, resource.TestStep{
			Config: e.configuration(`
resource "terraform_data" "run" {
  input = "exprun_2"
}

data "retab_experiment_result" "this" {
  run_id      = terraform_data.run.output
  document_id = "expdoc_xyz"
}
`),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectUnknownValue("data.retab_experiment_result.this", tfjsonpath.New("status")),
			}},
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("data.retab_experiment_result.this", tfjsonpath.New("status"), knownvalue.StringExact("completed")),
			},
		})
	})
}

func TestDataSourceExperimentResult_absent(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		hcl := strings.Replace(seedHCL, "expdoc_xyz", "expdoc_404", 1)
		terraform(
			t,
			resource.TestStep{
				Config:      e.configuration(hcl),
				ExpectError: regexp.MustCompile(`Experiment result not found`),
			},
			resource.TestStep{
				Config: e.configuration(strings.Replace(hcl, "document_id", "ignore_not_found = true\n  document_id", 1)),
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
		got, problem := e.connect(t).read(t.Context(), t, "retab_experiment_result", values{
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

// TestDataSourceExperimentResult_fixtures reads one result of every status, block kind and handle shape.
func TestDataSourceExperimentResult_fixtures(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		run, document string
		want          attributes // some attributes
	}{
		"pending": {
			fakeapi.ActiveRunID, "expdoc_pending",
			attributes{"status": "pending", "is_terminal": false, "succeeded": false, "artifact": nil, "exists": true},
		},
		"running": {
			fakeapi.ActiveRunID, "expdoc_running",
			attributes{"status": "running", "is_terminal": false, "succeeded": false, "error_message": ""},
		},
		"error is data": {
			fakeapi.SeedRunID, fakeapi.FailedDocumentID,
			attributes{
				"status": "error", "is_terminal": true, "succeeded": false, "attempt": "1",
				"error_message": "The document has no readable page: invoice_q2.pdf is encrypted.",
				"timing": attributes{
					"created_at": "2026-05-02T11:00:00Z", "started_at": "2026-05-02T11:00:01Z",
					"completed_at": "2026-05-02T11:00:02.5Z", "duration_ms": "1310",
				},
			},
		},
		"placeholder": {
			"exprun_placeholder", "expdoc_placeholder",
			attributes{"status": "pending", "succeeded": false, "timing": attributes{
				"created_at": nil, "started_at": nil, "completed_at": nil, "duration_ms": nil,
			}},
		},
		"classifier": {
			"exprun_classifier", "expdoc_classifier",
			attributes{"block_kind": "classifier", "artifact": attributes{"operation": "classification", "id": "cls_1"}},
		},
		"split": {
			"exprun_split", "expdoc_split",
			attributes{"block_kind": "split", "artifact": attributes{"operation": "split", "id": "split_1"}},
		},
		"for_each": {
			"exprun_for_each", "expdoc_for_each",
			attributes{"block_kind": "for_each", "artifact": attributes{"operation": "partition", "id": "part_1"}},
		},
		"handles as in the schema": {
			fakeapi.SeedRunID, "expdoc_schema",
			attributes{"handle_inputs": attributes{
				"input-document-0": attributes{
					"type": "file", "file_id": "file_LPjuee2tTZgfM_Km5yh_G", "filename": "invoice_q3.pdf", "mime_type": "application/pdf",
				},
				"input-json-0": attributes{"type": "json", "file_id": nil, "filename": nil, "mime_type": nil},
			}},
		},
	}
	forEachServer(t, func(t *testing.T, e env) {
		s := e.connect(t)
		for name, test := range tests {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				got, problem := s.read(t.Context(), t, "retab_experiment_result", values{"run_id": test.run, "document_id": test.document})
				if problem != "" {
					t.Fatal(problem)
				}
				if diff := cmp.Diff(test.want, only(got, test.want)); diff != "" {
					t.Errorf("result differs (-want +got):\n%s", diff)
				}
			})
		}
	})
}

// only returns the members of all whose names are in part.
func only(all, part attributes) attributes {
	picked := attributes{}
	for name := range part {
		picked[name] = all[name]
	}
	return picked
}

// TestDataSourceExperimentResult_equalInEveryEdition checks that every fixture that both editions have gives the same object.
func TestDataSourceExperimentResult_equalInEveryEdition(t *testing.T) {
	t.Parallel()
	for _, ids := range [][2]string{
		{"exprun_2", "expdoc_xyz"},
		{"exprun_2", "expdoc_failed"},
		{"exprun_2", "expdoc_schema"},
		{"exprun_2", "expdoc_404"},
		{"exprun_active", "expdoc_pending"},
		{"exprun_active", "expdoc_running"},
		{"exprun_placeholder", "expdoc_placeholder"},
		{"exprun_live", "expdoc_live"},
		{"exprun_classifier", "expdoc_classifier"},
		{"exprun_split", "expdoc_split"},
		{"exprun_for_each", "expdoc_for_each"},
	} {
		t.Run(ids[1], func(t *testing.T) {
			t.Parallel()
			var first attributes
			for _, c := range serverCases {
				got, problem := c.start(t).connect(t).read(t.Context(), t, "retab_experiment_result", values{
					"run_id": ids[0], "document_id": ids[1], "ignore_not_found": true,
					"include_handle_data": ids[0] != fakeapi.LiveRunID, // it takes two reads in the flat edition, and its status changes with each
				})
				if problem != "" {
					t.Fatal(problem)
				}
				got["is_placeholder"] = nil // only the run-scoped edition has it
				if first == nil {
					first = got
				}
				if diff := cmp.Diff(first, got); diff != "" {
					t.Errorf("%s differs from %s:\n%s", c.name, serverCases[0].name, diff)
				}
			}
		})
	}
}

// TestDataSourceExperimentResult_attributesOfOneEdition checks the values that only one of the editions has.
func TestDataSourceExperimentResult_attributesOfOneEdition(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		s := e.connect(t)
		wants := map[string]attributes{"exprun_placeholder/expdoc_placeholder": {"is_placeholder": true}}
		if e.isFlat() {
			wants = map[string]attributes{
				"exprun_placeholder/expdoc_placeholder": {"is_placeholder": nil},
				"exprun_cancelled/expdoc_queued":        {"status": "queued", "is_terminal": false},
				"exprun_cancelled/expdoc_cancelled":     {"status": "cancelled", "is_terminal": true, "succeeded": false, "cancel_reason": "The run was cancelled."},
				"exprun_cancelled/expdoc_coded": {
					"error_message": "The model refused the page.", "error_code": "MODEL_REFUSAL",
					"handle_outputs": attributes{
						"output-json-0":     attributes{"type": "json", "file_id": nil, "filename": nil, "mime_type": nil},
						"output-document-0": attributes{"type": "file", "file_id": "file_out", "filename": "redacted.pdf", "mime_type": "application/pdf"},
					},
				},
			}
		}
		for ids, want := range wants {
			runID, documentID, _ := strings.Cut(ids, "/")
			got, problem := s.read(t.Context(), t, "retab_experiment_result", values{"run_id": runID, "document_id": documentID})
			if problem != "" {
				t.Fatal(problem)
			}
			if diff := cmp.Diff(want, only(got, want)); diff != "" {
				t.Errorf("%s differs (-want +got):\n%s", ids, diff)
			}
		}
	})
}

func TestDataSourceExperimentResult_placeholderNeverSucceeded(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		e.scriptSeed(e.resultBody(`{"id":"r","run_id":"exprun_2","document_id":"expdoc_xyz","lifecycle":{"status":"completed"},"is_placeholder":true}`))
		got, problem := e.connect(t).read(t.Context(), t, "retab_experiment_result", seedArguments)
		if problem != "" || got["succeeded"] != false || got["status"] != "completed" {
			t.Errorf("got %v %s", got, problem)
		}
	})
}

func TestDataSourceExperimentResult_payloadsOnRequest(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		s := e.connect(t)
		for requested, want := range map[bool]any{
			true: attributes{
				"inputs": attributes{"input-json-0": `{"currency":"EUR","lines":[{"a":null,"b":1.50}],"total":12345678901234567890}`}, "outputs": attributes{},
			},
			false: nil,
		} {
			got, problem := s.read(t.Context(), t, "retab_experiment_result", values{
				"run_id": "exprun_2", "document_id": "expdoc_schema", "include_handle_data": requested,
			})
			if problem != "" {
				t.Fatal(problem)
			}
			if diff := cmp.Diff(want, got["handle_data"]); diff != "" {
				t.Errorf("include_handle_data = %v (-want +got):\n%s", requested, diff)
			}
		}
	})
}

// TestDataSourceExperimentResult_changingStatus reads a result four times while its status changes, each time with a new
// provider, as in a new plan.
func TestDataSourceExperimentResult_changingStatus(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		var statuses []string
		for range 4 {
			got, problem := e.connect(t).read(t.Context(), t, "retab_experiment_result", values{"run_id": fakeapi.LiveRunID, "document_id": fakeapi.LiveDocumentID})
			if problem != "" {
				t.Fatal(problem)
			}
			statuses = append(statuses, got["status"].(string))
		}
		if diff := cmp.Diff([]string{"pending", "running", "completed", "completed"}, statuses); diff != "" {
			t.Error(diff)
		}
	})
}

// TestDataSourceExperimentResult_diagnostics checks the diagnostics of failed reads.
func TestDataSourceExperimentResult_diagnostics(t *testing.T) {
	t.Parallel()
	description := `Asked for the result of document "expdoc_xyz" in experiment run "exprun_2".`
	tests := map[string]struct {
		arguments values
		reply     fakeapi.Reply
		result    string // instead of a reply, the result in a 200
		want      []string
	}{
		"an empty id": {
			arguments: values{"run_id": "", "document_id": "expdoc_xyz"},
			want:      []string{`AttributeName("run_id"): Invalid id`, "The value of run_id is empty.", "such as exprun_2"},
		},
		"an id with a slash": {
			arguments: values{"run_id": "exprun_2", "document_id": "a/b"},
			want:      []string{`AttributeName("document_id"): Invalid id`, `The value of document_id is "a/b", and an id has no slash.`},
		},
		"a negative timeout": {
			arguments: values{"run_id": "exprun_2", "document_id": "expdoc_xyz", "timeouts": values{"read": "-1s"}},
			want:      []string{`AttributeName("timeouts").AttributeName("read"): Invalid duration`},
		},
		"no permission": {
			reply: fakeapi.Reply{Status: 403, Body: `{"detail":"Missing scope"}`},
			want:  []string{"ERROR: Retab refused access to the experiment result", description, "Request id: req_fake · attempts: 1", "HTTP 403 Forbidden: Missing scope.", "permission to read experiments"},
		},
		"a refused value": {
			reply: fakeapi.Unprocessable("path.run_id", "String should match pattern"),
			want:  []string{"ERROR: Retab did not accept the request", "HTTP 422 Unprocessable Entity: String should match pattern (path.run_id)."},
		},
		"an HTML page of a proxy": {
			reply: fakeapi.Reply{Status: 200, Header: http.Header{"Content-Type": {"text/html"}}, Body: "<html>Please sign in</html>"},
			want:  []string{"ERROR: Retab sent an unexpected answer", "but the body is not JSON", `content type "text/html": an HTML page, 27 bytes.`, "Check that base_url"},
		},
		"a renamed field": {
			result: `{"id":"r","run_id":"exprun_2","document_id":"expdoc_xyz","state":{"status":"completed"}}`,
			want:   []string{"Retab sent an unexpected answer", "lifecycle.status is missing.", "look for a newer version of this provider"},
		},
		"two spellings that disagree": {
			result: `{"id":"r","run_id":"exprun_2","experiment_run_id":"exprun_3","document_id":"expdoc_xyz","lifecycle":{"status":"completed"}}`,
			want:   []string{"Retab sent an unexpected answer", `run_id is "exprun_2", but experiment_run_id is "exprun_3", and they must be the same`},
		},
		"another result": {
			result: `{"id":"r","run_id":"exprun_3","document_id":"expdoc_xyz","lifecycle":{"status":"completed"}}`,
			want:   []string{"Retab sent an unexpected answer", `run_id is "exprun_3", but "exprun_2" was requested`},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			forEachServer(t, func(t *testing.T, e env) {
				switch {
				case test.result != "":
					e.scriptSeed(e.resultBody(test.result))
				case test.reply.Status != 0:
					e.scriptSeed(test.reply)
				}
				arguments := seedArguments
				if test.arguments != nil {
					arguments = test.arguments
				}
				_, got := e.connect(t).read(t.Context(), t, "retab_experiment_result", arguments)
				wantContains(t, got, test.want...)
			})
		})
	}
}

func wantContains(t *testing.T, got string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in:\n%s", want, got)
		}
	}
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
				_, got := e.connect(t).read(t.Context(), t, "retab_experiment_result", arguments)
				wantContains(t, got, append(test.want, "ignore_not_found = true", "Request id: req_fake · attempts: 1")...)

				arguments = values{"run_id": test.run, "document_id": test.document, "ignore_not_found": true}
				absent, problem := e.connect(t).read(t.Context(), t, "retab_experiment_result", arguments)
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
				_, got := e.connect(t).read(t.Context(), t, "retab_experiment_result", values{
					"run_id": "exprun_2", "document_id": "expdoc_404", "ignore_not_found": true,
				})
				wantContains(t, got, "ERROR: "+want)
			})
		})
	}
}

// TestDataSourceExperimentResult_busyServer checks the number of attempts in the error.
func TestDataSourceExperimentResult_busyServer(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		for range 5 {
			e.scriptSeed(fakeapi.Reply{Status: 503, Header: http.Header{"Content-Type": {"text/plain"}}, Body: "upstream connect error"})
		}
		_, got := e.connect(t).read(t.Context(), t, "retab_experiment_result", seedArguments)
		wantContains(t, got, "ERROR: Retab could not answer", "HTTP 503 Service Unavailable: upstream connect error.", "attempts: 5")
		if requests := len(e.requestsWithoutDetection()); requests != 5 {
			t.Errorf("%d requests, want 5", requests)
		}
	})
}

func TestDataSourceExperimentResult_timeoutsBoundTheWholeRead(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		e.scriptSeed(fakeapi.Reply{Hang: true})
		_, got := e.connect(t).read(t.Context(), t, "retab_experiment_result", values{
			"run_id": "exprun_2", "document_id": "expdoc_xyz", "timeouts": values{"read": "100ms"},
		})
		wantContains(t, got, "ERROR: Reading the experiment result timed out", "no answer within 100ms", "Raise timeouts.read")
	})
}

func TestDataSourceExperimentResult_requestTimeout(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		e.scriptSeed(fakeapi.Reply{Hang: true}, fakeapi.Reply{Hang: true})
		s := serve(t)
		if problem := s.configure(t, values{
			"api_key": fakeapi.Key, "base_url": e.URL, "api_edition": e.setting, "request_timeout": "100ms", "max_retries": 1,
		}); problem != "" {
			t.Fatal(problem)
		}
		_, got := s.read(t.Context(), t, "retab_experiment_result", seedArguments)
		wantContains(t, got, "ERROR: Retab did not answer in time", "within the request timeout", "Raise request_timeout", "attempts: 2")
	})
}

func TestDataSourceExperimentResult_interrupted(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		e.scriptSeed(fakeapi.Reply{Hang: true})
		s := e.connect(t)
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			<-e.Hanging()
			cancel()
		}()
		_, got := s.read(ctx, t, "retab_experiment_result", seedArguments)
		wantContains(t, got, "ERROR: Reading the experiment result was interrupted")
	})
}

func TestDataSourceExperimentResult_connectionRefused(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		s := e.connect(t)
		e.Close()
		_, got := s.read(t.Context(), t, "retab_experiment_result", seedArguments)
		wantContains(t, got, "ERROR: Could not get an answer from Retab", "connection refused", "Check base_url", "GET "+e.URL+"/v1/", "attempts: 5")
	})
}
