package provider_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// addStuckRun adds a run that never ends, with documents that never end, and returns the arguments of a wait for each.
func addStuckRun(e env, documents int, timeout string) func(block int) values {
	e.AddRun(fakeapi.Run{ID: "exprun_stuck", ExperimentID: "exp_abc", BlockKind: "extract", Stages: []fakeapi.RunStage{{Status: "running"}}})
	for document := range documents {
		e.Add(fakeapi.Result{
			ID: fmt.Sprintf("expresult_stuck_%d", document), RunID: "exprun_stuck", ExperimentID: "exp_abc", DocumentID: fmt.Sprintf("expdoc_%d", document),
			BlockKind: "extract", Stages: []fakeapi.Stage{{Status: "running"}},
		})
	}
	return func(block int) values {
		return values{
			"run_id": "exprun_stuck", "document_id": fmt.Sprintf("expdoc_%d", block), "wait_for_completion": true, "timeouts": values{"read": timeout},
		}
	}
}

// TestWaits_ofOneRunShareTheirTimeLimit checks that thirty waits for a stuck run take as long as one, and that each reports
// the status of its document.
func TestWaits_ofOneRunShareTheirTimeLimit(t *testing.T) {
	t.Parallel()
	forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
		arguments := addStuckRun(e, 30, "10m")
		began := time.Now()
		problems := s.ReadBlocks(t, 30, arguments)
		wantElapsed(t, time.Since(began), 10*time.Minute, 10*time.Minute+time.Second)
		late := 0
		for _, problem := range problems {
			wantContains(t, problem, "ERROR: Experiment result is still running", "Raise timeouts.read (now 10m) to wait longer")
			if strings.Contains(problem, "Waits for one run share one time limit, and the first of them began 10m before this one.") {
				late++
			}
		}
		if late != 20 {
			t.Errorf("%d of 30 waits began after the time was over, want 20", late)
		}
	})
}

// TestWaits_afterTheTimeLimit checks that a wait which begins after the time limit reads once.
func TestWaits_afterTheTimeLimit(t *testing.T) {
	t.Parallel()
	forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
		arguments := addStuckRun(e, 2, "1m")
		_, problem := s.Read(t.Context(), t, resultType, arguments(0))
		wantContains(t, problem, "Experiment result is still running", "It was watched for 1m;")
		e.Add(fakeapi.Result{
			ID: "expresult_done", RunID: "exprun_stuck", ExperimentID: "exp_abc", DocumentID: "expdoc_done", BlockKind: "extract",
			Stages: []fakeapi.Stage{{Status: "completed"}},
		})
		done := arguments(1)
		done["document_id"] = "expdoc_done"
		began := time.Now()
		<-time.After(2 * time.Second) // so that the cached list is too old
		got, problem := s.Read(t.Context(), t, resultType, done)
		if problem != "" || got["status"] != "completed" {
			t.Errorf("got %v %s", got["status"], problem)
		}
		for typeName, arguments := range map[string]values{
			resultsType: {"run_id": "exprun_stuck", "wait_for_completion": true, "timeouts": values{"read": "1m"}},
			runType:     {"id": "exprun_stuck", "wait_for_completion": true, "timeouts": values{"read": "1m"}},
		} {
			_, problem := s.Read(t.Context(), t, typeName, arguments)
			wantContains(t, problem, "ERROR: Experiment run is still ", "share one time limit")
		}
		wantElapsed(t, time.Since(began), 2*time.Second, 3*time.Second)
	})
}

// TestWaits_timeLimits checks that a wait with a longer timeout than the first one waits for the rest of its own, and that
// waits for other runs have their own time limit.
func TestWaits_timeLimits(t *testing.T) {
	t.Parallel()
	forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
		arguments := addStuckRun(e, 2, "1m")
		longer := arguments(1)
		longer["timeouts"] = values{"read": "5m"}
		began := time.Now()
		_, _ = s.Read(t.Context(), t, resultType, arguments(0))
		_, problem := s.Read(t.Context(), t, resultType, longer)
		wantContains(t, problem, "Experiment result is still running", "the first of them began 1m before this one")
		wantElapsed(t, time.Since(began), 5*time.Minute, 5*time.Minute+time.Second)

		e.AddScriptedResult("running", "running", "completed")
		got, problem := s.Read(t.Context(), t, resultType, waitArguments)
		if problem != "" || got["status"] != "completed" {
			t.Errorf("got %v %s", got["status"], problem)
		}
	})
}
