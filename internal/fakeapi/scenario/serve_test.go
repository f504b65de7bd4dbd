package scenario_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi/scenario"
)

const (
	runsPath    = "/v1/workflows/experiments/runs"
	resultsPath = "/v1/workflows/experiments/results"
)

// serve returns a fake that serves a scenario and nothing else.
func serve(t *testing.T, edition fakeapi.Edition, parsed *scenario.Scenario) *fakeapi.Server {
	t.Helper()
	fake := fakeapi.NewEmpty(edition)
	parsed.AddTo(fake)
	return fake
}

// get reads a path without a network. It returns the status and the decoded body.
func get(t *testing.T, fake *fakeapi.Server, path string) (int, map[string]any) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, fake.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if fake.Edition() == fakeapi.Flat {
		request.Header.Set("Authorization", "Bearer "+fakeapi.Key)
	} else {
		request.Header.Set("Api-Key", fakeapi.Key)
	}
	response, err := fake.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	var body map[string]any
	if err := json.Unmarshal(text, &body); err != nil {
		t.Fatalf("%s: %d %s: %s", path, response.StatusCode, text, err)
	}
	return response.StatusCode, body
}

// TestExample_serves checks that a fake serves what the comments in the example describe.
func TestExample_serves(t *testing.T) {
	t.Parallel()
	for _, edition := range []fakeapi.Edition{fakeapi.RunScoped, fakeapi.Flat} {
		fake := serve(t, edition, parse(t, scenario.Example))
		experiment, metrics := experimentsPath(edition), metricsPath(edition)
		evals, total := "/v1/workflows/tests", "total_tests"
		if edition == fakeapi.Flat {
			evals, total = "/v1/workflows/evals", "total_evals"
		}
		for path, want := range map[string]map[string]any{
			experiment + "exp_invoices":  {"status": "completed", "score": 0.915, "last_run_id": "exprun_2", "is_stale": false, "schema_drift": "none", "document_count": 2.0},
			experiment + "exp_contracts": {"is_stale": true, "schema_drift": "drifted", "score": 0.99},
			experiment + "exp_receipts":  {"status": "processing", "block_id": "block_classifier"},
			experiment + "exp_draft":     {"status": "draft", "last_run_id": nil, "document_count": 2.0, "name": "exp_draft"},
			metrics("exprun_2"):          {"score": 0.915, "prior_score": 0.91, "prior_run_id": "exprun_1"},
			metrics("exprun_contracts"):  {"error": "stale_metrics"},
			metrics("exprun_receipts"):   {"error": "no_metrics"}, // the run is active
			runsPath + "/exprun_many":    {"completed_document_count": 250.0, "score": 0.95},
			runsPath + "/exprun_staged":  {"document_count": 4.0, "error_count": 0.0},

			"/v1/extractions/extr_V1StGXR8_Z5jdHi6B": {"model": "retab-small"},
			"/v1/workflows/wf_1":                     {"name": "Invoices", "description": "Reads invoices."},
			evals + "/runs/evalrun_1":                {total: 3.0},
		} {
			status, got := get(t, fake, path)
			for name, value := range want {
				if status != http.StatusOK || got[name] != value {
					t.Errorf("edition %d, %s: %s is %v, want %v (%d)", edition, path, name, got[name], value, status)
				}
			}
		}
	}
}

// experimentsPath returns the path of an experiment in an edition, without the id.
func experimentsPath(edition fakeapi.Edition) string {
	if edition == fakeapi.Flat {
		return "/v1/workflows/experiments/"
	}
	return "/v1/workflows/wf_1/experiments/"
}

// metricsPath returns a function that returns the path of the metrics of a run in an edition.
func metricsPath(edition fakeapi.Edition) func(string) string {
	return func(runID string) string {
		if edition == fakeapi.Flat {
			return "/v1/workflows/experiments/metrics?run_id=" + runID
		}
		return runsPath + "/" + runID + "/metrics"
	}
}

