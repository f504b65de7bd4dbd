package acceptance

import (
	"fmt"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// The tests of the module examples/modules/release-gate in examples/release-gate: the gate passes, and fails by each condition.

// releaseRun is the newest run of the experiment exp_release, and priorRun the one before.
const (
	releaseRun = "exprun_release"
	priorRun   = "exprun_before"
)

// addResults adds a result to a run for each status.
func (w workspace) addResults(runID string, statuses ...string) {
	for i, status := range statuses {
		w.fake.Add(fakeapi.Result{
			ID: fmt.Sprintf("expresult_%s_%d", runID, i+1), RunID: runID, DocumentID: fmt.Sprintf("expdoc_%d", i+1), BlockKind: "extract",
			Stages: []fakeapi.Stage{{Status: status}},
		})
	}
}

// release has the records that the gate reads. A test changes them to make a condition fail.
type release struct {
	experiment fakeapi.Experiment
	run        fakeapi.Run
	metrics    fakeapi.Metrics
	prior      fakeapi.Metrics
	results    []string // the statuses of expdoc_1, expdoc_2 and so on
}

// goodRelease returns a release that meets every condition. The score, the targets, the difference to the prior score and the
// documents are exactly at their limits.
func goodRelease() release {
	results := []string{"completed", "error"}
	scores := []fakeapi.DocumentMetrics{{ID: "expdoc_1", Filename: "1.pdf", Score: new(0.8)}}
	for len(results) < 10 {
		results = append(results, "completed")
		scores = append(scores, fakeapi.DocumentMetrics{ID: fmt.Sprintf("expdoc_%d", len(results)), Filename: "n.pdf", Score: new(0.8)})
	}
	return release{
		experiment: fakeapi.Experiment{
			ID: "exp_release", Name: "Release", BlockKind: "extract", LastRunID: releaseRun,
			Freshness: fakeapi.Freshness{Status: "fresh", BaselineRunID: releaseRun}, Drift: fakeapi.Drift{Status: "none"},
		},
		run: fakeapi.Run{ID: releaseRun, ExperimentID: "exp_release", CreatedAt: "2026-06-02T00:00:00Z", Documents: 10, Stages: []fakeapi.RunStage{
			{Status: "completed", Completed: 9, Failed: 1, Score: new(0.8)},
		}},
		metrics: fakeapi.Metrics{RunID: releaseRun, Score: new(0.8), Likelihoods: map[string]float64{"total": 0.95, "vendor.name": 0.75}, Documents: scores},
		prior:   fakeapi.Metrics{RunID: priorRun, Score: new(0.82)},
		results: results,
	}
}

// addRelease adds a release to the fake.
func (w workspace) addRelease(r release) {
	w.fake.AddExperiment(r.experiment)
	w.fake.AddRun(r.run)
	w.fake.AddRun(fakeapi.Run{ID: priorRun, ExperimentID: "exp_release", CreatedAt: "2026-06-01T00:00:00Z", Stages: []fakeapi.RunStage{{Status: "completed"}}})
	w.fake.SetMetrics(r.metrics, r.prior)
	w.addResults(releaseRun, r.results...)
}

// failingReleases has a change of a good release for each condition, and the messages of the failing gate.
var failingReleases = map[string]struct {
	change func(r *release)
	want   []string
	only   bool // whether no other condition fails
}{
	"the last run is another one": {
		func(r *release) { r.experiment.LastRunID, r.experiment.Freshness.BaselineRunID = "exprun_unlisted", "" },
		[]string{"Run exprun_release is not the last run that the experiment names (exprun_unlisted)."},
		true,
	},
	"the run failed": {
		func(r *release) { r.run.Stages[0].Status = "error" },
		[]string{`Run exprun_release is not completed: its status is "error".`},
		true,
	},
	"the score is not fresh": {
		func(r *release) {
			r.experiment.Freshness = fakeapi.Freshness{Status: "stale", BaselineRunID: releaseRun}
		},
		[]string{`Experiment exp_release (Release) is not fresh: its freshness is "stale".`},
		true,
	},
	"the freshness is unknown": {
		func(r *release) {
			r.experiment.Freshness, r.experiment.Drift = fakeapi.Freshness{Status: "unknown"}, fakeapi.Drift{Status: "unknown"}
		},
		[]string{`Experiment exp_release (Release) is not fresh: its freshness is "unknown", its drift is "unknown".`},
		true,
	},
	"the metrics are stale": {
		func(r *release) {
			r.metrics.State, r.metrics.StaleReasons = "stale_metrics", []string{"inputs_changed"}
		},
		[]string{"The metrics of run exprun_release are stale (inputs_changed): The block or its documents have changed"},
		false,
	},
	"the run has no metrics": {
		func(r *release) { r.metrics.State, r.metrics.Message = "no_metrics", "They are being computed." },
		[]string{"Run exprun_release has no metrics: They are being computed.", "Run exprun_release has no score, and at least 0.8 is required.", "it has no scores of targets."},
		false,
	},
	"the score is too low": {
		func(r *release) {
			r.metrics.Score, r.run.Stages[0].Score, r.prior.Score = new(0.79999999999999993), new(0.79999999999999993), new(0.7)
		},
		[]string{"Run exprun_release has the score 0.7999999999999999, and at least 0.8 is required."},
		true,
	},
	"a target is too low": {
		func(r *release) { r.metrics.Likelihoods["line_items.*.unit_price"] = 1e-7 },
		[]string{"Run exprun_release has targets under 0.75: line_items.*.unit_price has 0.0000001."},
		true,
	},
	"there are no targets": {
		func(r *release) { r.metrics.Likelihoods = map[string]float64{} },
		[]string{"Run exprun_release has targets under 0.75: it has no scores of targets."},
		true,
	},
	"the score has dropped": {
		func(r *release) { r.prior.Score = new(0.8200000000000001) },
		[]string{"Run exprun_release has the score 0.8, compared with 0.8200000000000001 of the prior run exprun_before. It may be at most 0.02 lower."},
		true,
	},
	"there is no prior score": {
		func(r *release) { r.prior.Score = nil },
		[]string{"Run exprun_release has the score 0.8, compared with no score of a prior run. It may be at most 0.02 lower."},
		true,
	},
	"too many documents failed": {
		func(r *release) {
			r.results[2], r.run.Stages[0].Completed, r.run.Stages[0].Failed = "error", 8, 2
			r.metrics.Documents[1].Score = nil
		},
		[]string{"Run exprun_release: 80.0 % of 10 documents succeeded, and at least 90.0 % is required. 2 of 10 documents failed: expdoc_2, expdoc_3."},
		true,
	},
	"the metrics have another score": {
		func(r *release) { r.metrics.Score = new(0.8100000000000002) },
		[]string{"Experiment, run and metrics must have the same score, and they have 0.8, 0.8, 0.8100000000000002."},
		true,
	},
	"the metrics have a document that the run does not have": {
		func(r *release) {
			r.metrics.Documents = append(r.metrics.Documents, fakeapi.DocumentMetrics{ID: "expdoc_other", Filename: "o.pdf", Score: new(0.8)})
		},
		[]string{"The metrics have documents that Run exprun_release does not have: expdoc_other."},
		true,
	},
	"a document that succeeded has no score": {
		func(r *release) { r.metrics.Documents[4].Score = nil },
		[]string{"Run exprun_release: documents succeeded, but are not in the score: expdoc_6."},
		true,
	},
	"no document has a score": {
		func(r *release) { r.metrics.Documents = nil },
		[]string{"documents succeeded, but are not in the score: expdoc_1, expdoc_10, expdoc_3"},
		true,
	},
	"a critical document failed": {
		func(r *release) {
			r.results[0], r.results[1], r.metrics.Documents[0].ID = r.results[1], r.results[0], "expdoc_2"
		},
		[]string{"Run exprun_release: critical documents did not succeed: expdoc_1."},
		true,
	},
}

func TestGate_release(t *testing.T) {
	t.Parallel()
	t.Run("passes", func(t *testing.T) {
		t.Parallel()
		inBothEditions(t, func(t *testing.T, w workspace) {
			w.example(t, "release-gate")
			w.addRelease(goodRelease())
			w.terraform(t, 0, "apply", "-no-color", "-auto-approve", releaseVariable)
			wantText(t, w.terraform(t, 0, "plan", "-no-color", "-detailed-exitcode", releaseVariable), "No changes.")
		})
	})
	for name, test := range failingReleases {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			inBothEditions(t, func(t *testing.T, w workspace) {
				w.example(t, "release-gate")
				changed := goodRelease()
				test.change(&changed)
				w.addRelease(changed)
				output := w.terraform(t, 1, "plan", "-no-color", releaseVariable)
				wantText(t, output, append(test.want, "Error: Resource precondition failed")...)
				if errors := strings.Count(output, "Error: "); test.only && errors != 1 {
					t.Errorf("%d conditions fail, want one:\n%s", errors, output)
				}
			})
		})
	}
}

