package provider

import (
	"math/big"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
)

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
