package provider_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// counterparts are the ephemeral resources, with reads of objects that exist, that do not exist, and that are special cases.
var counterparts = map[string][]values{
	resultType: {
		seedArguments,
		{"run_id": "exprun_2", "document_id": "expdoc_xyz", "include_handle_data": true},
		{"run_id": "exprun_2", "document_id": "expdoc_failed"},
		{"run_id": "exprun_2", "document_id": "expdoc_schema", "include_handle_data": true},
		{"run_id": "exprun_2", "document_id": "expdoc_404", "include_handle_data": true, "ignore_not_found": true},
	},
	runType: {
		{"id": "exprun_2"}, {"experiment_id": "exp_abc", "status_filter": "any"}, {"id": "exprun_404", "ignore_not_found": true}, {"id": "exprun_live", "wait_for_completion": true},
	},
	experimentType: {
		{"id": "exp_abc"}, {"workflow_id": "wf_1", "name": "Split contracts"}, {"id": "exp_404", "workflow_id": "wf_1", "ignore_not_found": true},
	},
	metricsType: {
		{"run_id": "exprun_2"},
		{"run_id": fakeapi.StaleRunID},
		{"run_id": fakeapi.ConfusedRunID},
		{"run_id": "exprun_404", "ignore_not_found": true},
		{"run_id": fakeapi.ComparedRunID, "document_id": "expdoc_1", "target_path": "total", "include_values": true},
	},
}

// TestEphemeralCounterpart_hasTheSchema compares the schemas: the same arguments, attributes and descriptions.
func TestEphemeralCounterpart_hasTheSchema(t *testing.T) {
	t.Parallel()
	s := serve(t)
	for name, ephemeral := range s.Schema.EphemeralResourceSchemas {
		if name == artifactType {
			continue // see TestEphemeralArtifact_hasTheSchema
		}
		if counterparts[name] == nil {
			t.Errorf("%s is not in the table of this test", name)
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
		for name, reads := range counterparts {
			for _, arguments := range reads {
				want, problem := s.Read(t.Context(), t, name, arguments)
				if problem != "" {
					t.Fatal(problem)
				}
				got, problem := s.Open(t.Context(), t, name, arguments)
				if problem != "" {
					t.Fatal(problem)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s %v differs (-data source +ephemeral resource):\n%s", name, arguments, diff)
				}
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
