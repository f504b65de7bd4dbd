package verdict

import (
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
)

// TestEvalsSummary_namesTheFirstReason checks that a summary gives the reason of an eval that did not pass, although another
// eval, which is only not fresh, comes before it.
func TestEvalsSummary_namesTheFirstReason(t *testing.T) {
	t.Parallel()
	run := func(verdict client.EvalVerdict) *client.EvalRunSummary {
		return &client.EvalRunSummary{RecordID: "r", Status: client.StatusCompleted, Verdict: verdict}
	}
	stale := client.Eval{ID: "eval_a", LatestRun: run(client.EvalPassed), Freshness: client.Freshness{Status: "stale"}}
	failed := client.Eval{ID: "eval_b", LatestRun: run(client.EvalFailed)}
	for want, evals := range map[string][]client.Eval{
		`1 of 2 evals of workflow w did not pass when last run. Eval eval_b failed.`:                                    {stale, failed},
		`1 of 1 eval of workflow w passed, but is not about the block as it is. Eval eval_a has the freshness "stale".`: {stale},
	} {
		if got := EvalsSummary("workflow w", evals); !strings.HasPrefix(got, want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
