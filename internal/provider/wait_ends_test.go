package provider_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

func TestDataSourceExperimentResult_waitStopsOnRefusal(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]string{
		http.StatusBadRequest:          "Retab did not accept the request",
		http.StatusUnauthorized:        "Retab rejected the API key",
		http.StatusForbidden:           "Retab refused access to the experiment result",
		http.StatusUnprocessableEntity: "Retab did not accept the request",
	} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
				e.AddScriptedResult("completed")
				refusal := fakeapi.Reply{Status: status, Body: `{"detail":"no"}`}
				scriptAfterFirst(e, refusal, refusal) // two, because auto detects the edition again after a 401
				if e.Serves == fakeapi.Both {         // which is read in the other edition after a 401
					e.Script("/v1/workflows/experiments/runs/exprun_wait/results/expdoc_wait", refusal, refusal)
				}
				began := time.Now()
				_, problem := s.Read(t.Context(), t, resultType, waitArguments)
				wantContains(t, problem, "ERROR: "+want)
				wantElapsed(t, time.Since(began), 0, 2*time.Second) // the pause before the second read
			})
		})
	}
}

// TestDataSourceExperimentResult_waitEndsWithTheRun checks that a wait ends with its run. A cancelled run can leave a result
// that never becomes final; that result is data.
func TestDataSourceExperimentResult_waitEndsWithTheRun(t *testing.T) {
	t.Parallel()
	forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
		e.AddScriptedResult("pending")
		e.AddRun(fakeapi.Run{ID: "exprun_wait", ExperimentID: "exp_abc", BlockKind: "extract", Stages: []fakeapi.RunStage{{Status: "cancelled"}}})
		began := time.Now()
		got, problem := s.Read(t.Context(), t, resultType, waitArguments)
		if problem != "" || got["status"] != "pending" || got["is_terminal"] != false || got["succeeded"] != false {
			t.Errorf("got %v %s", got, problem)
		}
		wantElapsed(t, time.Since(began), 5*time.Second, 15*time.Second)
	})
}

func TestDataSourceExperimentResult_waitDeadline(t *testing.T) {
	t.Parallel()
	t.Run("still running after ten minutes", func(t *testing.T) {
		t.Parallel()
		forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
			e.AddScriptedResult("pending", "running")
			began := time.Now()
			_, problem := s.Read(t.Context(), t, resultType, waitArguments)
			wantContains(t, problem, "ERROR: Experiment result is still running", `the result of document "expdoc_wait" in experiment run "exprun_wait"`,
				`It was watched for 10m; its last status was "running".`, "Raise timeouts.read (now 10m)")
			wantElapsed(t, time.Since(began), 10*time.Minute, 10*time.Minute)
		})
	})
	t.Run("an unknown status, and a configured timeout", func(t *testing.T) {
		t.Parallel()
		forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
			e.AddScriptedResult("hibernating")
			_, problem := s.Read(t.Context(), t, resultType, values{
				"run_id": "exprun_wait", "document_id": "expdoc_wait", "wait_for_completion": true, "timeouts": values{"read": "90s"},
			})
			wantContains(t, problem, "ERROR: Experiment result is still hibernating", "watched for 1m30s", "Raise timeouts.read (now 1m30s)")
		})
	})
	t.Run("the last read failed", func(t *testing.T) {
		t.Parallel()
		forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
			var replies []fakeapi.Reply
			for range 1000 {
				replies = append(replies, fakeapi.Reply{Status: 503, Body: "upstream connect error"})
			}
			scriptAfterFirst(e, replies...)
			_, problem := s.Read(t.Context(), t, resultType, waitArguments)
			wantContains(t, problem, "ERROR: Reading the experiment result timed out", `its last status was "running". The last read failed: `,
				"HTTP 503 Service Unavailable: upstream connect error. No read has succeeded for the last 10m.")
		})
	})
	t.Run("the deadline during a read", func(t *testing.T) {
		t.Parallel()
		forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
			for range 10 {
				e.Script(e.ResultPath("exprun_wait", "expdoc_wait"), fakeapi.Reply{Status: 503, Body: "under maintenance"})
			}
			arguments := values{"run_id": "exprun_wait", "document_id": "expdoc_wait", "wait_for_completion": true, "timeouts": values{"read": "20ms"}}
			_, problem := s.Read(t.Context(), t, resultType, arguments)
			wantContains(t, problem, "ERROR: Reading the experiment result timed out", "watched for 20ms without", "The last read failed: ", "under maintenance")
		})
	})
	t.Run("the deadline during a read without an answer", func(t *testing.T) {
		t.Parallel()
		forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
			for range 10 {
				e.Script(e.ResultPath("exprun_wait", "expdoc_wait"), fakeapi.Reply{Reset: true})
			}
			for waiting, want := range map[bool]string{
				true: "watched for 20ms without one successful read. The last read failed: ", false: "There was no answer within 20ms. The last attempt failed: ",
			} {
				_, problem := s.Read(t.Context(), t, resultType, values{
					"run_id": "exprun_wait", "document_id": "expdoc_wait", "wait_for_completion": waiting, "timeouts": values{"read": "20ms"},
				})
				wantContains(t, problem, "ERROR: Reading the experiment result timed out", want, "reset")
			}
		})
	})
	t.Run("no read succeeded", func(t *testing.T) {
		t.Parallel()
		forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
			for range 1000 {
				e.Script(e.ResultPath("exprun_wait", "expdoc_wait"), fakeapi.Reply{Status: 503})
			}
			_, problem := s.Read(t.Context(), t, resultType, waitArguments)
			wantContains(t, problem, "ERROR: Reading the experiment result timed out", "watched for 10m without one successful read. The last read failed: ", "HTTP 503")
		})
	})
}

func TestDataSourceExperimentResult_waitIsInterrupted(t *testing.T) {
	t.Parallel()
	forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
		e.AddScriptedResult("running")
		began := time.Now()
		// Terraform sends this after Ctrl-C.
		time.AfterFunc(100*time.Second, func() {
			if _, err := s.StopProvider(context.Background(), &tfprotov6.StopProviderRequest{}); err != nil {
				t.Error(err)
			}
		})
		_, problem := s.Read(t.Context(), t, resultType, waitArguments)
		wantContains(t, problem, "ERROR: Waiting for the experiment result was interrupted", `watched for 1m40s; its last status was "running"`)
		wantElapsed(t, time.Since(began), 100*time.Second, 100*time.Second)
	})
}
