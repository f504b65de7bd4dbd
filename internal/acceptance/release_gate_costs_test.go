package acceptance

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// TestGate_releaseCosts counts the requests of one plan with the whole gate. The module reads the experiment first, which detects
// the edition, so the requests do not depend on the order in which Terraform reads the other blocks.
func TestGate_releaseCosts(t *testing.T) {
	t.Parallel()
	const (
		runs       = "200 /v1/workflows/experiments/runs"
		run        = "200 /v1/workflows/experiments/runs/exprun_release"
		results    = "200 /v1/workflows/experiments/runs/exprun_release/results"
		metrics    = "200 /v1/workflows/experiments/runs/exprun_release/metrics"
		experiment = "200 /v1/workflows/wf_1/experiments/exp_release"
		runPlan    = "200 /v1/workflows/wf_1/experiments/exp_release/run-plan"
		workflow   = "200 /v1/workflows/wf_1"
		evals      = "200 /v1/workflows/wf_1/tests"

		flatExperiment = "200 /v1/workflows/experiments/exp_release"
		flatResults    = "200 /v1/workflows/experiments/results"
		flatMetrics    = "200 /v1/workflows/experiments/metrics"
		flatEvals      = "200 /v1/workflows/evals"
	)
	for name, test := range map[string]struct {
		serves  fakeapi.Edition
		setting string
		module  string // arguments
		want    []string
	}{
		"run-scoped":                   {fakeapi.RunScoped, "run_scoped", "", []string{experiment, runPlan, workflow, runs, runs, run, metrics, results}},
		"run-scoped with the workflow": {fakeapi.RunScoped, "run_scoped", `workflow_id = "wf_1"`, []string{experiment, runPlan, workflow, runs, run, metrics, results}},
		"flat":                         {fakeapi.Flat, "flat", "", []string{flatExperiment, workflow, flatMetrics, flatResults, runs, run}},
		"run-scoped, detected": {
			fakeapi.RunScoped, "auto", `workflow_id = "wf_1"`, []string{"404 /v1/workflows/experiments/exp_release", experiment, runPlan, workflow, runs, run, metrics, results},
		},
		"run-scoped with evals": {
			fakeapi.RunScoped, "run_scoped", `require_evals = "passing"`, []string{experiment, runPlan, workflow, evals, runs, runs, run, metrics, results},
		},
		"flat with evals": {fakeapi.Flat, "flat", `require_evals = "passing"`, []string{flatExperiment, workflow, flatEvals, flatMetrics, flatResults, runs, run}},
		"flat, detected":  {fakeapi.Flat, "auto", `workflow_id = "wf_1"`, []string{flatExperiment, workflow, flatMetrics, flatResults, runs, run}},
	} {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			w := newWorkspaceIn(t, test.serves)
			w.Setenv("RETAB_API_EDITION=" + test.setting)
			w.example(t, "release-gate")
			w.write(t, "main_override.tf", "module \"release_gate\" {\n  "+test.module+"\n}\n")
			w.addRelease(goodRelease())
			exit := 0
			if strings.Contains(test.module, "require_evals") { // not all evals of this workflow pass
				exit = 1
			}
			w.terraform(t, exit, "plan", "-no-color", releaseVariable)
			var got []string
			for _, request := range w.fake.Journal() {
				got = append(got, fmt.Sprintf("%d %s", request.Status, request.Path))
			}
			slices.Sort(got)
			want := slices.Sorted(slices.Values(test.want))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
}
