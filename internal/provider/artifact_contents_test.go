package provider_test

import (
	"fmt"
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
