package verdict

import (
	"math/big"
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

func TestMetricsSummary(t *testing.T) {
	t.Parallel()
	for want, metrics := range map[string]client.Metrics{
		"Run r has no score.": {State: client.MetricsAvailable},
		"Run r has the score 0.7 over 1 of 2 documents, its lowest target is total with 0.1, the prior run exprun_1 has 0.0000001.": {
			State: client.MetricsAvailable, Score: score("0.7"), PriorScore: score("1e-7"), PriorRunID: new("exprun_1"), ScoredDocuments: new(int64(1)), TotalDocuments: new(int64(2)),
			TargetScores: map[string]*big.Float{"total": score("0.1"), "gone": nil},
		},
		"Run r has the score 1, its lowest target is a with 0.5.": {
			State: client.MetricsAvailable, Score: score("1"), TargetScores: map[string]*big.Float{"b": score("0.5"), "a": score("0.5"), "c": nil},
		},
		"The metrics of run r are stale (x, y): Run it again.": {State: client.MetricsStale, StaleReasons: []string{"x", "y"}, Message: "Run it again."},
		"The metrics of run r are stale.":                      {State: client.MetricsStale},
		"Run r has no metrics: Not completed.":                 {State: client.MetricsMissing, Message: "Not completed"},
		"Run r has no metrics (computing): Later.":             {State: "computing", Message: "Later."},
	} {
		if got := MetricsSummary("r", metrics); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestWhyNotAvailable(t *testing.T) {
	t.Parallel()
	good := client.Metrics{
		State: client.MetricsAvailable, RunID: "r", Score: score("0.9"), PriorScore: score("1"), PriorRunID: new("p"), ScoredDocuments: new(int64(2)), TotalDocuments: new(int64(2)),
		TargetScores: map[string]*big.Float{"total": score("0"), "gone": nil},
	}
	for want, change := range map[string]func(*client.Metrics){
		"": func(*client.Metrics) {},
		"the score is 1.00000000000000000001, which is not between 0 and 1": func(m *client.Metrics) { m.Score = score("1.00000000000000000001") },
		"the prior score is -1, which is not between 0 and 1":               func(m *client.Metrics) { m.PriorScore = score("-1") },
		"target total has 91, which is not between 0 and 1": func(m *client.Metrics) {
			m.Targets = []client.TargetScore{{Path: "total", PriorScore: score("91")}}
		},
		"document d has 2, which is not between 0 and 1": func(m *client.Metrics) {
			m.TargetDocuments = []client.DocumentScore{{ID: "d", Score: score("2")}}
		},
		"there are reasons why they are stale (x)":     func(m *client.Metrics) { m.StaleReasons = []string{"x"} },
		"the prior run is the run itself":              func(m *client.Metrics) { m.PriorRunID = new("r") },
		"there is the prior score 1, but no prior run": func(m *client.Metrics) { m.PriorRunID = nil },
		"3 documents of 2 have a score":                func(m *client.Metrics) { m.ScoredDocuments = new(int64(3)) },
		"two targets have a name that is \"\u00e9\" in Terraform": func(m *client.Metrics) {
			m.TargetScores = map[string]*big.Float{"\u00e9": big.NewFloat(0.9), "e\u0301": big.NewFloat(0.1)}
		},
		"two targets have a name that is \"\u00fc\" in Terraform": func(m *client.Metrics) {
			m.Targets = []client.TargetScore{{Path: "\u00fc"}, {Path: "u\u0308"}}
		},
	} {
		changed := good
		change(&changed)
		if got := WhyNotAvailable(changed); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
