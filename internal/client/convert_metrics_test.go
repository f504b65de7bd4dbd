package client

import (
	"math/big"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDecodeMetrics_vendorSamples(t *testing.T) {
	t.Parallel()
	n := func(text string) *big.Float { return parseNumber(t, text) }
	documents := []DocumentScore{
		{ID: "expdoc_1", Filename: new("a.pdf"), Score: n("0.91")}, {ID: "expdoc_2", Filename: new("b.pdf"), Score: n("1"), PriorScore: n("0.5")},
	}
	summary := Metrics{
		State: MetricsAvailable, RunID: "exprun_2", ExperimentID: new("exp_abc"), Score: n("0.83"), PriorScore: n("0.79"), PriorRunID: new("exprun_1"),
		StaleReasons: []string{}, Documents: documents,
	}
	runScoped, flat := summary, summary
	runScoped.DefinitionFingerprint, flat.BlockExecutionFingerprint = new("9f2c"), new("9f2c")
	runScoped.BlockKind, flat.BlockKind = new("split"), new("extract")
	runScoped.TargetScores = map[string]*big.Float{"invoice": n("0.9"), "receipt": n("1e-7")}
	runScoped.Confusions = []Confusion{{Source: "receipt", Target: "invoice", Score: n("0.1")}}
	flat.TargetScores = map[string]*big.Float{"total": n("0.12345678901234566"), "line_items.*.unit_price": n("1e-7")}
	flat.Confusions = []Confusion{}
	flat.ScoredDocuments, flat.TotalDocuments = new(int64(2)), new(int64(3))
	for file, test := range map[string]struct {
		view metricsView
		want Metrics
	}{
		"run_scoped/metrics_summary_schema.json": {summaryView, runScoped},
		"flat/metrics_summary_schema.json":       {summaryView, flat},
		"flat/metrics_by_document_schema.json": {documentView, Metrics{
			State: MetricsAvailable, RunID: "exprun_2", Targets: []TargetScore{
				{Path: "vendor.name", Score: n("0.78"), PriorScore: n("0.7"), Value: new(`"Acme"`)},
				{Path: "total", Value: new("12345678901234567890")},
				{Path: "currency"},
			},
		}},
		"run_scoped/metrics_by_target_schema.json": {targetView, Metrics{
			State: MetricsAvailable, RunID: "exprun_2", TargetDocuments: []DocumentScore{
				{ID: "expdoc_1", Filename: new("a.pdf"), Score: n("0.92"), PriorScore: n("0.9"), Value: new(`{"a":null,"b":1.50}`)},
				{ID: "expdoc_2", Filename: new("b.pdf"), Score: n("0"), Value: new("null")},
			},
		}},
		"flat/metrics_stale_schema.json": {summaryView, Metrics{
			State: MetricsStale, ExperimentID: new("exp_abc"), StaleReasons: []string{"validity_changed"}, Message: "The block has changed since the last run.",
		}},
		"run_scoped/metrics_missing_schema.json": {targetView, Metrics{
			State: MetricsMissing, ExperimentID: new("exp_abc"), StaleReasons: []string{},
			Message: "The experiment has no completed run.",
		}},
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			got, err := decodeMetrics(newTestDecoder(), openSample(t, file), test.view, true)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got, compareExactly); diff != "" {
				t.Errorf("metrics differ (-want +got):\n%s", diff)
			}
		})
	}
}

// TestDecodeMetrics_valuesAreKeptOnRequest checks that extracted values are skipped unless they are requested.
func TestDecodeMetrics_valuesAreKeptOnRequest(t *testing.T) {
	t.Parallel()
	for file, view := range map[string]metricsView{"flat/metrics_by_document_schema.json": documentView, "run_scoped/metrics_by_target_schema.json": targetView} {
		got, err := decodeMetrics(newTestDecoder(), openSample(t, file), view, false)
		if err != nil {
			t.Fatal(err)
		}
		for _, target := range got.Targets {
			if target.Value != nil {
				t.Errorf("%s has %q", target.Path, *target.Value)
			}
		}
		for _, document := range got.TargetDocuments {
			if document.Value != nil {
				t.Errorf("%s has %q", document.ID, *document.Value)
			}
		}
	}
}