const releaseVariable = "-var=experiment_id=exp_release"

// TestGate_releaseWithOtherBaseline checks that the gate fails if the freshness is about an older run. Only the flat edition names
// the run.
func TestGate_releaseWithOtherBaseline(t *testing.T) {
	t.Parallel()
	w := newWorkspaceIn(t, fakeapi.Flat)
	w.example(t, "release-gate")
	changed := goodRelease()
	changed.experiment.Freshness.BaselineRunID = priorRun
	w.addRelease(changed)
	wantText(t, w.terraform(t, 1, "plan", "-no-color", releaseVariable),
		"is not fresh: its freshness is about run exprun_before, and its newest run is exprun_release.")
}

// TestGate_releaseAndRefresh checks that a refresh does not hand out a run while the gate fails, and that the run stays the one
// that was released.
func TestGate_releaseAndRefresh(t *testing.T) {
	t.Parallel()
	inBothEditions(t, func(t *testing.T, w workspace) {
		w.example(t, "release-gate")
		w.write(t, "outputs.tf", "output \"released\" {\n  value = module.release_gate.run_id\n}\n")
		w.addRelease(goodRelease())
		w.terraform(t, 0, "apply", "-no-color", "-auto-approve", releaseVariable)
		w.fake.AddRun(fakeapi.Run{ID: "exprun_worse", ExperimentID: "exp_release", CreatedAt: "2026-06-03T00:00:00Z", Documents: 1, Stages: []fakeapi.RunStage{
			{Status: "error", Failed: 1, Score: new(0.1)},
		}})
		output := w.refreshOnly(t, releaseVariable)
		if released := w.terraform(t, 0, "output", "-no-color", "released"); strings.TrimSpace(released) != `"exprun_release"` {
			t.Errorf("a refresh released %s\n%s", released, output)
		}
	})
}

