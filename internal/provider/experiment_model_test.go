package provider

import (
	"math/big"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
)

// TestExperimentMetricsModel_emptyIsNull checks that a map without scores is null, because a condition over no scores is true.
func TestExperimentMetricsModel_emptyIsNull(t *testing.T) {
	t.Parallel()
	var empty, stale experimentMetricsModel
	empty.set(client.Metrics{
		State: client.MetricsAvailable, TargetScores: map[string]*big.Float{}, Documents: []client.DocumentScore{}, Targets: []client.TargetScore{},
		TargetDocuments: []client.DocumentScore{},
	})
	if empty.TargetScores != nil || empty.DocumentScores != nil || empty.Targets != nil || empty.Documents != nil {
		t.Errorf("got %+v", empty)
	}
	stale.set(client.Metrics{State: client.MetricsStale, StaleReasons: []string{}}) // as the client returns them
	if stale.Confusions != nil || stale.StaleReasons == nil || stale.Score != nil {
		t.Errorf("got %+v", stale)
	}
}
