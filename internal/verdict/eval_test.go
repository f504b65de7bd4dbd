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

// TestWhyEvalNotPassing_failingRun checks that an eval with a failing run passes only if that run is proved to be older than the
// latest one.
func TestWhyEvalNotPassing_failingRun(t *testing.T) {
	t.Parallel()
	at := func(id, time string) *client.EvalRunSummary {
		run := &client.EvalRunSummary{RecordID: id, Status: client.StatusCompleted, Verdict: client.EvalPassed}
		if time != "" {
			run.StartedAt = &time
		}
		return run
	}
	const earlier, later = "2026-05-01T00:00:00Z", "2026-05-02T00:00:00Z"
	for name, test := range map[string]struct {
		latest, failing *client.EvalRunSummary
		passes          bool
	}{
		"no failing run":         {at("a", later), nil, true},
		"an older one":           {at("a", later), at("b", earlier), true},
		"a newer one":            {at("a", earlier), at("b", later), false},
		"one of the same time":   {at("a", later), at("b", later), false},
		"one without a time":     {at("a", later), at("b", ""), false},
		"a latest one without":   {at("a", ""), at("b", earlier), false},
		"no times":               {at("a", ""), at("b", ""), false},
		"the latest one itself":  {at("a", later), at("a", earlier), false},
		"a time that is not one": {at("a", later), at("b", "yesterday"), false},
	} {
		if why := WhyEvalNotPassing(client.Eval{LatestRun: test.latest, LatestFailingRun: test.failing}); (why == "") != test.passes {
			t.Errorf("%s: got %q", name, why)
		}
	}
}
