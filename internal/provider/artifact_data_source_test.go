package provider_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

const artifactType = "retab_artifact"

// readArtifact reads a record that exists.
func readArtifact(t *testing.T, s server, arguments values) attributes {
	t.Helper()
	got, problem := s.Read(t.Context(), t, artifactType, arguments)
	if problem != "" {
		t.Fatal(problem)
	}
	return got
}

// extractionObject returns the state of the extraction of the fixtures, without its contents.
func extractionObject() attributes {
	return attributes{
		"operation": "extraction", "id": fakeapi.ExtractionID, "summary": "Artifact " + fakeapi.ExtractionID + " succeeded.", "status": "completed",
		"is_terminal": true, "succeeded": true, "error_message": "", "error_code": "", "model": "retab-small", "n_consensus": "3",
		"created_at": "2026-05-02T11:00:04Z", "credits": "1.5",
		"file": attributes{"id": "file_" + fakeapi.ExtractionID, "filename": "a.pdf", "mime_type": "application/pdf"},
		"likelihoods": attributes{
			"total": "0.99", "vendor.name": "0.78", "line_items[0].unit_price": "0.91", "line_items[1].unit_price": "0.67", "big": "1",
		},
		"is_scored": true, "lowest_likelihood": "0.67", "unscored_paths": []any(nil), "unscored_count": "0",
		"output": nil, "metadata": nil, "include_output": nil, "wait_for_completion": nil, "poll_interval": nil, "timeouts": nil,
	}
}

// TestDataSourceArtifact_everyAttribute checks that every edition gives the same object.
func TestDataSourceArtifact_everyAttribute(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		s := e.Connect(t)
		arguments := values{"operation": "extraction", "id": fakeapi.ExtractionID}
		if diff := cmp.Diff(extractionObject(), readArtifact(t, s, arguments)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		arguments["include_output"] = true
		want := extractionObject()
		want["include_output"] = true
		want["output"] = `{"big":12345678901234567890,"line_items":[{"unit_price":99.99},{"unit_price":null}],"total":1234.50,"vendor":{"name":"Acme"}}`
		want["metadata"] = attributes{"batch_id": "batch_2026_05"}
		if diff := cmp.Diff(want, readArtifact(t, s, arguments)); diff != "" {
			t.Errorf("with the contents (-want +got):\n%s", diff)
		}
	})
}

// TestDataSourceArtifact_everyOperation reads a record of every operation, with the id prefixes of both editions.
func TestDataSourceArtifact_everyOperation(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		s := e.Connect(t)
		for id, test := range map[string]struct {
			operation   string
			likelihoods attributes
			output      string
		}{
			fakeapi.ClassificationID: {"classification", attributes{"category": "0.93"}, `{"category":"invoice","reasoning":"It has a total and a due date."}`},
			"cls_1":                  {"classification", attributes{"category": "0.93"}, `{"category":"invoice","reasoning":"It has a total and a due date."}`},
			fakeapi.SplitID:          {"split", attributes{"[0]": "0.98", "[1]": "0.8"}, `[{"name":"contract","pages":[1,2]},{"name":"appendix","pages":[3]}]`},
			"split_1":                {"split", attributes{"[0]": "0.98", "[1]": "0.8"}, `[{"name":"contract","pages":[1,2]},{"name":"appendix","pages":[3]}]`},
			fakeapi.PartitionID:      {"partition", attributes{"[0]": "0.98", "[1]": "0.95"}, `[{"key":"INV-001","pages":[1,2]},{"key":"INV-002","pages":[3,4]}]`},
			"part_1":                 {"partition", attributes{"[0]": "0.98", "[1]": "0.95"}, `[{"key":"INV-001","pages":[1,2]},{"key":"INV-002","pages":[3,4]}]`},
			"extr_bare":              {"extraction", attributes{}, `{}`},
		} {
			got := readArtifact(t, s, values{"operation": test.operation, "id": id, "include_output": true})
			if diff := cmp.Diff(test.likelihoods, got["likelihoods"]); diff != "" || got["output"] != test.output || got["succeeded"] != true {
				t.Errorf("%s: got %v (-want +got):\n%s", id, got, diff)
			}
		}
	})
}

