package provider_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// TestEphemeral_readsAgain checks that an ephemeral resource, which opens in the apply, uses nothing that a data source of the same
// process has read in the plan.
func TestEphemeral_readsAgain(t *testing.T) {
	t.Parallel()
	const changes = 5 * time.Second
	forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
		e.Add(fakeapi.Result{
			ID: "expresult_again", RunID: "exprun_again", ExperimentID: "exp_abc", DocumentID: "expdoc_again", BlockKind: "extract",
			Stages: []fakeapi.Stage{{Status: "completed"}, {Status: "error", After: changes}},
		})
		e.AddRun(fakeapi.Run{ID: "exprun_again", ExperimentID: "exp_abc", BlockKind: "extract", Documents: 1, Stages: []fakeapi.RunStage{
			{Status: "completed", Completed: 1}, {Status: "error", After: changes, Failed: 1},
		}})
		reads := []struct {
			typeName  string
			arguments values
		}{
			{resultType, values{"run_id": "exprun_again", "document_id": "expdoc_again"}},
			{resultType, values{"run_id": "exprun_again", "document_id": "expdoc_again", "wait_for_completion": true}},
			{runType, values{"id": "exprun_again"}},
			{runType, values{"id": "exprun_again", "wait_for_completion": true}},
			{runType, values{"experiment_id": "exp_abc", "status_filter": "any"}},
		}
		for _, read := range reads[:4] {
			if got, problem := s.Read(t.Context(), t, read.typeName, read.arguments); problem != "" || got["status"] != "completed" {
				t.Errorf("in the plan, %s: got %v %s", read.typeName, got["status"], problem)
			}
		}
		<-time.After(changes)
		for _, read := range reads {
			before := len(e.Journal())
			got, problem := s.Open(t.Context(), t, read.typeName, read.arguments)
			if problem != "" || read.arguments["experiment_id"] == nil && got["status"] != "error" || len(e.Journal()) == before {
				t.Errorf("in the apply, %s: got %v after %d requests %s", read.typeName, got["status"], len(e.Journal())-before, problem)
			}
		}
	})
}

// TestDataSourceExperimentResult_waitsForAnAbsentResult checks that a wait with ignore_not_found goes on as long as the run is active, and
// that the end of the run without the result is an absence.
func TestDataSourceExperimentResult_waitsForAnAbsentResult(t *testing.T) {
	t.Parallel()
	forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
		e.AddRun(fakeapi.Run{ID: "exprun_late", ExperimentID: "exp_abc", BlockKind: "extract", Documents: 1, Stages: []fakeapi.RunStage{
			{Status: "running"}, {Status: "completed", After: 2 * time.Minute, Completed: 1},
		}})
		time.AfterFunc(time.Minute, func() {
			e.Add(fakeapi.Result{
				ID: "expresult_late", RunID: "exprun_late", ExperimentID: "exp_abc", DocumentID: "expdoc_late", BlockKind: "extract",
				Stages: []fakeapi.Stage{{Status: "completed"}},
			})
		})
		for documentID, exists := range map[string]bool{"expdoc_late": true, "expdoc_never": false} {
			got, problem := s.Read(t.Context(), t, resultType, values{
				"run_id": "exprun_late", "document_id": documentID, "wait_for_completion": true, "ignore_not_found": true,
			})
			if problem != "" || got["exists"] != exists {
				t.Errorf("%s: got %v %s", documentID, got["summary"], problem)
			}
		}
		e.AddRun(fakeapi.Run{ID: "exprun_stuck", ExperimentID: "exp_abc", BlockKind: "extract", Documents: 1, Stages: []fakeapi.RunStage{{Status: "running"}}})
		_, problem := s.Read(t.Context(), t, resultType, values{
			"run_id": "exprun_stuck", "document_id": "expdoc_1", "wait_for_completion": true, "ignore_not_found": true, "timeouts": values{"read": "1m"},
		})
		wantContains(t, problem, "ERROR: Experiment results are incomplete", `Experiment run "exprun_stuck" is running and has no result for document "expdoc_1" yet. Waited for 1m.`)
	})
}

// TestWaits_endWithAnUnknownStatus checks that a wait ends when its object has a time of completion, although this version does not know
// the status. Nothing has succeeded then.
func TestWaits_endWithAnUnknownStatus(t *testing.T) {
	t.Parallel()
	ended := fakeapi.Timing{CompletedAt: "2026-05-02T11:00:05Z"}
	forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
		e.Add(fakeapi.Result{
			ID: "expresult_new", RunID: "exprun_new", ExperimentID: "exp_abc", DocumentID: "expdoc_new", BlockKind: "extract",
			Stages: []fakeapi.Stage{{Status: "running"}, {Status: "archived", Timing: ended}},
		})
		e.AddRun(fakeapi.Run{ID: "exprun_new", ExperimentID: "exp_abc", BlockKind: "extract", Documents: 1, Stages: []fakeapi.RunStage{
			{Status: "running"}, {Status: "archived", Timing: ended},
		}})
		for typeName, arguments := range map[string]values{
			resultType:  {"run_id": "exprun_new", "document_id": "expdoc_new"},
			runType:     {"id": "exprun_new"},
			resultsType: {"run_id": "exprun_new"},
		} {
			began := time.Now()
			arguments["wait_for_completion"] = true
			got, problem := s.Read(t.Context(), t, typeName, arguments)
			if problem != "" || got["succeeded"] == true || got["all_succeeded"] == true {
				t.Errorf("%s: got %v %s", typeName, got, problem)
			}
			wantElapsed(t, time.Since(began), 0, 20*time.Second)
		}
	})
}

// TestDataSourceExperimentResults_waitsForAGrowingRun checks that a wait for all results goes on while the run is active, although all
// documents that it has so far are done.
func TestDataSourceExperimentResults_waitsForAGrowingRun(t *testing.T) {
	t.Parallel()
	forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
		add := func(document int, status string) {
			e.Add(fakeapi.Result{
				ID: fmt.Sprintf("expresult_grow_%d", document), RunID: "exprun_grow", ExperimentID: "exp_abc", DocumentID: fmt.Sprintf("expdoc_%d", document),
				BlockKind: "extract", Stages: []fakeapi.Stage{{Status: status}},
			})
		}
		add(0, "completed")
		e.AddRun(fakeapi.Run{ID: "exprun_grow", ExperimentID: "exp_abc", BlockKind: "extract", Stages: []fakeapi.RunStage{
			{Status: "running", Completed: 1}, {Status: "completed", After: time.Minute, Completed: 1, Failed: 1},
		}})
		time.AfterFunc(30*time.Second, func() { add(1, "error") })
		got, problem := s.Read(t.Context(), t, resultsType, values{"run_id": "exprun_grow", "wait_for_completion": true})
		if problem != "" || got["all_terminal"] != true || got["all_succeeded"] != false || got["result_count"] != "2" {
			t.Errorf("got %v %s", got["summary"], problem)
		}
	})
}
