package fakeapi_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

var typedRoutes = map[string]string{
	"extraction": "/v1/extractions/", "classification": "/v1/classifications/", "split": "/v1/splits/", "partition": "/v1/partitions/",
}

// TestArtifacts_referencesExist checks that the typed route serves the record of every result. In the run-scoped edition, the
// generic route must serve it, too.
func TestArtifacts_referencesExist(t *testing.T) {
	t.Parallel()
	for name, edition := range editionsByName {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New(edition)
			seen := map[string]bool{}
			for _, runID := range list(t, fake, runsPath+"?limit=100").ids {
				path := runsPath + "/" + runID + "/results"
				if get(t, fake, path).status == http.StatusNotFound {
					path = resultsPath + "?run_id=" + runID
				}
				for range 3 { // until the result of the live run is completed
					for _, row := range object(t, fake, path)["data"].([]any) {
						artifact, isThere := row.(map[string]any)["artifact"].(map[string]any)
						if !isThere {
							continue
						}
						operation, id := artifact["operation"].(string), artifact["id"].(string)
						seen[id] = true
						paths := []string{typedRoutes[operation] + id, "/v1/workflows/artifacts/" + operation + "/" + id}
						if strings.HasPrefix(path, resultsPath) {
							paths = paths[:1]
						}
						for _, path := range paths {
							if got := object(t, fake, path)["id"]; got != id {
								t.Errorf("%s: got %v", path, got)
							}
						}
					}
				}
			}
			for _, id := range []string{"ext_xyz", "ext_schema", "ext_live", "cls_1", "split_1", "part_1", fakeapi.ExtractionID} {
				if !seen[id] {
					t.Errorf("no result refers to %s", id)
				}
			}
		})
	}
}

// TestArtifacts_bodies compares bodies that differ between the editions.
func TestArtifacts_bodies(t *testing.T) {
	t.Parallel()
	flat, runScoped := fakeapi.New(fakeapi.Flat), fakeapi.New(fakeapi.RunScoped)
	wantJSON(t, flat, "/v1/classifications/"+fakeapi.ClassificationID, `{"id":"`+fakeapi.ClassificationID+`","status":"completed","error":null,"model":"retab-small",
		"file":{"id":"file_`+fakeapi.ClassificationID+`","filename":"scan.pdf","mime_type":"application/pdf"},"n_consensus":3,"instructions":null,"usage":{"credits":0.5},
		"created_at":"2026-05-02T11:00:04Z","categories":[{"name":"invoice","description":"Invoices"},{"name":"receipt","description":""}],
		"output":{"category":"invoice","reasoning":"It has a total and a due date."},
		"consensus":{"likelihoods":0.93,"choices":[{"category":"invoice","reasoning":"It has a total and a due date."}]}}`)
	wantJSON(t, runScoped, "/v1/classifications/cls_1", `{"id":"cls_1","model":"retab-small","updated_at":"2026-05-02T11:00:04Z",
		"file":{"id":"file_cls_1","filename":"scan.pdf","mime_type":"application/pdf"},"n_consensus":3,"instructions":null,"usage":{"credits":0.5},
		"created_at":"2026-05-02T11:00:04Z","categories":[{"name":"invoice","description":"Invoices"},{"name":"receipt","description":""}],
		"output":{"category":"invoice","reasoning":"It has a total and a due date."},
		"consensus":{"likelihood":0.93,"choices":[{"category":"invoice","reasoning":"It has a total and a due date."}]}}`)
	for fake, path := range map[*fakeapi.Server]string{flat: "/v1/workflows/artifacts/fninv_1", runScoped: "/v1/workflows/artifacts/function_invocation/fninv_1"} {
		wantJSON(t, fake, path, `{"operation":"function_invocation","id":"fninv_1","created_at":"2026-05-02T11:00:04Z","run_id":"run_1","step_id":"step_1",
			"inputs":{"a":1},"output":{"b":[1,2]},"duration_ms":12,"error":null}`)
	}
	if body := get(t, flat, "/v1/extractions/ext_xyz").body; !strings.Contains(body, `"total":1234.50`) || !strings.Contains(body, `"big":12345678901234567890`) {
		t.Errorf("digits are lost: %s", body)
	}
}