// TestDataSourceArtifact_otherOperation checks that a record of an unknown operation has its output and the attributes of all
// records.
func TestDataSourceArtifact_otherOperation(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		got := readArtifact(t, e.Connect(t), values{
			"operation": "function_invocation", "id": fakeapi.FunctionInvocationID, "include_output": true, "wait_for_completion": true,
		})
		want := attributes{
			"operation": "function_invocation", "id": "fninv_1", "summary": "Artifact fninv_1 has no status.", "status": "", "is_terminal": false, "succeeded": false,
			"error_message": "", "error_code": "", "model": nil, "n_consensus": nil, "created_at": "2026-05-02T11:00:04Z", "credits": nil, "file": nil,
			"is_scored": false, "lowest_likelihood": "0", "unscored_paths": []any(nil), "unscored_count": "0",
			"likelihoods": attributes{}, "output": `{"b":[1,2]}`, "metadata": nil, "include_output": true, "wait_for_completion": true, "poll_interval": nil, "timeouts": nil,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// TestDataSourceArtifact_endedWithoutOutput checks that a record which ended without an output is data, like a failed result.
func TestDataSourceArtifact_endedWithoutOutput(t *testing.T) {
	t.Parallel()
	c := serverCases[1]
	e := c.Start(t)
	e.AddArtifact(
		fakeapi.ArtifactRecord{Operation: "split", ID: "splt_silent", Stages: []fakeapi.ArtifactStage{{Status: "failed"}}},
		fakeapi.ArtifactRecord{Operation: "split", ID: "splt_coded", Stages: []fakeapi.ArtifactStage{{Status: "failed", ErrorCode: "TOO_LONG"}}},
		fakeapi.ArtifactRecord{Operation: "split", ID: "splt_odd", Output: `[]`, Stages: []fakeapi.ArtifactStage{{Status: "completed", Error: "It broke."}}},
		fakeapi.ArtifactRecord{Operation: "split", ID: "splt_new", Stages: []fakeapi.ArtifactStage{{Status: "paused"}}},
		fakeapi.ArtifactRecord{Operation: "split", ID: "splt_stopped", Stages: []fakeapi.ArtifactStage{{Status: "cancelled", Error: "A person did."}}},
		fakeapi.ArtifactRecord{Operation: "split", ID: "splt_retried", Stages: []fakeapi.ArtifactStage{{Status: "in_progress", ErrorCode: "RETRIED"}}},
	)
	s := e.Connect(t)
	for id, want := range map[string]attributes{
		fakeapi.FailedExtractionID: {
			"status": "failed", "succeeded": false, "is_terminal": true, "error_message": "The document is encrypted.", "error_code": "DOCUMENT_ENCRYPTED",
			"summary": "Artifact extr_failed failed: The document is encrypted.",
		},
		fakeapi.CancelledSplitID: {"status": "cancelled", "succeeded": false, "is_terminal": true, "error_message": "", "error_code": "", "summary": "Artifact splt_cancelled was cancelled."},
		"splt_silent":            {"status": "failed", "succeeded": false, "is_terminal": true, "error_message": "", "error_code": "", "summary": "Artifact splt_silent failed."},
		"splt_coded":             {"status": "failed", "succeeded": false, "is_terminal": true, "error_message": "", "error_code": "TOO_LONG", "summary": "Artifact splt_coded failed: TOO_LONG."},
		"splt_odd":               {"status": "completed", "succeeded": false, "is_terminal": true, "error_message": "It broke.", "error_code": "", "summary": "Artifact splt_odd failed: It broke."},
		"splt_new":               {"status": "paused", "succeeded": false, "is_terminal": false, "error_message": "", "error_code": "", "summary": "Artifact splt_new has not finished (paused)."},
		"splt_stopped":           {"status": "cancelled", "succeeded": false, "is_terminal": true, "error_message": "A person did.", "error_code": "", "summary": "Artifact splt_stopped was cancelled: A person did."},
		"splt_retried":           {"status": "in_progress", "succeeded": false, "is_terminal": false, "error_message": "", "error_code": "RETRIED", "summary": "Artifact splt_retried has not finished (in_progress): RETRIED."},
	} {
		operation := "split"
		if id == fakeapi.FailedExtractionID {
			operation = "extraction"
		}
		got := readArtifact(t, s, values{"operation": operation, "id": id})
		if diff := cmp.Diff(want, only(got, want)); diff != "" || len(got["likelihoods"].(attributes)) != 0 {
			t.Errorf("%s (-want +got):\n%s", id, diff)
		}
	}
}

// TestDataSourceArtifact_waits waits through every status in the flat edition. In the run-scoped edition, in which a record
// exists only at the end, two reads do not find it.
func TestDataSourceArtifact_waits(t *testing.T) {
	t.Parallel()
	forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
		e.AddArtifact(fakeapi.ArtifactRecord{
			Operation: "classification", ID: "clss_slow", Output: `{"category":"a","reasoning":"b"}`, Likelihoods: "0.5",
			Stages: []fakeapi.ArtifactStage{{Status: "queued"}, {Status: "in_progress", After: time.Second}, {Status: "completed", After: 3 * time.Second}},
		})
		began := time.Now()
		got := readArtifact(t, s, values{"operation": "classification", "id": "clss_slow", "wait_for_completion": true, "include_output": true})
		if got["status"] != "completed" || got["succeeded"] != true || got["output"] != `{"category":"a","reasoning":"b"}` || len(got["likelihoods"].(attributes)) != 1 {
			t.Errorf("got %v", got)
		}
		wantElapsed(t, time.Since(began), 3*time.Second, 10*time.Second)
	})
}

