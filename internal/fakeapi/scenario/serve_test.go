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
	if fake.Edition() == fakeapi.Flat {
		return getWith(t, fake, path, "Authorization", "Bearer "+fakeapi.Key)
	}
	return getWith(t, fake, path, "Api-Key", fakeapi.Key)
}

// getWith reads a path with a credential.
func getWith(t *testing.T, fake *fakeapi.Server, path, header, key string) (int, map[string]any) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, fake.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set(header, key)
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
	evals, list, results := "/v1/workflows/tests", "/v1/workflows/%s/tests", "/v1/workflows/tests/runs/%s/results"
	if edition == fakeapi.Flat {
		evals, list, results = "/v1/workflows/evals", "/v1/workflows/evals?workflow_id=%s", "/v1/workflows/evals/results?run_id=%s"
	}
	for _, workflow := range parsed.Workflows[:min(most, len(parsed.Workflows))] {
		id := url.PathEscape(workflow.ID)
		paths = append(paths, "/v1/workflows/"+id, fmt.Sprintf(list, url.QueryEscape(workflow.ID)))
	}
	for _, run := range parsed.EvalRuns[:min(most, len(parsed.EvalRuns))] {
		paths = append(paths, evals+"/runs/"+url.PathEscape(run.ID), fmt.Sprintf(results, url.QueryEscape(run.ID)))
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

// TestScenario_sameInBothEditions checks what a scenario with few members serves: the same in both editions, and nothing that
// contradicts itself.
func TestScenario_sameInBothEditions(t *testing.T) {
	t.Parallel()
	text := `
experiments:
- id: fresh
  freshness: fresh
  n_consensus: 5
  runs:
  - id: r
    documents:
    - {id: d, duration_ms: 2500, artifact: {id: extr_1, metadata: {batch: b1}}}
    - {id: c, status: cancelled, duration_ms: 1000}
- id: stale
  freshness: stale
  runs:
  - {id: r2, score: 0.9, metrics: stale, documents: [{id: d}]}
`
	for edition, want := range map[fakeapi.Edition]map[string]string{
		fakeapi.RunScoped: {
			"/v1/workflows/wf_1/experiments/fresh":          `"is_stale":false "schema_drift":"none"`,
			"/v1/workflows/wf_1/experiments/fresh/run-plan": `"mode":"noop"`,
			"/v1/workflows/wf_1/experiments/stale/run-plan": `"document_count":1 "mode":"run"`,
			runsPath + "/r":           `"completed_at":"2026-05-02T11:00:03.5Z" "duration_ms":3500 "error_count":1 "started_at":"2026-05-02T11:00:01Z"`,
			runsPath + "/r/results/d": `"is_placeholder":false`,
			runsPath + "/r2/metrics":  `"stale_reasons":["validity_changed"]`,
		},
		fakeapi.Flat: {
			"/v1/workflows/experiments/fresh": `"is_stale":false "schema_drift":"none" "run_plan_mode":"noop" "freshness_state":"fresh"`,
			"/v1/workflows/experiments/stale": `"run_plan_mode":"run" "rerunnable_document_count":1`,
			runsPath + "/r": `"completed_at":"2026-05-02T11:00:03.5Z" "duration_ms":3500 "started_at":"2026-05-02T11:00:01Z" "block_version_id":"blkv_1" ` +
				`"metrics_validity_fingerprint":"77aa" "error_count":0`,
			"/v1/workflows/experiments/metrics?run_id=r2": `"stale_reasons":["validity_changed"]`,
		},
	} {
		want["/v1/extractions/extr_1"] = `"n_consensus":5 "metadata":{"batch":"b1"}`
		fake := serve(t, edition, parse(t, text))
		for path, members := range want {
			_, body := get(t, fake, path)
			got := mustJSON(t, body)
			for member := range strings.SplitSeq(members, " ") {
				if !strings.Contains(got, member) {
					t.Errorf("edition %d, %s: no %s in %s", edition, path, member, got)
				}
			}
		}
	}
}

// TestScenario_both checks that a server with both editions answers each route in the edition of its client.
func TestScenario_both(t *testing.T) {
	t.Parallel()
	text := "experiments:\n- id: e\n  runs:\n  - {id: r, documents: [{id: d, status: queued}, {id: c, status: cancelled}]}\n"
	fake := serve(t, fakeapi.Both, parse(t, text))
	for path, want := range map[string]map[string]string{
		runsPath + "/r":              {"Api-Key": `"block_kind"`, "Authorization": `"block_type"`},
		runsPath + "/r/results/d":    {"Api-Key": `"pending"`},
		runsPath + "/r/results/c":    {"Api-Key": `"error"`},
		resultsPath + "?run_id=r":    {"Authorization": `"cancelled"`, "Api-Key": `"cancelled"`},
		runsPath + "?status=pending": {"Api-Key": `"data":[]`, "Authorization": `"data":[]`},
		"/v1/workflows/wf_1":         {"Api-Key": `"description"`, "Authorization": `"project_id"`},
	} {
		for header, want := range want {
			key := map[string]string{"Api-Key": fakeapi.Key, "Authorization": "Bearer " + fakeapi.Key}[header]
			if _, body := getWith(t, fake, path, header, key); !strings.Contains(mustJSON(t, body), want) {
				t.Errorf("%s with %s: got %v", path, header, body)
			}
		}
	}
	for header, key := range map[string]string{"Authorization": fakeapi.Key, "Api-Key": "Bearer " + fakeapi.Key} {
		if status, body := getWith(t, fake, runsPath+"/r", header, key); status != http.StatusUnauthorized {
			t.Errorf("%s: %s is accepted: %v", header, key, body)
		}
	}
}
