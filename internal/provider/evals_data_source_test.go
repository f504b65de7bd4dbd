package provider_test

import (
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

const evalsType = "retab_evals"

func TestDataSourceEvals_counts(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		s := e.Connect(t)
		for _, test := range []struct {
			arguments                         values
			evals, passing, fresh             string
			allPassing, allFreshInFlatEdition bool
		}{
			{values{"workflow_id": "wf_1"}, "6", "1", "1", false, false},
			{values{"workflow_id": fakeapi.OtherWorkflowID}, "2", "2", "2", true, true},
			{values{"workflow_id": fakeapi.OtherWorkflowID, "target_block_id": "block_none"}, "0", "0", "0", false, false},
		} {
			got, problem := s.Read(t.Context(), t, evalsType, test.arguments)
			fresh := test.fresh
			if !e.IsFlat() {
				fresh = "0"
			}
			if problem != "" || got["eval_count"] != test.evals || got["passing_count"] != test.passing || got["fresh_count"] != fresh ||
				got["all_passing"] != test.allPassing || got["all_fresh"] != (test.allFreshInFlatEdition && e.IsFlat()) {
				t.Errorf("%v: got %v %s", test.arguments, only(got, attributes{
					"eval_count": "", "passing_count": "", "fresh_count": "", "all_passing": "", "all_fresh": "", "summary": "",
				}), problem)
			}
		}
	})
}

// TestDataSourceEvals_unknownWorkflow checks that the error names the workflow first, since the address answers other reads.
func TestDataSourceEvals_unknownWorkflow(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		_, problem := e.Connect(t).Read(t.Context(), t, evalsType, values{"workflow_id": "wf_404"})
		wantContains(t, problem, "ERROR: The workflow was not found, or is not at this address", `Asked for the evals of workflow "wf_404".`,
			"HTTP 404 Not Found: Workflow not found.", "Check workflow_id", "Check base_url")
	})
}