// refreshOnly applies a refresh, whatever comes of it.
func (w workspace) refreshOnly(t *testing.T, arguments ...string) string {
	t.Helper()
	output, _, err := w.Run(t.Context(), append([]string{"apply", "-refresh-only", "-no-color", "-auto-approve"}, arguments...)...)
	if err != nil {
		t.Fatal(err)
	}
	return output
}

// TestGate_releaseWithoutRuns checks that the gate fails for an experiment that has never been run, without a provider error.
func TestGate_releaseWithoutRuns(t *testing.T) {
	t.Parallel()
	inBothEditions(t, func(t *testing.T, w workspace) {
		w.example(t, "release-gate")
		// In the run-scoped edition an experiment without runs is found only in its workflow.
		w.write(t, "main_override.tf", "module \"release_gate\" {\n  workflow_id = \"wf_1\"\n}\n")
		wantText(t, w.terraform(t, 1, "plan", "-no-color", "-var=experiment_id=exp_draft"),
			"The newest run is not the last run that the experiment names (none).",
			"Experiment exp_draft (Not run yet) is not fresh: it has never been run.", "There are no metrics: the experiment has never been run.")
	})
}

// TestGate_releaseAndDestroy checks that a gate that fails after the apply does not block destroy.
func TestGate_releaseAndDestroy(t *testing.T) {
	t.Parallel()
	inBothEditions(t, func(t *testing.T, w workspace) {
		w.example(t, "release-gate")
		w.addRelease(goodRelease())
		w.terraform(t, 0, "apply", "-no-color", "-auto-approve", releaseVariable)
		changed := goodRelease()
		changed.metrics.State = "stale_metrics"
		changed.experiment.Freshness.Status = "stale"
		w.addRelease(changed)
		w.terraform(t, 1, "plan", "-no-color", releaseVariable)
		wantText(t, w.terraform(t, 0, "destroy", "-no-color", "-auto-approve", releaseVariable), "Destroy complete! Resources: 2 destroyed.")
	})
}
