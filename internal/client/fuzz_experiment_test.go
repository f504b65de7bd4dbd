package client

import (
	"bytes"
	"math/big"
	"testing"
	"unicode/utf8"

	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// FuzzDecodeExperiment checks that no body makes the decoders panic, and that an experiment is fresh only if its body says so.
func FuzzDecodeExperiment(f *testing.F) {
	decoder := wire.NewDecoder(sanitize.NewRedactor("rt_test_key"))
	addSamples(f)
	for _, members := range []string{
		`,"is_stale":false,"schema_drift":"none","last_run_id":"r"`, `,"freshness":{"status":"fresh","reasons":[null]},"last_run_id":"r"`,
		`,"score":1e-999999999`, `,"score":1E308`, `,"drift":{"status":"broken","affected_targets":["\ud800"]}`,
	} {
		f.Add([]byte(experimentWith(members)))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		experiment, err := decode(decoder, bytes.NewReader(body), false, convertExperiment)
		checkDecoded(t, err, experiment.ID != "" && experiment.WorkflowID != "" && experiment.BlockID != "")
		rows, _, err := wire.DecodePage(decoder, bytes.NewReader(body), false, convertExperiment)
		checkDecoded(t, err, true)
		for _, row := range append(rows, experiment) {
			checkNumber(t, row.Score)
			if fresh := row.Freshness.Status == Fresh; fresh && (!bytes.Contains(body, []byte(`fresh`)) && !bytes.Contains(body, []byte(`is_stale`)) && !bytes.Contains(body, []byte(`\u`))) {
				t.Error("fresh although the body does not say so")
			}
		}
	})
}

// FuzzDecodeMetrics checks that no body makes the decoder panic, and that unavailable metrics have no number.
func FuzzDecodeMetrics(f *testing.F) {
	decoder := wire.NewDecoder(sanitize.NewRedactor("rt_test_key"))
	addSamples(f)
	for _, body := range []string{
		`{"kind":"later","experiment_id":"e","score":1}`, `{"run_id":"r","experiment_id":"e","error":{},"aggregate":{"likelihoods":{"a":1,"a":2}}}`,
		`{"run_id":"r","document":{"id":"d"},"targets":[{"path":"p","value":"` + "\xff" + `"}]}`, `{"run_id":"r","experiment_id":"e","score":1e999}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, view := range []metricsView{summaryView, documentView, targetView} {
			for _, values := range []bool{false, true} {
				metrics, err := decodeMetrics(decoder, bytes.NewReader(body), view, values)
				isAvailable := metrics.State == MetricsAvailable
				checkDecoded(t, err, metrics.State != "" && (metrics.RunID != "") == isAvailable)
				checkNumbers(t, metrics, isAvailable)
				for _, target := range metrics.Targets {
					checkValue(t, target.Value, values)
				}
				for _, document := range metrics.TargetDocuments {
					checkValue(t, document.Value, values)
				}
			}
		}
	})
}

func checkNumbers(t *testing.T, metrics Metrics, isAvailable bool) {
	t.Helper()
	numbers := []*big.Float{metrics.Score, metrics.PriorScore}
	for _, score := range metrics.TargetScores {
		numbers = append(numbers, score)
	}
	for _, document := range append(metrics.Documents, metrics.TargetDocuments...) {
		numbers = append(numbers, document.Score, document.PriorScore)
	}
	for _, target := range metrics.Targets {
		numbers = append(numbers, target.Score, target.PriorScore)
	}
	for _, score := range numbers {
		checkNumber(t, score)
		if score != nil && !isAvailable {
			t.Errorf("metrics that are %s have the number %s", metrics.State, score.Text('g', 5))
		}
	}
}

// checkNumber checks that a number is in the range of a float64, so that it can be written out.
func checkNumber(t *testing.T, score *big.Float) {
	t.Helper()
	if score != nil && (score.IsInf() || score.MantExp(nil) > 1100 || score.MantExp(nil) < -1100) {
		t.Errorf("the number %s is out of range", score.Text('p', 5))
	}
}

func checkValue(t *testing.T, value *string, requested bool) {
	t.Helper()
	if value != nil && (!requested || !utf8.ValidString(*value)) {
		t.Errorf("a value was kept: %q", *value)
	}
}