func TestDataSourceArtifact_waitDeadline(t *testing.T) {
	t.Parallel()
	onFakeClock(t, serverCases[1], func(t *testing.T, e env, s server) {
		e.AddArtifact(fakeapi.ArtifactRecord{Operation: "split", ID: "splt_stuck", Stages: []fakeapi.ArtifactStage{{Status: "in_progress"}}})
		began := time.Now()
		_, problem := s.Read(t.Context(), t, artifactType, values{
			"operation": "split", "id": "splt_stuck", "wait_for_completion": true, "timeouts": values{"read": "1m"},
		})
		wantContains(t, problem, "ERROR: Artifact is still in_progress", `Asked for the artifact "splt_stuck" of the operation "split".`,
			`It was watched for 1m; its last status was "in_progress".`, "Raise timeouts.read (now 1m)")
		wantElapsed(t, time.Since(began), time.Minute, time.Minute)
	})
}

func TestDataSourceArtifact_waitIsInterrupted(t *testing.T) {
	t.Parallel()
	onFakeClock(t, serverCases[1], func(t *testing.T, e env, s server) {
		e.AddArtifact(fakeapi.ArtifactRecord{Operation: "split", ID: "splt_stuck", Stages: []fakeapi.ArtifactStage{{Status: "queued"}}})
		time.AfterFunc(20*time.Second, func() { _, _ = s.StopProvider(context.Background(), &tfprotov6.StopProviderRequest{}) })
		_, problem := s.Read(t.Context(), t, artifactType, values{"operation": "split", "id": "splt_stuck", "wait_for_completion": true})
		wantContains(t, problem, "ERROR: Waiting for the artifact was interrupted", `its last status was "queued"`)
	})
}

