package provider_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

const experimentsType = "retab_experiments"

// TestDataSourceExperiments_rowsEqualSingleReads compares the rows of the list with single reads.
func TestDataSourceExperiments_rowsEqualSingleReads(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		s := e.Connect(t)
		got, problem := s.Read(t.Context(), t, experimentsType, values{"workflow_id": "wf_1"})
		if problem != "" {
			t.Fatal(problem)
		}
		rows := got["by_id"].(attributes)
		if len(rows) < 8 || len(got["ids"].([]any)) != len(rows) {
			t.Fatalf("got %d rows and the ids %v", len(rows), got["ids"])
		}
		for id, row := range rows {
			one, problem := s.Read(t.Context(), t, experimentType, values{"id": id, "workflow_id": "wf_1"})
			if problem != "" {
				t.Fatal(problem)
			}
			want := row.(attributes)
			if !e.IsFlat() { // whose run plan has a route of its own, which only the single read requests
				for _, name := range []string{"run_plan_mode", "rerunnable_document_count", "is_fresh", "summary"} {
					delete(want, name)
				}
			}
			if diff := cmp.Diff(want, only(one, want)); diff != "" {
				t.Errorf("%s differs (-list +single):\n%s", id, diff)
			}
		}
	})
}

func TestDataSourceExperiments_ofABlock(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		s := e.Connect(t)
		for block, want := range map[any][]any{"extract-invoice": {"exp_compared"}, "no such block": nil} {
			got, problem := s.Read(t.Context(), t, experimentsType, values{"workflow_id": "wf_1", "block_id": block})
			if problem != "" {
				t.Fatal(problem)
			}
			if diff := cmp.Diff(want, got["ids"]); diff != "" {
				t.Errorf("%s (-want +got):\n%s", block, diff)
			}
		}
		got, problem := s.Read(t.Context(), t, experimentsType, values{"workflow_id": "wf_2"})
		if diff := cmp.Diff([]any{"exp_copy_1", "exp_copy_2"}, got["ids"]); problem != "" || diff != "" {
			t.Error(problem, diff)
		}
	})
}

// TestDataSourceExperiments_unknownWorkflow checks that the editions differ: the run-scoped edition answers 404, the flat one
// with an empty list. Neither can tell a workflow without experiments from one that does not exist.
func TestDataSourceExperiments_unknownWorkflow(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		got, problem := e.Connect(t).Read(t.Context(), t, experimentsType, values{"workflow_id": "wf_404"})
		if e.Serves == fakeapi.RunScoped {
			wantContains(t, problem, "ERROR: The workflow was not found, or is not at this address", `Asked for the experiments of workflow "wf_404".`,
				"HTTP 404 Not Found: Workflow not found.", "Check workflow_id")
			return
		}
		if problem != "" || len(got["by_id"].(attributes)) != 0 || got["ids"] == nil {
			t.Errorf("got %v %s", got, problem)
		}
	})
}

func TestDataSourceExperiments_invalidArguments(t *testing.T) {
	t.Parallel()
	s := startServer(t).Connect(t)
	for argument, arguments := range map[string]values{"workflow_id": {"workflow_id": ""}, "block_id": {"workflow_id": "w", "block_id": "a/b"}} {
		_, problem := s.Read(t.Context(), t, experimentsType, arguments)
		wantContains(t, problem, `AttributeName("`+argument+`"): Invalid id`)
	}
}
