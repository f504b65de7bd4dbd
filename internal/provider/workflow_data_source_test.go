package provider_test

import (
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

const workflowType = "retab_workflow"

func TestDataSourceWorkflow_published(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		s := e.Connect(t)
		got, problem := s.Read(t.Context(), t, workflowType, values{"id": "wf_1"})
		published, _ := got["published"].(attributes)
		if problem != "" || got["name"] != "Invoices" || got["is_published"] != true || published["version_id"] != "wfv_1" {
			t.Errorf("got %v %s", got, problem)
		}
		got, problem = s.Read(t.Context(), t, workflowType, values{"id": fakeapi.OtherWorkflowID})
		if problem != "" || got["is_published"] != false || got["published"] != nil {
			t.Errorf("got %v %s", got, problem)
		}
		got, problem = s.Read(t.Context(), t, workflowType, values{"id": "wf_404", "ignore_not_found": true})
		if problem != "" || got["exists"] != false || got["is_published"] != false || got["id"] != "wf_404" {
			t.Errorf("got %v %s", got, problem)
		}
		if _, problem = s.Read(t.Context(), t, workflowType, values{"id": "wf_404"}); !strings.Contains(problem, "Workflow not found") {
			t.Errorf("got %s", problem)
		}
		missing := fakeapi.Reply{Status: 404, Body: `{"detail":"Workflow not found"}`}
		e.Script("/v1/workflows/wf_1", missing, missing, missing, missing) // of which there are runs
		if _, problem = s.Read(t.Context(), t, workflowType, values{"id": "wf_405", "ignore_not_found": true}); problem == "" {
			t.Error("a missing route is an absence")
		}
	})
}
