package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// TestDataSourceArtifact_contentsOnRequest checks that neither the state nor a diagnostic has contents that nobody requested.
func TestDataSourceArtifact_contentsOnRequest(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		s := e.Connect(t)
		for operation, id := range map[string]string{
			"extraction": fakeapi.ExtractionID, "classification": fakeapi.ClassificationID, "split": fakeapi.SplitID, "partition": fakeapi.PartitionID,
			"function_invocation": fakeapi.FunctionInvocationID,
		} {
			wantNoContents(t, fmt.Sprint(readArtifact(t, s, values{"operation": operation, "id": id})))
		}
		for _, path := range []string{"/v1/extractions/" + fakeapi.ExtractionID, "/v1/extractions/" + fakeapi.ExtractionID} {
			e.Script(path, fakeapi.Reply{Status: 200, Body: `{"id":"other","output":{"vendor":"Acme"},"metadata":{"batch_id":"batch_2026_05"}}`})
		}
		_, problem := s.Read(t.Context(), t, artifactType, values{"operation": "extraction", "id": fakeapi.ExtractionID, "include_output": true})
		wantContains(t, problem, "ERROR: Retab sent an unexpected answer", `id is "other", but "`+fakeapi.ExtractionID+`" was requested`)
		wantNoContents(t, problem)
	})
}

// TestDataSourceArtifact_tooLarge checks the error for a record of 64 MiB, with and without include_output.
func TestDataSourceArtifact_tooLarge(t *testing.T) {
	t.Parallel()
	for _, c := range editionCases {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			e := c.Start(t)
			s := e.ConnectWithLongTimeout(t)
			large := fakeapi.Reply{Status: 200, Body: `{"id":"ext_xyz","output":{"vendor":"Acme","text":"` + strings.Repeat("x", 64<<20) + `"}}`}
			e.Script("/v1/extractions/ext_xyz", large, large)
			_, stored := s.Read(t.Context(), t, artifactType, values{"operation": "extraction", "id": "ext_xyz", "include_output": true})
			_, opened := s.Open(t.Context(), t, artifactType, values{"operation": "extraction", "id": "ext_xyz"})
			for _, problem := range []string{stored, opened} {
				wantContains(t, problem, "ERROR: Artifact is too large to read", "The record is larger than the 64 MiB that this provider reads.", "attempts: 1")
				wantNoContents(t, problem)
			}
			if got := len(e.Journal()); got > 2 { // one if both reads start within a second
				t.Errorf("%d requests", got)
			}
		})
	}
}
