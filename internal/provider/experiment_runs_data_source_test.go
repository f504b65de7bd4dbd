package provider_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func TestDataSourceExperimentRuns_lists(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		s := e.Connect(t)
		got, problem := s.Read(t.Context(), t, "retab_experiment_runs", values{"experiment_id": "exp_abc", "status": "completed"})
		if problem != "" {
			t.Fatal(problem)
		}
		if diff := cmp.Diff([]any{seedRun(e)}, got["runs"]); diff != "" {
			t.Errorf("runs differ (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]any{"exprun_2"}, got["ids"]); diff != "" {
			t.Error(diff)
		}
		// The rows and their order must not depend on the number of pages.
		first, problem := s.Read(t.Context(), t, "retab_experiment_runs", values{})
		if problem != "" {
			t.Fatal(problem)
		}
		e.SetPageSize(2)
		second, problem := e.Connect(t).Read(t.Context(), t, "retab_experiment_runs", values{})
		if diff := cmp.Diff(first["ids"], second["ids"]); problem != "" || diff != "" {
			t.Errorf("the second read differs: %s %s", problem, diff)
		}
		some, problem := s.Read(t.Context(), t, "retab_experiment_runs", values{"max_results": 3})
		if diff := cmp.Diff(first["ids"].([]any)[:3], some["ids"]); problem != "" || diff != "" {
			t.Errorf("max_results: %s %s", problem, diff)
		}
		none, problem := s.Read(t.Context(), t, "retab_experiment_runs", values{"workflow_id": "wf_404"})
		if problem != "" || len(none["ids"].([]any)) != 0 || len(none["runs"].([]any)) != 0 {
			t.Errorf("no runs: %v %s", none, problem)
		}
	})
}

func TestDataSourceExperimentRuns_invalidArguments(t *testing.T) {
	t.Parallel()
	s := startServer(t).Connect(t)
	_, problem := s.Read(t.Context(), t, "retab_experiment_runs", values{"max_results": 0})
	wantContains(t, problem, `AttributeName("max_results")`, "The value of max_results is 0; it must be a whole number from 1 to 10000.")
	_, problem = s.Read(t.Context(), t, "retab_experiment_runs", values{"max_results": tftypes.NewValue(tftypes.Number, 1.5)})
	wantContains(t, problem, `AttributeName("max_results"): Invalid number`, "The value of max_results is 1.5")
	_, problem = s.Read(t.Context(), t, "retab_experiment_runs", values{"status": ""})
	wantContains(t, problem, `AttributeName("status")`)
	for _, argument := range []string{"status", "exclude_status"} {
		_, problem = s.Read(t.Context(), t, "retab_experiment_runs", values{argument: "complete"})
		wantContains(t, problem, `WARNING: AttributeName("`+argument+`"): Unknown status`, `"complete" is not a known status, so it will probably match nothing`, "running, completed, error")
	}
	_, problem = s.Read(t.Context(), t, "retab_experiment_results", values{"run_id": "exprun_2", "statuses": setOf("Completed")})
	wantContains(t, problem, "WARNING: ", "Unknown status", `"Completed" is not a known status`)
	_, problem = s.Read(t.Context(), t, "retab_experiment_runs", values{"from_date": "yesterday"})
	wantContains(t, problem, "ERROR: Retab did not accept the request", "HTTP 400 Bad Request: Invalid date: from_date.")
}
