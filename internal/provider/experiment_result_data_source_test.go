package provider_test

import (
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

const resultType = "retab_experiment_result"

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
		terraform(t, resource.TestStep{Config: e.Configuration(seedHCL), ConfigStateChecks: checks})
	})
}

// TestDataSourceExperimentResult_plansEmptyAgain outputs every attribute, and then reads the same body with its members in
// another order.
func TestDataSourceExperimentResult_plansEmptyAgain(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		config := strings.Replace(e.Configuration(seedHCL), "expdoc_xyz", "expdoc_schema", 1)
		config = strings.Replace(config, "document_id", "include_handle_data = true\n  document_id", 1)
		runMember, kindMember, fileMember, placeholder := "run_id", "block_kind", "original_id", `"is_placeholder":false,`
		if e.IsFlat() {
			runMember, kindMember, fileMember, placeholder = "experiment_run_id", "block_type", "id", ""
		}
		shuffled := e.ResultBody(`{` + placeholder + `"attempt":0,"artifact":{"id":"ext_schema","operation":"extraction"},
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
						e.Script(e.ResultPath("exprun_2", "expdoc_schema"), shuffled)
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
			Config: e.Configuration(`
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
		s := e.Connect(t)
		for name, test := range tests {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				got, problem := s.Read(t.Context(), t, "retab_experiment_result", values{"run_id": test.run, "document_id": test.document})
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
				got, problem := c.Start(t).Connect(t).Read(t.Context(), t, "retab_experiment_result", values{
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
					t.Errorf("%s differs from %s:\n%s", c.Name, serverCases[0].Name, diff)
				}
			}
		})
	}
}

// TestDataSourceExperimentResult_attributesOfOneEdition checks the values that only one of the editions has.
func TestDataSourceExperimentResult_attributesOfOneEdition(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		s := e.Connect(t)
		wants := map[string]attributes{"exprun_placeholder/expdoc_placeholder": {"is_placeholder": true}}
		if e.IsFlat() {
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
			got, problem := s.Read(t.Context(), t, "retab_experiment_result", values{"run_id": runID, "document_id": documentID})
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
		e.ScriptSeed(e.ResultBody(`{"id":"r","run_id":"exprun_2","document_id":"expdoc_xyz","lifecycle":{"status":"completed"},"is_placeholder":true}`))
		got, problem := e.Connect(t).Read(t.Context(), t, "retab_experiment_result", seedArguments)
		if problem != "" || got["succeeded"] != false || got["status"] != "completed" {
			t.Errorf("got %v %s", got, problem)
		}
	})
}

func TestDataSourceExperimentResult_payloadsOnRequest(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		s := e.Connect(t)
		for requested, want := range map[bool]any{
			true: attributes{
				"inputs": attributes{"input-json-0": `{"currency":"EUR","lines":[{"a":null,"b":1.50}],"total":12345678901234567890}`}, "outputs": attributes{},
			},
			false: nil,
		} {
			got, problem := s.Read(t.Context(), t, "retab_experiment_result", values{
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
			got, problem := e.Connect(t).Read(t.Context(), t, "retab_experiment_result", values{"run_id": fakeapi.LiveRunID, "document_id": fakeapi.LiveDocumentID})
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