// TestArtifacts_genericRoutes checks that a generic route serves the record of the typed route, with the operation added.
func TestArtifacts_genericRoutes(t *testing.T) {
	t.Parallel()
	for operation, id := range map[string]string{
		"extraction": fakeapi.ExtractionID, "classification": fakeapi.ClassificationID, "split": fakeapi.SplitID, "partition": fakeapi.PartitionID,
	} {
		for edition, generic := range map[fakeapi.Edition]string{fakeapi.Flat: id, fakeapi.RunScoped: operation + "/" + id} {
			fake := fakeapi.New(edition)
			want := object(t, fake, typedRoutes[operation]+id)
			want["operation"] = operation
			if diff := cmp.Diff(want, object(t, fake, "/v1/workflows/artifacts/"+generic)); diff != "" {
				t.Errorf("%s, edition %d (-want +got):\n%s", operation, edition, diff)
			}
		}
	}
	both := fakeapi.New(fakeapi.Both)
	if got := object(t, both, "/v1/workflows/artifacts/"+fakeapi.SplitID); got["status"] != "completed" {
		t.Errorf("the flat route of a server with both editions has no status: %v", got)
	}
	if got := object(t, both, "/v1/splits/"+fakeapi.SplitID); got["status"] != nil {
		t.Errorf("the typed route of a server with both editions has a status: %v", got)
	}
}

func TestArtifacts_withoutOutput(t *testing.T) {
	t.Parallel()
	flat := fakeapi.New(fakeapi.Flat)
	for path, empty := range map[string]string{
		"/v1/extractions/" + fakeapi.ExtractionID: `{}`, "/v1/classifications/" + fakeapi.ClassificationID: `{"category":"","reasoning":""}`,
		"/v1/splits/" + fakeapi.SplitID: `[]`, "/v1/partitions/" + fakeapi.PartitionID: `[]`,
	} {
		got := object(t, flat, path+"?include_output=false")
		var want any
		if err := json.Unmarshal([]byte(empty), &want); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got["output"]); diff != "" || got["consensus"] != nil || got["status"] != "completed" || got["usage"] == nil {
			t.Errorf("%s: got %v", path, got)
		}
		// The run-scoped edition does not have this parameter.
		if got := object(t, fakeapi.New(fakeapi.RunScoped), path+"?include_output=false"); cmp.Equal(want, got["output"]) || got["consensus"] == nil {
			t.Errorf("%s, run-scoped: got %v", path, got)
		}
	}
	want422(t, flat, "/v1/splits/"+fakeapi.SplitID+"?include_output=some", "include_output")
}

// TestArtifacts_stages checks records that are not completed, which do not exist in the run-scoped edition.
func TestArtifacts_stages(t *testing.T) {
	t.Parallel()
	flat, runScoped := fakeapi.New(fakeapi.Flat), fakeapi.New(fakeapi.RunScoped)
	const path = "/v1/extractions/" + fakeapi.LiveExtractionID
	for i, want := range []string{"pending", "queued", "in_progress", "completed", "completed"} {
		got := object(t, flat, path)
		isCompleted := want == "completed"
		if got["status"] != want || (len(got["output"].(map[string]any)) > 0) != isCompleted || (got["consensus"] != nil) != isCompleted || (got["usage"] != nil) != isCompleted {
			t.Errorf("read %d: got %v", i+1, got)
		}
		if got := get(t, runScoped, path).status; (got == http.StatusOK) != isCompleted {
			t.Errorf("run-scoped, read %d: got %d", i+1, got)
		}
	}
	failed := object(t, flat, "/v1/extractions/"+fakeapi.FailedExtractionID)
	if diff := cmp.Diff(map[string]any{"code": "DOCUMENT_ENCRYPTED", "message": "The document is encrypted.", "details": nil}, failed["error"]); diff != "" || failed["status"] != "failed" {
		t.Errorf("got %v", failed)
	}
	cancelled := object(t, flat, "/v1/workflows/artifacts/"+fakeapi.CancelledSplitID)
	if cancelled["status"] != "cancelled" || cancelled["error"] != nil {
		t.Errorf("got %v", cancelled)
	}
}

