package provider_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// TestEphemeralArtifact_readsTheSameObject compares the object with that of the data source with include_output.
func TestEphemeralArtifact_readsTheSameObject(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		s := e.Connect(t)
		for operation, id := range map[string]string{
			"extraction": fakeapi.ExtractionID, "classification": "cls_1", "split": fakeapi.SplitID, "partition": "part_1",
			"function_invocation": fakeapi.FunctionInvocationID,
		} {
			want := readArtifact(t, s, values{"operation": operation, "id": id, "include_output": true})
			delete(want, "include_output")
			got, problem := s.Open(t.Context(), t, artifactType, values{"operation": operation, "id": id})
			if problem != "" {
				t.Fatal(problem)
			}
			if diff := cmp.Diff(want, got); diff != "" || got["output"] == nil {
				t.Errorf("%s differs (-data source +ephemeral resource):\n%s", id, diff)
			}
		}
		_, problem := s.Open(t.Context(), t, artifactType, values{"operation": "extraction", "id": "extr_404"})
		wantContains(t, problem, "ERROR: Artifact not found")
	})
}

// TestEphemeralArtifact_hasTheSchema compares the schema with that of the data source, except for include_output.
func TestEphemeralArtifact_hasTheSchema(t *testing.T) {
	t.Parallel()
	s := serve(t)
	shared := map[string]*tfprotov6.SchemaAttribute{}
	for _, attribute := range s.Schema.DataSourceSchemas[artifactType].Block.Attributes {
		shared[attribute.Name] = attribute
	}
	delete(shared, "include_output")
	for _, attribute := range s.Schema.EphemeralResourceSchemas[artifactType].Block.Attributes {
		original := shared[attribute.Name]
		delete(shared, attribute.Name)
		if attribute.Name == "output" || attribute.Name == "metadata" { // the data source has them only on request
			attribute.Description = original.Description
		}
		if diff := cmp.Diff(original, attribute); diff != "" {
			t.Errorf("%s differs (-data source +ephemeral resource):\n%s", attribute.Name, diff)
		}
	}
	if len(shared) > 0 {
		t.Errorf("the ephemeral resource lacks %v", shared)
	}
}
