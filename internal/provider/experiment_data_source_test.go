package provider_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

const experimentType = "retab_experiment"

// seedExperiment returns the state of the vendor's example, which is fresh.
func seedExperiment(e env) attributes {
	experiment := attributes{
		"exists": true, "id": "exp_abc", "workflow_id": "wf_1", "name": "Q1 invoices", "block_id": "block_extract", "block_kind": "extract",
		"n_consensus": "3", "document_count": "3", "status": "completed", "score": "0.93", "last_run_id": "exprun_2",
		"created_at": "2026-05-01T14:30:00Z", "updated_at": "2026-05-01T14:30:00Z", "is_fresh": true, "stale_reasons": []any(nil),
		"summary":       "Experiment exp_abc (Q1 invoices) is fresh: the score of its newest run exprun_2 is 0.93.",
		"freshness":     attributes{"status": "fresh", "reasons": []any(nil), "baseline_run_id": nil},
		"drift":         attributes{"status": "none", "affected_targets": []any(nil), "detail": nil},
		"run_plan_mode": "noop", "rerunnable_document_count": "0",
	}
	if e.IsFlat() {
		experiment["freshness"].(attributes)["baseline_run_id"] = "exprun_2"
	}
	return experiment
}

// TestDataSourceExperiment_runPlan checks that an experiment whose next run would compute something is not fresh, also by the
// run plan of the run-scoped edition, and that the plan is unknown where the API has no such route.
func TestDataSourceExperiment_runPlan(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		if e.IsFlat() {
			return
		}
		const path = "/v1/workflows/wf_1/experiments/exp_abc/run-plan"
		s := e.Connect(t)
		for _, test := range []struct {
			reply       fakeapi.Reply
			isFresh     bool
			mode, count any
		}{
			{fakeapi.Reply{Status: 200, Body: `{"mode":"noop","document_count":3}`}, true, "noop", "0"},
			{fakeapi.Reply{Status: 200, Body: `{"mode":"run","document_count":3}`}, false, "run", "3"},
			{fakeapi.Reply{Status: 200, Body: `{"mode":"later","document_count":3}`}, false, "later", nil},
			{fakeapi.Reply{Status: 404, Body: `{"detail":"Workflow not found"}`}, true, nil, nil},
		} {
			for _, arguments := range []values{{"id": "exp_abc", "workflow_id": "wf_1"}, {"name": "Q1 invoices", "workflow_id": "wf_1"}} {
				e.Forget(path)
				e.Script(path, test.reply, test.reply)
				got, problem := s.Open(t.Context(), t, experimentType, arguments)
				if problem != "" || got["is_fresh"] != test.isFresh || got["run_plan_mode"] != test.mode || got["rerunnable_document_count"] != test.count {
					t.Errorf("%s: got %v, %v, %v %s", test.reply.Body, got["is_fresh"], got["run_plan_mode"], got["rerunnable_document_count"], problem)
				}
			}
		}
		e.Forget(path)
		e.Script(path, fakeapi.Reply{Status: 200, Body: `{"document_count":3}`})
		if _, problem := s.Open(t.Context(), t, experimentType, values{"id": "exp_abc", "workflow_id": "wf_1"}); !strings.Contains(problem, "mode is missing") {
			t.Errorf("got %s", problem)
		}
	})
}

func TestDataSourceExperiment_everyAttribute(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		s := e.Connect(t)
		want := seedExperiment(e)
		for name, arguments := range map[string]values{
			"by id":                 {"id": "exp_abc"},
			"by id and workflow":    {"id": "exp_abc", "workflow_id": "wf_1"},
			"by name":               {"workflow_id": "wf_1", "name": "Q1 invoices"},
			"by name and block":     {"workflow_id": "wf_1", "name": "Q1 invoices", "block_id": "block_extract"},
			"with ignore_not_found": {"id": "exp_abc", "ignore_not_found": true},
		} {
			got, problem := s.Read(t.Context(), t, experimentType, arguments)
			if problem != "" {
				t.Fatalf("%s: %s", name, problem)
			}
			if diff := cmp.Diff(want, only(got, want)); diff != "" {
				t.Errorf("%s: experiment differs (-want +got):\n%s", name, diff)
			}
		}
		got, problem := s.Read(t.Context(), t, experimentType, values{"workflow_id": "wf_1", "block_id": "extract-invoice"})
		if problem != "" || got["id"] != "exp_compared" {
			t.Errorf("got %v %s", got["id"], problem)
		}
	})
}