func TestArtifacts_byTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake := fakeapi.New(fakeapi.Flat)
		fake.AddArtifact(fakeapi.ArtifactRecord{Operation: "split", ID: "splt_9", Output: `[]`, Stages: []fakeapi.ArtifactStage{
			{Status: "queued"}, {Status: "completed", After: time.Minute},
		}})
		for range 3 {
			if got := object(t, fake, "/v1/splits/splt_9")["status"]; got != "queued" {
				t.Errorf("got %v", got)
			}
		}
		<-time.After(time.Minute)
		if got := object(t, fake, "/v1/splits/splt_9")["status"]; got != "completed" {
			t.Errorf("got %v", got)
		}
	})
}

func TestArtifacts_notFound(t *testing.T) {
	t.Parallel()
	const prefix = `{"detail":"Unknown artifact id - prefix does not match any known workflow artifact operation"}`
	for edition, paths := range map[fakeapi.Edition]map[string]string{
		fakeapi.RunScoped: {
			"/v1/extractions/extr_404": `{"detail":"Extraction not found"}`, "/v1/splits/" + fakeapi.ExtractionID: `{"detail":"Split not found"}`,
			"/v1/workflows/artifacts/extraction/extr_404":          `{"detail":"artifact not found"}`,
			"/v1/workflows/artifacts/split/" + fakeapi.PartitionID: `{"detail":"artifact not found"}`,
			"/v1/workflows/artifacts/" + fakeapi.ExtractionID:      `{"detail":"Workflow not found"}`, // a route of the other edition
		},
		fakeapi.Flat: {
			"/v1/classifications/clss_404": `{"detail":"Classification not found"}`, "/v1/partitions/prtn_404": `{"detail":"Partition not found"}`,
			"/v1/workflows/artifacts/ext_xyz": prefix, "/v1/workflows/artifacts/cls_1": prefix, "/v1/workflows/artifacts/nothing": prefix,
			"/v1/workflows/artifacts/extr_404": `{"detail":"artifact not found"}`, "/v1/workflows/artifacts/prs_404": `{"detail":"artifact not found"}`,
			"/v1/workflows/artifacts/extraction/ext_xyz": `{"detail":"Workflow not found"}`,
			"/v1/parses/prs_1":                           `{"detail":"Not Found. This route is not part of this fake."}`,
		},
	} {
		fake := fakeapi.New(edition)
		for path, want := range paths {
			if got := get(t, fake, path); got.status != http.StatusNotFound || got.body != want {
				t.Errorf("edition %d, %s: got %d %s", edition, path, got.status, got.body)
			}
		}
	}
}

// TestArtifacts_unknownOperation checks that the run-scoped edition refuses an unknown operation, and that the flat edition does
// not find the route of the other edition.
func TestArtifacts_unknownOperation(t *testing.T) {
	t.Parallel()
	for edition, want := range map[fakeapi.Edition]int{fakeapi.RunScoped: http.StatusUnprocessableEntity, fakeapi.Flat: http.StatusNotFound} {
		fake := fakeapi.New(edition)
		if got := get(t, fake, "/v1/workflows/artifacts/dream/dream_1"); got.status != want {
			t.Errorf("edition %d: got %d %s", edition, got.status, got.body)
		}
	}
}
