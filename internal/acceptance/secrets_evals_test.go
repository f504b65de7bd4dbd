package acceptance

import (
	"strings"
	"testing"
)

// TestSecrets_evalValuesDoNotLeak reads results of evals whose bodies have values, messages and warnings, and searches state, output
// and trace log for them.
func TestSecrets_evalValuesDoNotLeak(t *testing.T) {
	t.Parallel()
	inBothEditions(t, func(t *testing.T, w workspace) {
		w.trace()
		w.write(t, "main.tf", requiredProviders+`
data "retab_eval_results" "seed" {
  run_id = "evalrun_1"
}

output "all" {
  value = nonsensitive(jsonencode(data.retab_eval_results.seed))
}
`)
		printed := w.terraform(t, 0, "apply", "-no-color", "-auto-approve") + w.terraform(t, 0, "output", "-raw", "all")
		wantText(t, printed, "SIMILARITY_TOO_LOW", "0.41") // otherwise the search proves nothing
		// The actual value, the message, the warning and the frozen input.
		wantAbsent(t, w.filesWith(t, printed), "Acme GmbH", "is not similar to", "The second page of acme.pdf", `"currency"`)
	})
}

// TestSecrets_evalValuesAreSensitive checks that include_values stores the values in the state and does not print them.
func TestSecrets_evalValuesAreSensitive(t *testing.T) {
	t.Parallel()
	inBothEditions(t, func(t *testing.T, w workspace) {
		w.write(t, "main.tf", requiredProviders+`
data "retab_eval_results" "seed" {
  run_id         = "evalrun_1"
  include_values = true
}

resource "terraform_data" "values" {
  input = [data.retab_eval_results.seed.value_data, data.retab_eval_results.seed.failed_eval_ids]
}
`)
		printed := w.terraform(t, 0, "apply", "-no-color", "-auto-approve")
		wantText(t, printed, "(sensitive value)", "eval_vendor")
		if strings.Contains(printed, "Acme GmbH") {
			t.Errorf("the output has a value:\n%s", printed)
		}
		if state := w.terraform(t, 0, "state", "pull"); !strings.Contains(state, "Acme GmbH") {
			t.Error("the value is not in the state, so the search proves nothing")
		}
	})
}
