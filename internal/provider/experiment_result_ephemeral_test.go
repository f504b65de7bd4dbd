package provider_test

import (
	"strings"
	"testing"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

func TestEphemeralExperimentResult_waits(t *testing.T) {
	t.Parallel()
	forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
		e.AddScriptedResult("pending", "running", "completed")
		began := time.Now()
		got, problem := s.Open(t.Context(), t, resultType, waitArguments)
		if problem != "" || got["status"] != "completed" {
			t.Errorf("got %v %s", got["status"], problem)
		}
		wantElapsed(t, time.Since(began), 4*time.Second, 5*time.Second)
	})
}

func TestEphemeralExperimentResult_diagnostics(t *testing.T) {
	t.Parallel()
	e := startServer(t)
	s := e.Connect(t)
	_, problem := s.Open(t.Context(), t, resultType, values{"run_id": "", "document_id": "d"})
	wantContains(t, problem, `AttributeName("run_id"): Invalid id`)
	_, problem = s.Open(t.Context(), t, resultType, values{"run_id": fakeapi.SeedRunID, "document_id": "expdoc_404"})
	wantContains(t, problem, "Experiment result not found")

	notConfigured := serve(t)
	notConfigured.Configure(t, values{"api_key": unknownString})
	_, problem = notConfigured.Open(t.Context(), t, resultType, seedArguments)
	wantContains(t, problem, "Provider setting is not known yet")
	if strings.Contains(problem, fakeapi.Key) {
		t.Error("the key is shown")
	}
}