// TestScenario_stages checks that documents of a scenario advance with reads, and with polls of the run.
func TestScenario_stages(t *testing.T) {
	t.Parallel()
	fake := serve(t, fakeapi.RunScoped, parse(t, "experiments:\n- id: e\n  runs:\n  - id: r\n    documents:\n    - {id: d, stages: [queued, {status: running, reads: 2}, completed]}\n"))
	var got []string
	for range 4 {
		_, body := get(t, fake, runsPath+"/r/results/d")
		got = append(got, body["lifecycle"].(map[string]any)["status"].(string))
	}
	if fmt.Sprint(got) != "[pending running running completed]" { // queued is pending in the run-scoped edition
		t.Errorf("got %v", got)
	}
	fake = serve(t, fakeapi.Flat, parse(t, "experiments:\n- id: e\n  runs:\n  - id: r\n    documents:\n    - {id: d, stages: [queued, running, completed]}\n"))
	got = nil
	for range 3 {
		_, body := get(t, fake, runsPath+"/r")
		got = append(got, body["lifecycle"].(map[string]any)["status"].(string))
	}
	if fmt.Sprint(got) != "[running running completed]" {
		t.Errorf("got %v", got)
	}
}

// pathsOf returns the paths of the first objects of a scenario.
func pathsOf(edition fakeapi.Edition, parsed *scenario.Scenario) []string {
	const most = 20
	paths := []string{runsPath}
	for _, experiment := range parsed.Experiments[:min(most, len(parsed.Experiments))] {
		paths = append(paths, experimentsPath(edition)+url.PathEscape(experiment.ID))
	}
	for _, run := range parsed.Runs[:min(most, len(parsed.Runs))] {
		id := url.PathEscape(run.ID)
		paths = append(paths, runsPath+"/"+id, metricsPath(edition)(url.QueryEscape(run.ID)))
		if edition == fakeapi.Flat {
			paths = append(paths, resultsPath+"?run_id="+url.QueryEscape(run.ID))
		} else {
			paths = append(paths, runsPath+"/"+id+"/results")
		}
	}
	for _, artifact := range parsed.Artifacts[:min(most, len(parsed.Artifacts))] {
		path := "/v1/workflows/artifacts/" + url.PathEscape(artifact.ID)
		if edition != fakeapi.Flat {
			path = "/v1/workflows/artifacts/" + url.PathEscape(artifact.Operation) + "/" + url.PathEscape(artifact.ID)
		}
		paths = append(paths, path)
	}
	return paths
}

// TestScenario_contradicts checks that contradict: true serves what is refused without it: an unknown status, an error of a
// completed document, and counts that do not fit.
func TestScenario_contradicts(t *testing.T) {
	t.Parallel()
	text := `
experiments:
- id: e
  freshness: rotten
  runs:
  - id: r
    documents: [{id: d, status: archived}, {id: failed, error: broke}]
workflows:
- id: wf_1
  eval_runs:
  - {id: er, results: [{eval_id: a, verdict: none}], counts: {passed: 2}}
`
	if _, err := scenario.Parse([]byte(text)); err == nil || strings.Count(err.Error(), "(contradict: true serves it)") != 5 {
		t.Errorf("got %v", err)
	}
	for _, edition := range []fakeapi.Edition{fakeapi.RunScoped, fakeapi.Flat} {
		fake := serve(t, edition, parse(t, "contradict: true\n"+text))
		list := resultsPath + "?run_id=r"
		if edition == fakeapi.RunScoped {
			list = runsPath + "/r/results"
		}
		_, body := get(t, fake, list)
		got := mustJSON(t, body)
		if !strings.Contains(got, `"status":"archived"`) || !strings.Contains(got, "broke") {
			t.Errorf("edition %d: got %s", edition, got)
		}
	}
}

func mustJSON(t *testing.T, body any) string {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
