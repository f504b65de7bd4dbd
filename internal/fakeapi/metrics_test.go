package fakeapi_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// metricsPath returns the path of the metrics of a run in an edition.
func metricsPath(edition fakeapi.Edition, runID, query string) string {
	if edition == fakeapi.RunScoped {
		return runsPath + "/" + runID + "/metrics?" + query
	}
	return experimentsPath + "/metrics?run_id=" + runID + "&" + query
}

var bothEditions = []fakeapi.Edition{fakeapi.RunScoped, fakeapi.Flat}

// wantJSON compares the body of a path with JSON text.
func wantJSON(t *testing.T, fake *fakeapi.Server, path, want string) {
	t.Helper()
	var decoded any
	if err := json.Unmarshal([]byte(want), &decoded); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(decoded, any(object(t, fake, path))); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// TestMetrics_views compares the bodies of all views in each edition.
func TestMetrics_views(t *testing.T) {
	t.Parallel()
	flat, runScoped := fakeapi.New(fakeapi.Flat), fakeapi.New(fakeapi.RunScoped)
	for query, want := range map[string]string{
		"": `{"kind":"summary","view":"summary","experiment_id":"exp_compared","run_id":"exprun_compared","block_type":"extract",
			"block_execution_fingerprint":"9f2c","score":0.83,"prior_score":0.79,"prior_run_id":"exprun_prior",
			"documents":[{"id":"expdoc_1","filename":"a.pdf","score":0.91,"prior_score":0.85}],
			"aggregate":{"likelihoods":{"total":0.92,"vendor.name":0.78}}}`,
		"view=by_document&document_id=expdoc_1": `{"kind":"by_document","view":"by_document","run_id":"exprun_compared",
			"document":{"id":"expdoc_1","filename":"a.pdf"},"score":0.91,"prior_score":0.85,"confusion":null,
			"targets":[{"path":"vendor.name","score":0.78,"prior_score":null,"value":"Acme"},{"path":"total","score":0.92,"prior_score":0.9,"value":10}]}`,
		"view=by_target&target_path=total": `{"kind":"by_target","view":"by_target","run_id":"exprun_compared","target":"total","score":0.92,"prior_score":0.9,
			"confusion":null,"documents":[{"id":"expdoc_1","filename":"a.pdf","score":0.92,"prior_score":0.9,"value":10}]}`,
		"view=votes&document_id=expdoc_1&target_path=total": `{"kind":"votes","view":"votes","run_id":"exprun_compared",
			"document":{"id":"expdoc_1","filename":"a.pdf"},"target":"total","score":0.92,"prior_score":0.9,
			"rows":[{"consensus":10,"votes":[10,10,9],"score":0.92,"row_presence_score":1,"present_voter_count":3,"total_voter_count":3}]}`,
	} {
		wantJSON(t, flat, metricsPath(fakeapi.Flat, fakeapi.ComparedRunID, query), want)
		_, want, _ = strings.Cut(want, ",") // the run-scoped edition has no kind
		want = "{" + strings.NewReplacer("block_type", "block_kind", "block_execution_fingerprint", "definition_fingerprint").Replace(want)
		wantJSON(t, runScoped, metricsPath(fakeapi.RunScoped, fakeapi.ComparedRunID, query), want)
	}
}

func TestMetrics_confusion(t *testing.T) {
	t.Parallel()
	for _, edition := range bothEditions {
		fake := fakeapi.New(edition)
		source, target := "source", "target"
		if edition == fakeapi.RunScoped {
			source, target = "from", "to"
		}
		summary := object(t, fake, metricsPath(edition, fakeapi.ConfusedRunID, ""))
		if diff := cmp.Diff(map[string]any{
			"diag":  map[string]any{"invoice": 0.9, "receipt": 0.7},
			"flows": []any{map[string]any{source: "receipt", target: "invoice", "score": 0.3}, map[string]any{source: "invoice", target: "receipt", "score": 0.1}},
		}, summary["aggregate"]); diff != "" {
			t.Errorf("edition %d, aggregate (-want +got):\n%s", edition, diff)
		}
		label := object(t, fake, metricsPath(edition, fakeapi.ConfusedRunID, "view=by_target&target_path=invoice"))
		if diff := cmp.Diff(map[string]any{
			"self": 0.9, "flow_from": map[string]any{"receipt": 0.3}, "flow_to": map[string]any{"receipt": 0.1},
		}, label["confusion"]); diff != "" {
			t.Errorf("edition %d, by_target (-want +got):\n%s", edition, diff)
		}
		document := object(t, fake, metricsPath(edition, fakeapi.ConfusedRunID, "view=by_document&document_id=expdoc_classifier"))
		if diff := cmp.Diff(map[string]any{
			"diag": map[string]any{"invoice": 0.8}, "flows": []any{map[string]any{source: "invoice", target: "receipt", "score": 0.2}},
		}, document["confusion"]); diff != "" {
			t.Errorf("edition %d, by_document (-want +got):\n%s", edition, diff)
		}
	}
}

// TestMetrics_unavailable checks that the status is 200 for metrics that are stale or missing.
func TestMetrics_unavailable(t *testing.T) {
	t.Parallel()
	const message = `"message":"The block or its documents have changed since the last run. Run the experiment again."`
	const none = `"error":"no_metrics","experiment_id":"exp_abc","message":"Experiment has no completed run to compute metrics from."}`
	flat, runScoped := fakeapi.New(fakeapi.Flat), fakeapi.New(fakeapi.RunScoped)
	for _, query := range []string{"", "view=by_target&target_path=total"} {
		wantJSON(t, flat, metricsPath(fakeapi.Flat, fakeapi.StaleRunID, query), `{"kind":"stale_metrics","error":"stale_metrics","experiment_id":"exp_split",
			"stale_reasons":["validity_changed","inputs_changed"],"current_block_execution_fingerprint":"c0de",
			"last_run":{"run_id":"exprun_split","score":1,"created_at":"2026-05-02T10:59:58Z","block_execution_fingerprint":"9f2c"},`+message+`}`)
		wantJSON(t, runScoped, metricsPath(fakeapi.RunScoped, fakeapi.StaleRunID, query), `{"error":"stale_metrics","experiment_id":"exp_split",
			"stale_reasons":["validity_changed","inputs_changed"],"current_config_fingerprint":"c0de",
			"last_run":{"run_id":"exprun_split","score":1,"created_at":"2026-05-02T10:59:58Z","definition_fingerprint":"9f2c"},`+message+`}`)
		wantJSON(t, flat, metricsPath(fakeapi.Flat, fakeapi.ActiveRunID, query), `{"kind":"no_metrics",`+none)
		wantJSON(t, runScoped, metricsPath(fakeapi.RunScoped, fakeapi.ActiveRunID, query), `{`+none)
	}
}

// TestMetrics_prior checks which run is the prior run.
func TestMetrics_prior(t *testing.T) {
	t.Parallel()
	for _, edition := range bothEditions {
		fake := fakeapi.New(edition)
		for i, day := range []string{"01", "02", "03"} {
			id := "run_" + day
			fake.AddRun(fakeapi.Run{ID: id, ExperimentID: "exp_days", BlockKind: "extract", CreatedAt: "2026-06-" + day + "T00:00:00Z", Stages: []fakeapi.RunStage{{Status: "completed"}}})
			fake.SetMetrics(fakeapi.Metrics{RunID: id, Score: new(0.1 * float64(i+1))})
		}
		fake.AddRun(fakeapi.Run{ID: "run_bare", ExperimentID: "exp_days", BlockKind: "extract", CreatedAt: "2026-06-02T12:00:00Z", Stages: []fakeapi.RunStage{{Status: "completed"}}})
		for name, test := range map[string]struct {
			run, query string
			id, score  any
		}{
			"the first run":           {"run_01", "", nil, nil},
			"the newest earlier":      {"run_03", "", "run_02", 0.2}, // not run_bare, which has no metrics
			"explicit default":        {"run_03", "include_prior=true", "run_02", 0.2},
			"another run":             {"run_03", "prior_run_id=run_01", "run_01", 0.1},
			"a run without metrics":   {"run_03", "prior_run_id=run_bare", "run_bare", nil},
			"excluded":                {"run_03", "include_prior=false", nil, nil},
			"excluded although named": {"run_03", "include_prior=false&prior_run_id=run_01", nil, nil},
		} {
			got := object(t, fake, metricsPath(edition, test.run, test.query))
			if got["prior_run_id"] != test.id || got["prior_score"] != test.score {
				t.Errorf("edition %d, %s: got %v %v", edition, name, got["prior_run_id"], got["prior_score"])
			}
		}
		fake.SetMetrics(fakeapi.Metrics{RunID: "run_03", Score: new(0.5), PriorRunID: "run_01"})
		if got := object(t, fake, metricsPath(edition, "run_03", "")); got["prior_run_id"] != "run_01" {
			t.Errorf("edition %d: got %v", edition, got)
		}
	}
}

// TestMetrics_digits checks that scores keep their digits.
func TestMetrics_digits(t *testing.T) {
	t.Parallel()
	for _, edition := range bothEditions {
		fake := fakeapi.New(edition)
		fake.SetMetrics(fakeapi.Metrics{RunID: fakeapi.SeedRunID, Score: new(1.0), Likelihoods: map[string]float64{"a": 1e-7, "b": 0.1, "c": 0.12345678901234566, "d": 0}})
		got := get(t, fake, metricsPath(edition, fakeapi.SeedRunID, "")).body
		for _, want := range []string{`"score":1,`, `"a":1e-7,`, `"b":0.1,`, `"c":0.12345678901234566,`, `"d":0}`} {
			if !strings.Contains(got, want) {
				t.Errorf("%s is not in %s", want, got)
			}
		}
	}
}

func TestMetrics_invalidParameters(t *testing.T) {
	t.Parallel()
	for _, edition := range bothEditions {
		fake := fakeapi.New(edition)
		for query, want := range map[string]struct {
			status int
			text   string
		}{
			"view=by_document":                                     {http.StatusBadRequest, "document_id is required when view is by_document"},
			"view=by_target":                                       {http.StatusBadRequest, "target_path is required when view is by_target"},
			"view=by_target&document_id=expdoc_xyz":                {http.StatusBadRequest, "target_path"},
			"view=votes&document_id=expdoc_xyz":                    {http.StatusBadRequest, "target_path"},
			"view=votes&target_path=total":                         {http.StatusBadRequest, "document_id"},
			"view=everything":                                      {http.StatusUnprocessableEntity, `"loc":["query","view"]`},
			"include_prior=perhaps":                                {http.StatusUnprocessableEntity, `"loc":["query","include_prior"]`},
			"prior_run_id=exprun_404":                              {http.StatusNotFound, "Experiment run not found: exprun_404"},
			"view=by_document&document_id=expdoc_404":              {http.StatusNotFound, "expdoc_404"},
			"view=by_target&target_path=colour":                    {http.StatusNotFound, "colour"},
			"view=votes&document_id=expdoc_xyz&target_path=colour": {http.StatusNotFound, "colour"},
		} {
			got := get(t, fake, metricsPath(edition, fakeapi.SeedRunID, query))
			if got.status != want.status || !strings.Contains(got.body, want.text) {
				t.Errorf("edition %d, %s: got %d %s", edition, query, got.status, got.body)
			}
		}
		got := get(t, fake, metricsPath(edition, "exprun_404", ""))
		if got.status != http.StatusNotFound || !strings.Contains(got.body, "Experiment run not found: exprun_404") {
			t.Errorf("edition %d: got %d %s", edition, got.status, got.body)
		}
	}
	want422(t, fakeapi.New(fakeapi.Flat), experimentsPath+"/metrics", "run_id")
}
