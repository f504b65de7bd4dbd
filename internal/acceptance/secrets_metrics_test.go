package acceptance

import (
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// TestSecrets_metricValuesDoNotLeak reads metrics whose bodies have extracted values, and searches state, output and trace log for
// the values. The server repeats the key in the texts of an experiment and of metrics.
func TestSecrets_metricValuesDoNotLeak(t *testing.T) {
	t.Parallel()
	inBothEditions(t, func(t *testing.T, w workspace) {
		w.trace()
		w.fake.AddExperiment(fakeapi.Experiment{
			ID: "exp_abc", Name: "for " + fakeapi.Key, BlockKind: "extract", LastRunID: "exprun_2",
			Freshness: fakeapi.Freshness{Status: "stale", Reasons: []string{fakeapi.Key}}, Drift: fakeapi.Drift{Status: "drifted", Detail: "key " + fakeapi.Key},
		})
		w.fake.SetMetrics(fakeapi.Metrics{RunID: "exprun_empty", State: "stale_metrics", Message: "Not for " + fakeapi.Key})
		w.write(t, "main.tf", requiredProviders+`
data "retab_experiment" "seed" {
  id          = "exp_abc"
  workflow_id = "wf_1"
}

data "retab_experiment_metrics" "seed" {
  run_id      = "exprun_2"
  document_id = "expdoc_xyz"
  target_path = "total"
}

data "retab_experiment_metrics" "stale" {
  run_id = "exprun_empty"
}

output "all" {
  value = nonsensitive(jsonencode([data.retab_experiment.seed, data.retab_experiment_metrics.seed, data.retab_experiment_metrics.stale]))
}
`)
		printed := w.terraform(t, 0, "apply", "-no-color", "-auto-approve") + w.terraform(t, 0, "output", "-raw", "all")
		wantText(t, printed, "invoice_q1.pdf", "0.99", "for [API key]", "Not for [API key]") // otherwise the search proves nothing
		// A value, a value of another document, and a vote.
		wantAbsent(t, w.filesWith(t, printed), "1234.5", "12345678901234567890", "99.99", fakeapi.Key)
	})
}

// TestSecrets_metricValuesAreSensitive checks that include_values stores the values in the state and does not print them.
func TestSecrets_metricValuesAreSensitive(t *testing.T) {
	t.Parallel()
	inBothEditions(t, func(t *testing.T, w workspace) {
		w.write(t, "main.tf", requiredProviders+`
data "retab_experiment_metrics" "seed" {
  run_id         = "exprun_2"
  target_path    = "total"
  include_values = true
}

resource "terraform_data" "values" {
  input = [data.retab_experiment_metrics.seed.value_data, data.retab_experiment_metrics.seed.document_scores]
}
`)
		printed := w.terraform(t, 0, "apply", "-no-color", "-auto-approve")
		wantText(t, printed, "(sensitive value)", "invoice_q1.pdf")
		if strings.Contains(printed, "1234.5") {
			t.Errorf("the output has a value:\n%s", printed)
		}
		if state := w.terraform(t, 0, "state", "pull"); !strings.Contains(state, "1234.5") {
			t.Error("the value is not in the state, so the search proves nothing")
		}
	})
}