// TestDataSourceExperiment_notFresh checks that an experiment is fresh only if the API says so, and that the summary has the
// reason.
func TestDataSourceExperiment_notFresh(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		s := e.Connect(t)
		for id, want := range map[string]struct{ runScoped, flat string }{
			"exp_split": {`its freshness is "stale".`, `its freshness is "stale" (validity_changed, inputs_changed).`},
			"exp_draft": {"it has never been run.", "it has never been run."},
			"exp_new":   {`its freshness is "unknown", its drift is "unknown".`, `its freshness is "unknown", its drift is "unknown".`},
		} {
			got, problem := s.Read(t.Context(), t, experimentType, values{"id": id, "workflow_id": "wf_1"})
			if problem != "" {
				t.Fatal(problem)
			}
			words := want.runScoped
			if e.IsFlat() {
				words = want.flat
			}
			if got["is_fresh"] != false || !strings.HasSuffix(got["summary"].(string), " is not fresh: "+words) {
				t.Errorf("%s: fresh %v, %v", id, got["is_fresh"], got["summary"])
			}
		}
		got, _ := s.Read(t.Context(), t, experimentType, values{"id": "exp_split", "workflow_id": "wf_1"})
		reasons := []any(nil)
		if e.IsFlat() {
			reasons = []any{"validity_changed", "inputs_changed"}
		}
		if diff := cmp.Diff(reasons, got["stale_reasons"]); diff != "" {
			t.Error(diff)
		}
	})
}

func TestDataSourceExperiment_absent(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		s := e.Connect(t)
		for _, test := range []struct {
			arguments values
			want      []string
		}{
			{values{"id": "exp_404", "workflow_id": "wf_1"}, []string{
				"ERROR: Experiment not found", `Asked for experiment "exp_404" of workflow "wf_1".`, "Experiment not found: exp_404.", "Check id and workflow_id, and", "ignore_not_found",
			}},
			{values{"id": "exp_abc", "workflow_id": "wf_2"}, []string{"ERROR: Experiment not found", "Check id and workflow_id"}},
			{values{"workflow_id": "wf_1", "name": "No such name"}, []string{
				"ERROR: Experiment not found", `the experiment of workflow "wf_1" with the name "No such name".`, "Retab lists no such experiment", "Names must match exactly.", "ignore_not_found",
			}},
			{values{"workflow_id": "wf_1", "name": "Q1 invoices", "block_id": "b"}, []string{`with the name "Q1 invoices" and the block "b".`}},
		} {
			_, problem := s.Read(t.Context(), t, experimentType, test.arguments)
			wantContains(t, problem, test.want...)
			ignoring := maps.Clone(test.arguments)
			ignoring["ignore_not_found"] = true
			got, problem := s.Read(t.Context(), t, experimentType, ignoring)
			if problem != "" {
				t.Fatal(problem)
			}
			want := attributes{
				"exists": false, "is_fresh": false, "status": "", "score": nil, "last_run_id": nil, "stale_reasons": []any(nil), "summary": "There is no such experiment.",
				"freshness": attributes{"status": "", "reasons": []any(nil), "baseline_run_id": nil},
				"drift":     attributes{"status": "", "affected_targets": []any(nil), "detail": nil},
				"id":        test.arguments["id"], "workflow_id": test.arguments["workflow_id"], "name": test.arguments["name"], "block_id": test.arguments["block_id"],
			}
			if diff := cmp.Diff(want, only(got, want)); diff != "" {
				t.Errorf("absent experiment differs (-want +got):\n%s", diff)
			}
		}
	})
}

// TestDataSourceExperiment_missingRouteProvesNothing checks that a 404 in the form of the API is an error unless a list
// confirms it.
func TestDataSourceExperiment_missingRouteProvesNothing(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		for _, path := range []string{"/v1/workflows/wf_1/experiments/exp_404", "/v1/workflows/experiments/exp_404"} {
			for range 3 {
				e.Script(path, fakeapi.Reply{Status: 404, Body: `{"detail":"Workflow not found"}`})
			}
		}
		_, problem := e.Connect(t).Read(t.Context(), t, experimentType, values{"id": "exp_404", "workflow_id": "wf_1", "ignore_not_found": true})
		wantContains(t, problem, "ERROR: There is no Retab API at this address", "HTTP 404 Not Found: Workflow not found.", "check the ids.")
	})
}

