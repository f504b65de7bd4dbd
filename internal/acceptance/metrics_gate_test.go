package acceptance

import (
	"fmt"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// obviousConditions are gates as a person would write them. Each passes for a run with good metrics.
var obviousConditions = []string{
	"self.score >= 0.5",
	"!(self.score < 0.5)",
	"self.score >= self.prior_score",
	"self.prior_score - self.score <= 0.1",
	"min(values(self.target_scores)...) >= 0.5",
	"alltrue([for score in values(self.target_scores) : score >= 0.5])",
	"length([for score in values(self.target_scores) : score if score < 0.5]) == 0",
	"alltrue([for document in values(self.document_scores) : document.score >= 0.5])",
	"alltrue([for confusion in self.confusions : confusion.score <= 0.3])",
	`self.state == "available"`,
}

// TestGate_metricsThatAreNone: a run whose metrics are stale or missing passes no gate that is written in the obvious way.
func TestGate_metricsThatAreNone(t *testing.T) {
	t.Parallel()
	inBothEditions(t, func(t *testing.T, w workspace) {
		var blocks strings.Builder
		for i, condition := range obviousConditions {
			fmt.Fprintf(&blocks, `
data "retab_experiment_metrics" "gate_%d" {
  run_id = var.run_id

  lifecycle {
    postcondition {
      condition     = %s
      error_message = "It is closed."
    }
  }
}
`, i, condition)
		}
		w.write(t, "main.tf", requiredProviders+"\nvariable \"run_id\" {\n  type = string\n}\n"+blocks.String())
		w.fake.SetMetrics(fakeapi.Metrics{
			RunID: fakeapi.ComparedRunID, Score: new(0.83), Likelihoods: map[string]float64{"total": 0.92},
			Documents: []fakeapi.DocumentMetrics{{ID: "expdoc_1", Filename: "a.pdf", Score: new(0.91)}},
		})
		w.terraform(t, 0, "plan", "-no-color", "-var=run_id="+fakeapi.ComparedRunID)
		for _, runID := range []string{fakeapi.StaleRunID, "exprun_failed"} {
			output := w.terraform(t, 1, "plan", "-no-color", "-var=run_id="+runID)
			for i := range obviousConditions {
				wantText(t, output, fmt.Sprintf(`in data "retab_experiment_metrics" "gate_%d"`, i))
			}
			if errors := strings.Count(output, "Error: "); errors != len(obviousConditions) {
				t.Errorf("%s: %d errors for %d gates:\n%s", runID, errors, len(obviousConditions), output)
			}
		}
	})
}