// TestDataSourceArtifact_absenceDiagnostics checks the errors for a missing record, a missing route and the id of something
// else.
func TestDataSourceArtifact_absenceDiagnostics(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		s := e.Connect(t)
		for _, test := range []struct {
			operation, id string
			want          []string
		}{
			{"extraction", "extr_404", []string{
				"ERROR: Artifact not found", `Asked for the artifact "extr_404" of the operation "extraction".`,
				"Retab has no such artifact for this API key: Extraction not found.", "Check operation and id", "Request id: req_fake · attempts: 1",
			}},
			{"partition", "expdoc_xyz", []string{"ERROR: Artifact not found", `id "expdoc_xyz" looks like the id of a document, not of a partition.`}},
			{"split", "exprun_2", []string{"ERROR: Artifact not found", `id "exprun_2" looks like the id of a run, not of a split.`}},
			{"classification", "ext_xyz", []string{`id "ext_xyz" looks like the id of an extraction, not of a classification.`}},
			{"extract", "ext_xyz", []string{
				"ERROR: Retab has no route for this artifact", `Asked for the artifact "ext_xyz" of the operation "extract".`, "It answered HTTP 4",
				"Check operation: it is the artifact.operation of a result. The block kinds extract, classifier, split and for_each produce the operations extraction",
			}},
			{"dream", "dream_1", []string{"ERROR: Retab has no route for this artifact"}},
			{"parse", "prs_404", []string{"ERROR: Artifact not found", "artifact not found."}},
		} {
			_, problem := s.Read(t.Context(), t, artifactType, values{"operation": test.operation, "id": test.id})
			wantContains(t, problem, test.want...)
			if strings.Count(problem, "ERROR: ") != 1 || strings.Count(problem, "looks like") > 1 {
				t.Errorf("%s %s:\n%s", test.operation, test.id, problem)
			}
		}
	})
}

func TestDataSourceArtifact_invalidArguments(t *testing.T) {
	t.Parallel()
	e := startServer(t)
	s := e.Connect(t)
	for _, test := range []struct {
		arguments values
		want      string
	}{
		{values{"operation": "", "id": "x"}, `AttributeName("operation"): Invalid operation`},
		{values{"operation": "split/..", "id": "x"}, `The value of operation is "split/..", which is not the name of an operation.`},
		{values{"operation": "split", "id": ""}, `AttributeName("id"): Invalid id`},
		{values{"operation": "split", "id": "a/b"}, `AttributeName("id"): Invalid id`},
		{values{"operation": "split", "id": "x", "poll_interval": "1ms"}, "Invalid duration"},
		{values{"operation": "split", "id": "x", "timeouts": values{"read": "never"}}, "Invalid duration"},
	} {
		_, problem := s.Read(t.Context(), t, artifactType, test.arguments)
		wantContains(t, problem, test.want)
	}
	for _, unknown := range []values{{"operation": unknownString, "id": "x"}, {"operation": "split", "id": unknownString}} {
		validated, err := s.ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{
			TypeName: artifactType, Config: dynamic(t, s.Schema.DataSourceSchemas[artifactType].ValueType(), unknown),
		})
		if err != nil || len(validated.Diagnostics) > 0 {
			t.Errorf("%v: got %v %v", unknown, err, validated.Diagnostics)
		}
	}
	if got := len(e.Journal()); got != 0 {
		t.Errorf("%d requests were made", got)
	}
}

// TestDataSourceArtifact_withCLI checks with the real CLI that numbers equal those of the configuration, that the output is
// sensitive, and that a second plan is empty.
func TestDataSourceArtifact_withCLI(t *testing.T) {
	t.Parallel()
	for _, c := range editionCases {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			e := c.Start(t)
			config := e.Configuration(fmt.Sprintf(`
data "retab_artifact" "invoice" {
  operation      = "extraction"
  id             = %q
  include_output = true
}

output "is_exact" {
  value = data.retab_artifact.invoice.likelihoods["line_items[1].unit_price"] == 0.67 && min(values(data.retab_artifact.invoice.likelihoods)...) >= 0.67
}

output "total" {
  value = nonsensitive(jsondecode(data.retab_artifact.invoice.output).total)
}
`, fakeapi.ExtractionID))
			const address = "data.retab_artifact.invoice"
			terraform(t, resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectSensitiveValue(address, tfjsonpath.New("output")),
				statecheck.ExpectSensitiveValue(address, tfjsonpath.New("metadata")),
				statecheck.ExpectKnownOutputValue("is_exact", knownvalue.Bool(true)),
				statecheck.ExpectKnownOutputValue("total", knownvalue.Float64Exact(1234.5)),
			}}, resource.TestStep{Config: config, PlanOnly: true})
		})
	}
}
