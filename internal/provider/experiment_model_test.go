package provider

import (
	"math/big"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
)

// score parses a number with the precision of a configuration.
func score(text string) *big.Float {
	value, _, err := big.ParseFloat(text, 10, 512, big.ToNearestEven)
	if err != nil {
		panic(err) // only a mistake in a test
	}
	return value
}

// fullMetrics has a value in every field.
var fullMetrics = client.Metrics{
	State: client.MetricsAvailable, Message: "m", StaleReasons: []string{"x"}, RunID: "exprun_2", ExperimentID: "exp_abc", BlockKind: new("split"),
	Score: score("0.7"), PriorScore: score("1e-7"), PriorRunID: new("exprun_1"), TargetScores: map[string]*big.Float{"total": score("0.1"), "gone": nil},
	Documents:  []client.DocumentScore{{ID: "d", Filename: new("a.pdf"), Score: score("1"), PriorScore: score("0")}, {ID: "e"}},
	Confusions: []client.Confusion{{Source: "a", Target: "b", Score: score("0.5")}}, ScoredDocuments: new(int64(1)), TotalDocuments: new(int64(2)),
	Targets:         []client.TargetScore{{Path: "total", Score: score("0.1"), PriorScore: score("0.2"), Value: new("7")}, {Path: "none"}},
	TargetDocuments: []client.DocumentScore{{ID: "d", Filename: new("a.pdf"), Score: score("1"), Value: new(`"x"`)}},
}

func TestExperimentSummary(t *testing.T) {
	t.Parallel()
	fresh := client.Experiment{ID: "exp_abc", LastRunID: new("exprun_2"), Score: score("0.93"), Freshness: client.Freshness{Status: "fresh"}, Drift: client.Drift{Status: "none"}}
	for want, change := range map[string]func(*client.Experiment){
		"Experiment exp_abc is fresh: the score of its newest run exprun_2 is 0.93.":               func(*client.Experiment) {},
		"Experiment exp_abc (Q1 invoices) is fresh: the score of its newest run exprun_2 is 0.93.": func(e *client.Experiment) { e.Name = "Q1 \ninvoices" },
		"Experiment exp_abc is fresh: the score of its newest run exprun_2 is no score.":           func(e *client.Experiment) { e.Score = nil },
		"Experiment exp_abc is not fresh: it has never been run.":                                  func(e *client.Experiment) { e.LastRunID = nil },
		`Experiment exp_abc is not fresh: its freshness is "unknown".`:                             func(e *client.Experiment) { e.Freshness.Status = "unknown" },
		`Experiment exp_abc is not fresh: its freshness is "fresh", the API calls it stale.`:       func(e *client.Experiment) { e.IsStale = true },
		`Experiment exp_abc is not fresh: its freshness is "fresh", its drift is "broken".`:        func(e *client.Experiment) { e.Drift.Status = "broken" },
		`Experiment exp_abc is not fresh: its freshness is "stale" (validity_changed, no_baseline).`: func(e *client.Experiment) {
			e.Freshness = client.Freshness{Status: "stale", Reasons: []string{"validity_changed", "no_baseline"}}
		},
	} {
		changed := fresh
		change(&changed)
		if got := experimentSummary(changed); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestMetricsSummary(t *testing.T) {
	t.Parallel()
	for want, metrics := range map[string]client.Metrics{
		"Run r has no score.": {State: client.MetricsAvailable},
		"Run r has the score 0.7 over 1 of 2 documents, its lowest target is total with 0.1, the prior run exprun_1 has 0.0000001.": fullMetrics,
		"Run r has the score 1, its lowest target is a with 0.5.": {
			State: client.MetricsAvailable, Score: score("1"), TargetScores: map[string]*big.Float{"b": score("0.5"), "a": score("0.5"), "c": nil},
		},
		"The metrics of run r are stale (x, y): Run it again.": {State: client.MetricsStale, StaleReasons: []string{"x", "y"}, Message: "Run it again."},
		"The metrics of run r are stale.":                      {State: client.MetricsStale},
		"Run r has no metrics: Not completed.":                 {State: client.MetricsMissing, Message: "Not completed"},
		"Run r has no metrics (computing): Later.":             {State: "computing", Message: "Later."},
	} {
		if got := metricsSummary("r", metrics); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

// TestExperimentMetricsModel_emptyIsNull checks that a map without scores is null, because a condition over no scores is true.
func TestExperimentMetricsModel_emptyIsNull(t *testing.T) {
	t.Parallel()
	empty := newExperimentMetricsModel("r", client.Metrics{
		State: client.MetricsAvailable, TargetScores: map[string]*big.Float{}, Documents: []client.DocumentScore{}, Targets: []client.TargetScore{},
		TargetDocuments: []client.DocumentScore{},
	})
	if empty.TargetScores != nil || empty.DocumentScores != nil || empty.Targets != nil || empty.Documents != nil {
		t.Errorf("got %+v", empty)
	}
	stale := newExperimentMetricsModel("r", client.Metrics{State: client.MetricsStale})
	if stale.Confusions != nil || stale.StaleReasons == nil || !stale.Score.IsNull() {
		t.Errorf("got %+v", stale)
	}
}

// TestAmbiguousDiagnostic_manyIDs checks that the error names some ids and says how many there are.
func TestAmbiguousDiagnostic_manyIDs(t *testing.T) {
	t.Parallel()
	many := &client.AmbiguousError{}
	for range maxListedIDs + 3 {
		many.IDs = append(many.IDs, "exp_1")
	}
	detail := ambiguousDiagnostic(many, readTarget{description: "it"}).Detail()
	if !strings.Contains(detail, "Retab has 23 of them") || !strings.Contains(detail, " and 3 more.") || strings.Count(detail, "exp_1") != maxListedIDs {
		t.Error(detail)
	}
}
