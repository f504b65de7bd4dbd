package provider_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// everyRead is one read of each kind, as a function that returns what the provider has to say.
func everyRead(ctx context.Context, t *testing.T, s server) map[string]func() string {
	t.Helper()
	said := func(_ attributes, problem string) string { return problem }
	invoked := func(_ []string, problem string) string { return problem }
	waiting := func(arguments values) values {
		arguments["wait_for_completion"] = true
		return arguments
	}
	return map[string]func() string{
		"result":          func() string { return said(s.read(ctx, t, resultType, seedArguments)) },
		"waiting result":  func() string { return said(s.read(ctx, t, resultType, waitArguments)) },
		"results":         func() string { return said(s.read(ctx, t, resultsType, values{"run_id": "exprun_2"})) },
		"waiting results": func() string { return said(s.read(ctx, t, resultsType, waiting(values{"run_id": "exprun_2"}))) },
		"run":             func() string { return said(s.read(ctx, t, runType, values{"id": "exprun_2"})) },
		"waiting run":     func() string { return said(s.read(ctx, t, runType, waiting(values{"experiment_id": "exp_abc"}))) },
		"runs":            func() string { return said(s.read(ctx, t, "retab_experiment_runs", values{})) },
		"ephemeral":       func() string { return said(s.open(ctx, t, resultType, seedArguments)) },
		"action":          func() string { return invoked(s.invoke(ctx, t, waitType, values{"run_id": "exprun_2"})) },
	}
}

// hangOn leaves every request without an answer.
func (e env) hangOn() {
	for _, path := range []string{
		"/v1/workflows/experiments/runs", "/v1/workflows/experiments/runs/exprun_2", "/v1/workflows/experiments/runs/exprun_2/results", flatResultsPath,
		e.resultPath("exprun_2", "expdoc_xyz"), e.resultPath("exprun_wait", "expdoc_wait"),
		"/v1/workflows/experiments/runs/exprun_2/results/expdoc_xyz", "/v1/workflows/experiments/runs/exprun_wait/results/expdoc_wait",
	} {
		for range 20 {
			e.Script(path, fakeapi.Reply{Hang: true})
		}
	}
}

// TestStop_endsEveryRead stops the provider, as Ctrl-C does, while a request is under way: every kind of read ends in
// that moment. And nothing outlives a read: a goroutine that did would keep the bubble from ending, which fails the test.
func TestStop_endsEveryRead(t *testing.T) {
	t.Parallel()
	for name := range everyRead(t.Context(), t, server{}) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inEveryBubble(t, func(t *testing.T, e env, s server) {
				e.hangOn()
				began := time.Now()
				time.AfterFunc(10*time.Second, func() {
					if _, err := s.StopProvider(context.Background(), &tfprotov6.StopProviderRequest{}); err != nil {
						t.Error(err)
					}
				})
				problem := everyRead(t.Context(), t, s)[name]()
				if !strings.Contains(problem, "was interrupted") {
					t.Errorf("got %s", problem)
				}
				within(t, time.Since(began), 10*time.Second, 10*time.Second)
			})
		})
	}
}