// TestDecodeMetrics_unavailable checks that a body with a reason has no metrics, even if it has scores.
func TestDecodeMetrics_unavailable(t *testing.T) {
	t.Parallel()
	for members, want := range map[string]MetricsState{
		`"error":"stale_metrics"`: MetricsStale,
		`"kind":"stale_metrics"`:  MetricsStale,
		`"kind":"stale_metrics","view":"summary","run_id":"r","score":1`:      MetricsStale,
		`"kind":"summary","error":"stale_metrics","run_id":"r","score":1`:     MetricsStale,
		`"error":"no_metrics","view":"summary","run_id":"r","documents":[]`:   MetricsMissing,
		`"kind":"no_metrics","error":"stale_metrics"`:                         MetricsMissing,
		`"kind":"computing_metrics","run_id":"r","score":1`:                   "computing_metrics",
		`"error":"expired_metrics"`:                                           "expired_metrics",
		`"error":{"code":"expired_metrics"},"run_id":"r","score":1,"kind":""`: "expired_metrics",
		`"error":"stale_metrics","message":null,"stale_reasons":null`:         MetricsStale,
	} {
		got, err := decodeMetrics(newTestDecoder(), strings.NewReader(`{"experiment_id":"e",`+members+`}`), summaryView, true)
		if err != nil || got.State != want || got.Score != nil || OrZero(got.ExperimentID) != "e" {
			t.Errorf("%s: got %+v, %v", members, got, err)
		}
	}
}

