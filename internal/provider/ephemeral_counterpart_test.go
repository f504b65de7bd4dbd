package provider_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEphemeralCounterpart_hasTheSchema compares the schemas: the same arguments, attributes and descriptions.
func TestEphemeralCounterpart_hasTheSchema(t *testing.T) {
	t.Parallel()
	s := serve(t)
	for name, ephemeral := range s.Schema.EphemeralResourceSchemas {
		if name == artifactType {
			continue // see TestEphemeralArtifact_hasTheSchema
		}
		if diff := cmp.Diff(s.Schema.DataSourceSchemas[name].Block.Attributes, ephemeral.Block.Attributes); diff != "" {
			t.Errorf("%s: schemas differ (-data source +ephemeral resource):\n%s", name, diff)
		}
	}
}

func TestEphemeralCounterpart_readsTheSameObject(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		s := e.Connect(t)
		all := s.Readings(t)
		for name, ephemeral := range all {
			source, isEphemeral := all[strings.TrimSuffix(name, ", ephemeral")], strings.HasSuffix(name, ", ephemeral")
			if !isEphemeral || source.TypeName == artifactType {
				continue // see TestEphemeralArtifact_readsTheSameObject
			}
			want, problem := source.Do(t.Context(), t, s)
			got, alike := ephemeral.Do(t.Context(), t, s)
			if problem != "" || alike != "" {
				t.Fatal(name, problem, alike)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s differs (-data source +ephemeral resource):\n%s", name, diff)
			}
		}
	})
}

// TestEphemeralCounterpart_failsWithTheSameDiagnostic compares the diagnostics of missing objects and of invalid arguments.
func TestEphemeralCounterpart_failsWithTheSameDiagnostic(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		s := e.Connect(t)
		for name, arguments := range map[string]values{
			runType: {"id": "exprun_404"}, experimentType: {"id": "exp_404", "workflow_id": "wf_1"}, metricsType: {"run_id": "exprun_404"},
		} {
			for _, arguments := range []values{arguments, {}} {
				if len(arguments) == 0 && name == metricsType {
					continue // run_id is required, which Terraform checks
				}
				_, want := s.Read(t.Context(), t, name, arguments)
				_, got := s.Open(t.Context(), t, name, arguments)
				if want == "" || want != got {
					t.Errorf("%s %v: the ephemeral resource reports\n%s\nand the data source reports\n%s", name, arguments, got, want)
				}
			}
		}
	})
}
