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

		flatExperiment = "200 /v1/workflows/experiments/exp_release"
		flatResults    = "200 /v1/workflows/experiments/results"
		flatMetrics    = "200 /v1/workflows/experiments/metrics"
	)
	for name, test := range map[string]struct {
		serves  fakeapi.Edition
		setting string
		module  string // arguments
		want    []string
	}{
		"run-scoped":                   {fakeapi.RunScoped, "run_scoped", "", []string{experiment, runs, runs, run, metrics, results}},
		"run-scoped with the workflow": {fakeapi.RunScoped, "run_scoped", `workflow_id = "wf_1"`, []string{experiment, runs, run, metrics, results}},
		"flat":                         {fakeapi.Flat, "flat", "", []string{flatExperiment, flatMetrics, flatResults, runs, run}},
		"run-scoped, detected": {
			fakeapi.RunScoped, "auto", `workflow_id = "wf_1"`, []string{"404 /v1/workflows/experiments/exp_release", experiment, runs, run, metrics, results},
		},
		"flat, detected": {fakeapi.Flat, "auto", `workflow_id = "wf_1"`, []string{flatExperiment, flatMetrics, flatResults, runs, run}},
	} {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			w := newWorkspaceIn(t, test.serves)
			w.Setenv("RETAB_API_EDITION=" + test.setting)
			w.example(t, "release-gate")
			w.write(t, "main_override.tf", "module \"release_gate\" {\n  "+test.module+"\n}\n")
			w.addRelease(goodRelease())
			w.terraform(t, 0, "plan", "-no-color", releaseVariable)
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
