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
	Confusions: []client.Confusion{{Source: "a", Target: "b", Score: score("0.5")}}, ScoredDocuments: 1, TotalDocuments: new(int64(2)),
	Targets:         []client.TargetScore{{Path: "total", Score: score("0.1"), PriorScore: score("0.2"), Value: new("7")}, {Path: "none"}},
	TargetDocuments: []client.DocumentScore{{ID: "d", Filename: new("a.pdf"), Score: score("1"), Value: new(`"x"`)}},
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
