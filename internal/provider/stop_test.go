package provider_test

import (
	"context"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// kindOfRead is a read of a data source, an ephemeral resource or an action. It returns the text of the diagnostics.
type kindOfRead struct {
	typeName string
	read     func() string
}

// everyRead returns one read of each kind.
func everyRead(ctx context.Context, t *testing.T, s server) map[string]kindOfRead {
	t.Helper()
	read := func(typeName string, arguments values) kindOfRead {
		return kindOfRead{typeName, func() string { _, problem := s.Read(ctx, t, typeName, arguments); return problem }}
	}
	waiting := func(arguments values) values {
		arguments["wait_for_completion"] = true
		return arguments
	}
	return map[string]kindOfRead{
		"result":          read(resultType, seedArguments),
		"waiting result":  read(resultType, waitArguments),
		"results":         read(resultsType, values{"run_id": "exprun_2"}),
		"waiting results": read(resultsType, waiting(values{"run_id": "exprun_2"})),
		"run":             read(runType, values{"id": "exprun_2"}),
		"waiting run":     read(runType, waiting(values{"experiment_id": "exp_abc"})),
		"runs":            read("retab_experiment_runs", values{}),

		"experiment":             read(experimentType, values{"id": "exp_abc", "workflow_id": "wf_1"}),
		"experiment by its id":   read(experimentType, values{"id": "exp_abc"}),
		"experiment by its name": read(experimentType, values{"workflow_id": "wf_1", "name": "Q1 invoices"}),
		"experiments":            read(experimentsType, values{"workflow_id": "wf_1"}),
		"metrics":                read(metricsType, values{"run_id": "exprun_2"}),
		"waiting metrics":        read(metricsType, waiting(values{"run_id": "exprun_2"})),
		"ephemeral experiment":   {"", func() string { _, problem := s.Open(ctx, t, experimentType, values{"id": "exp_abc"}); return problem }},
		"ephemeral metrics":      {"", func() string { _, problem := s.Open(ctx, t, metricsType, values{"run_id": "exprun_2"}); return problem }},
		"ephemeral and waiting run": {"", func() string {
			_, problem := s.Open(ctx, t, runType, waiting(values{"id": "exprun_2"}))
			return problem
		}},

		"ephemeral":          {"", func() string { _, problem := s.Open(ctx, t, resultType, seedArguments); return problem }},
		"action":             {"", func() string { _, problem := s.Invoke(ctx, t, waitType, values{"run_id": "exprun_2"}); return problem }},
		"artifact":           read(artifactType, splitArguments),
		"waiting artifact":   read(artifactType, waiting(maps.Clone(splitArguments))),
		"another artifact":   read(artifactType, values{"operation": "function_invocation", "id": fakeapi.FunctionInvocationID}),
		"ephemeral artifact": {"", func() string { _, problem := s.Open(ctx, t, artifactType, splitArguments); return problem }},
	}
}

// hangEverywhere leaves all requests without an answer.
func hangEverywhere(e env) {
	for _, path := range []string{
		"/v1/workflows/experiments/runs", "/v1/workflows/experiments/runs/exprun_2", "/v1/workflows/experiments/runs/exprun_2/results", flatResultsPath,
		e.ResultPath("exprun_2", "expdoc_xyz"), e.ResultPath("exprun_wait", "expdoc_wait"),
		"/v1/workflows/experiments/exp_abc", "/v1/workflows/wf_1/experiments/exp_abc", "/v1/workflows/experiments", "/v1/workflows/wf_1/experiments",
		"/v1/workflows/experiments/metrics", "/v1/workflows/experiments/runs/exprun_2/metrics",
		"/v1/splits/" + fakeapi.SplitID, "/v1/workflows/artifacts/fninv_1", "/v1/workflows/artifacts/function_invocation/fninv_1",
		"/v1/workflows/experiments/runs/exprun_2/results/expdoc_xyz", "/v1/workflows/experiments/runs/exprun_wait/results/expdoc_wait",
	} {
		for range 20 {
			e.Script(path, fakeapi.Reply{Hang: true})
		}
	}
}

// TestStop_endsEveryRead stops the provider, as Ctrl-C does, during a request, and checks that every kind of read ends at
// once. A goroutine that outlives its read fails the test, because synctest waits for it.
func TestStop_endsEveryRead(t *testing.T) {
	t.Parallel()
	all := everyRead(t.Context(), t, server{})
	var tested []string
	for _, one := range all {
		tested = append(tested, one.typeName)
	}
	serve(t).WantEveryDataSource(t, tested)
	for name := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
				hangEverywhere(e)
				began := time.Now()
				time.AfterFunc(10*time.Second, func() {
					if _, err := s.StopProvider(context.Background(), &tfprotov6.StopProviderRequest{}); err != nil {
						t.Error(err)
					}
				})
				problem := everyRead(t.Context(), t, s)[name].read()
				if !strings.Contains(problem, "was interrupted") {
					t.Errorf("got %s", problem)
				}
				wantElapsed(t, time.Since(began), 10*time.Second, 10*time.Second)
			})
		})
	}
}