func TestDecodeMetrics_tolerates(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		members string
		check   func(Metrics) bool
	}{
		"neither kind nor view": {"", func(m Metrics) bool { return m.State == MetricsAvailable }},
		"an error that is null": {`"error":null`, func(m Metrics) bool { return m.State == MetricsAvailable }},
		"only the required members": {"", func(m Metrics) bool {
			return m.Score == nil && m.PriorScore == nil && m.PriorRunID == nil && m.TargetScores == nil && m.Documents == nil && m.ScoredDocuments == nil
		}},
		"an aggregate that is null":    {`"aggregate":null`, func(m Metrics) bool { return m.TargetScores == nil }},
		"an unknown kind of aggregate": {`"aggregate":{"histogram":[1]}`, func(m Metrics) bool { return m.TargetScores == nil }},
		"likelihoods that are empty":   {`"aggregate":{"likelihoods":{}}`, func(m Metrics) bool { return len(m.TargetScores) == 0 }},
		"a likelihood that is null": {`"aggregate":{"likelihoods":{"total":null}}`, func(m Metrics) bool {
			score, has := m.TargetScores["total"]
			return has && score == nil
		}},
		"a score of zero":                    {`"score":0`, func(m Metrics) bool { return m.Score != nil && m.Score.Sign() == 0 }},
		"a document without a name":          {`"documents":[{"id":"d"}]`, func(m Metrics) bool { return m.Documents[0].Filename == nil && m.Documents[0].Score == nil }},
		"an empty prior run id":              {`"prior_run_id":""`, func(m Metrics) bool { return m.PriorRunID == nil }},
		"a flow in mixed spellings":          {`"aggregate":{"diag":{"a":1},"flows":[{"source":"a","to":"b"}]}`, func(m Metrics) bool { return m.Confusions[0].Target == "b" }},
		"a file name with a terminal escape": {`"documents":[{"id":"d","filename":"\u001b[2Ja.pdf"}]`, func(m Metrics) bool { return *m.Documents[0].Filename == "a.pdf" }},
		"an unknown member of a document":    {`"documents":[{"id":"d","pages":[{"n":1}]}]`, func(m Metrics) bool { return m.Documents[0].ID == "d" }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			members := `"run_id":"r","experiment_id":"e"`
			if test.members != "" {
				members += "," + test.members
			}
			got, err := decodeMetrics(newTestDecoder(), strings.NewReader("{"+members+"}"), summaryView, false)
			if err != nil || !test.check(got) {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

func TestDecodeMetrics_refuses(t *testing.T) {
	t.Parallel()
	const ids = `"run_id":"r","experiment_id":"e"`
	for _, test := range []struct {
		view       metricsView
		body, want string
	}{
		{summaryView, `{"experiment_id":"e"}`, "run_id is missing"},
		{summaryView, `{"run_id":"r"}`, "experiment_id is missing"},
		{summaryView, `{"detail":"Not ready"}`, "run_id is missing"},
		{summaryView, `{"error":"Internal error"}`, "experiment_id is missing"},
		{summaryView, `{"kind":"available","experiment_id":"e"}`, `kind (or error) is "available", which is not a known view`},
		{summaryView, `{"kind":"\u200bsoon","experiment_id":"e"}`, "kind (or error) is"},
		{summaryView, `{"kind":"by_target",` + ids + `}`, `kind is "by_target", but "summary" was requested`},
		{summaryView, `{"view":"stale_metrics",` + ids + `}`, `view is "stale_metrics", but "summary" was requested`},
		{documentView, `{"view":"by_target","run_id":"r"}`, `view is "by_target", but "by_document" was requested`},
		{documentView, `{"run_id":"r"}`, "document.id is missing"},
		{targetView, `{"run_id":"r"}`, "target is missing"},
		{summaryView, `{` + ids + `,"score":"0.9"}`, "score is a string, not a number"},
		{summaryView, `{` + ids + `,"score":1e999}`, "score is too large or too small a number"},
		{summaryView, `{` + ids + `,"aggregate":{"likelihoods":[]}}`, "aggregate.likelihoods is an array, not an object"},
		{summaryView, `{` + ids + `,"aggregate":{"likelihoods":{"total":"high"}}}`, "aggregate.likelihoods.total is a string, not a number"},
		{summaryView, `{` + ids + `,"aggregate":{"likelihoods":{"total":0.1,"total":0.9}}}`, `aggregate.likelihoods has "total" twice`},
		{summaryView, `{` + ids + `,"aggregate":{"diag":{"a":0.1,"\u0000a":0.9}}}`, `aggregate.diag has "a" twice`},
		{summaryView, `{` + ids + `,"aggregate":{"flows":[{"source":"a","score":1}]}}`, "aggregate.flows.0 lacks its source or its target"},
		{summaryView, `{` + ids + `,"aggregate":{"flows":[{"source":"a","from":"b","to":"c"}]}}`, `aggregate.flows.0.source is "a", but from is "b"`},
		{summaryView, `{` + ids + `,"block_kind":"a","block_type":"b"}`, `block_kind is "a", but block_type is "b"`},
		{summaryView, `{` + ids + `,"documents":[{"id":"d"},{"filename":"x"}]}`, "documents.1.id is missing"},
		{summaryView, `{` + ids + `,"documents":[{"id":"d","score":0.1},{"id":"d","score":0.9}]}`, `documents.1.id is "d" for the second time`},
		{summaryView, `{` + ids + `,"documents":[{"id":"\u00e9"},{"id":"e\u0301"}]}`, `documents.1.id is "e\u0301", which Terraform cannot tell from "\u00e9"`},
		{documentView, `{"run_id":"r","document":{"id":"d"},"targets":[{"score":1}]}`, "targets.0.path is missing"},
		{documentView, `{"run_id":"r","document":{"id":"d"},"targets":[{"path":"a"},{"path":"a"}]}`, `targets.1.path is "a" for the second time`},
		{summaryView, `{` + ids + `,"scored_document_count":0.5}`, "scored_document_count is not a whole number"},
		{summaryView, `[]`, "the body is an array, not an object"},
		{summaryView, ``, "the body is empty"},
		{summaryView, `{"run_id":"r"`, "the body is JSON that ends too early"},
	} {
		if _, err := decodeMetrics(newTestDecoder(), strings.NewReader(test.body), test.view, true); err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%s of %s: got %v, want %q", test.view, test.body, err, test.want)
		}
	}
}
