package acceptance

import (
	"fmt"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// typicalConditions has conditions that users are likely to write. Each passes for a run with good metrics.
var typicalConditions = []string{
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

// TestGate_unavailableMetrics checks that all typical conditions fail for a run with stale or missing metrics.
func TestGate_unavailableMetrics(t *testing.T) {
	t.Parallel()
	inBothEditions(t, func(t *testing.T, w workspace) {
		var blocks strings.Builder
		for i, condition := range typicalConditions {
			fmt.Fprintf(&blocks, `
data "retab_experiment_metrics" "gate_%d" {
  run_id = var.run_id

  lifecycle {
    postcondition {
      condition     = %s
      error_message = "The gate fails."
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
			for i := range typicalConditions {
				wantText(t, output, fmt.Sprintf(`in data "retab_experiment_metrics" "gate_%d"`, i))
			}
			if errors := strings.Count(output, "Error: "); errors != len(typicalConditions) {
				t.Errorf("%s: %d errors for %d gates:\n%s", runID, errors, len(typicalConditions), output)
			}
		}
	})
}