// TestDataSourceExperiment_workflowNeeded checks that the run-scoped edition needs the workflow of an experiment without runs.
func TestDataSourceExperiment_workflowNeeded(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		s := e.Connect(t)
		got, problem := s.Read(t.Context(), t, experimentType, values{"id": "exp_draft", "ignore_not_found": true})
		if e.Serves != fakeapi.RunScoped {
			if problem != "" || got["status"] != "draft" {
				t.Errorf("got %v %s", got["status"], problem)
			}
			return
		}
		wantContains(t, problem, "ERROR: Reading the experiment needs workflow_id", `Asked for experiment "exp_draft".`, "because there is none", "Set workflow_id.")
	})
}

func TestDataSourceExperiment_ambiguous(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		_, problem := e.Connect(t).Read(t.Context(), t, experimentType, values{"workflow_id": "wf_2", "name": "Invoices (Copy)", "ignore_not_found": true})
		wantContains(t, problem, "ERROR: Several experiments match", "Retab has 2 of them: exp_copy_1, exp_copy_2.", "Set id to one of these ids")
	})
}

func TestDataSourceExperiment_invalidArguments(t *testing.T) {
	t.Parallel()
	s := startServer(t).Connect(t)
	for name, test := range map[string]struct {
		arguments values
		want      []string
	}{
		"no arguments":             {values{}, []string{"At least one of these attributes must be configured: [id,name,block_id]"}},
		"only a workflow":          {values{"workflow_id": "wf_1"}, []string{"At least one of these attributes"}},
		"a name without workflow":  {values{"name": "n"}, []string{`AttributeName("name")`, "workflow_id"}},
		"a block without workflow": {values{"block_id": "b"}, []string{`AttributeName("block_id")`, "workflow_id"}},
		"an id and a name":         {values{"id": "e", "workflow_id": "w", "name": "n"}, []string{"These attributes cannot be configured together: [id,name]"}},
		"an id and a block":        {values{"id": "e", "workflow_id": "w", "block_id": "b"}, []string{"These attributes cannot be configured together: [id,block_id]"}},
		"an empty id":              {values{"id": ""}, []string{`AttributeName("id"): Invalid id`}},
		"an empty name":            {values{"workflow_id": "w", "name": ""}, []string{`AttributeName("name")`}},
		"a workflow with a slash":  {values{"id": "e", "workflow_id": "a/b"}, []string{`AttributeName("workflow_id"): Invalid id`}},
		"a block with a slash":     {values{"workflow_id": "w", "block_id": "a/b"}, []string{`AttributeName("block_id"): Invalid id`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, problem := s.Read(t.Context(), t, experimentType, test.arguments)
			wantContains(t, problem, test.want...)
			_, problem = s.Open(t.Context(), t, experimentType, test.arguments)
			wantContains(t, problem, test.want...)
		})
	}
}

// TestDataSourceExperiment_scoreMeetsItsOwnThreshold checks that a score of 0.7 is not less than 0.7, as a float64 would be.
func TestDataSourceExperiment_scoreMeetsItsOwnThreshold(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		e.AddExperiment(fakeapi.Experiment{ID: "exp_exact", BlockKind: "extract", Score: new(0.7), LastRunID: "exprun_exact"})
		e.SetMetrics(fakeapi.Metrics{RunID: "exprun_exact", Score: new(0.7), Likelihoods: map[string]float64{"tiny": 1e-7, "a tenth": 0.1, "one": 1, "long": 0.12345678901234566}})
		e.AddRun(fakeapi.Run{ID: "exprun_exact", ExperimentID: "exp_exact"})
		terraform(t, resource.TestStep{
			Config: e.Configuration(`
data "retab_experiment" "exact" {
  id          = "exp_exact"
  workflow_id = "wf_1"
}

data "retab_experiment_metrics" "exact" {
  run_id = data.retab_experiment.exact.last_run_id
}

output "exact" {
  value = jsonencode([
    data.retab_experiment.exact.score >= 0.7, data.retab_experiment.exact.score < 0.7, data.retab_experiment_metrics.exact.score == 0.7,
    data.retab_experiment_metrics.exact.target_scores == tomap({ tiny = 1e-7, "a tenth" = 0.1, one = 1, long = 0.12345678901234566 }),
    data.retab_experiment_metrics.exact.target_scores,
  ])
}
`),
			Check: resource.TestCheckOutput("exact", `[true,false,true,true,{"a tenth":0.1,"long":0.12345678901234566,"one":1,"tiny":0.0000001}]`),
		})
	})
}
