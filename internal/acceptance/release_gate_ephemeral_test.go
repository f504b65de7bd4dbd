package acceptance

import (
	"strings"
	"testing"
)

// TestGate_releaseSavedPlan checks that an ephemeral resource stops the apply of a saved plan if the experiment, its metrics or its
// run have changed since the plan.
func TestGate_releaseSavedPlan(t *testing.T) {
	t.Parallel()
	for resource, test := range map[string]struct {
		block  string
		change func(r *release)
	}{
		"experiment": {`"retab_experiment" "gate" {
  id          = "exp_release"
  workflow_id = "wf_1"

  lifecycle {
    postcondition {
      condition     = self.is_fresh
      error_message = "The experiment is not fresh."
    }
  }
}`, func(r *release) { r.experiment.Freshness.Status = "stale" }},
		"metrics": {`"retab_experiment_metrics" "gate" {
  run_id = "exprun_release"

  lifecycle {
    postcondition {
      condition     = try(alltrue([for score in values(self.target_scores) : score >= 0.75]), false)
      error_message = "A target is under 0.75."
    }
  }
}`, func(r *release) { r.metrics.State = "stale_metrics" }},
		"run": {`"retab_experiment_run" "gate" {
  experiment_id = "exp_release"
  status_filter = "any"

  lifecycle {
    postcondition {
      condition     = self.status == "completed"
      error_message = "The newest run is not completed."
    }
  }
}`, func(r *release) { r.run.Stages[0].Status = "error" }},
	} {
		t.Run(resource, func(t *testing.T) {
			t.Parallel()
			inBothEditions(t, func(t *testing.T, w workspace) {
				w.write(t, "main.tf", requiredProviders+"\nephemeral "+test.block+`

resource "terraform_data" "release" {
  input      = "released"
  depends_on = [ephemeral.`+strings.ReplaceAll(strings.Fields(test.block)[0], `"`, "")+`.gate]
}
`)
				w.addRelease(goodRelease())
				w.terraform(t, 0, "plan", "-no-color", "-out=saved.tfplan")
				changed := goodRelease()
				test.change(&changed)
				w.addRelease(changed)
				wantText(t, w.terraform(t, 1, "apply", "-no-color", "saved.tfplan"), "Error: Resource postcondition failed")
			})
		})
	}
}
