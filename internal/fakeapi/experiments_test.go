package fakeapi_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

const experimentsPath = "/v1/workflows/experiments"

// experimentPaths has the paths of each edition for the experiments of wf_1: one without the id, and the list.
var experimentPaths = map[fakeapi.Edition]struct{ one, list string }{
	fakeapi.RunScoped: {"/v1/workflows/wf_1/experiments/", "/v1/workflows/wf_1/experiments?"},
	fakeapi.Flat:      {experimentsPath + "/", experimentsPath + "?workflow_id=wf_1"},
}

// TestExperiments_fixturesCoverEveryValue checks that the fixtures have every published value in each edition.
func TestExperiments_fixturesCoverEveryValue(t *testing.T) {
	t.Parallel()
	for edition, path := range experimentPaths {
		seen := map[string]map[string]bool{}
		note := func(name, value string) {
			if seen[name] == nil {
				seen[name] = map[string]bool{}
			}
			seen[name][value] = true
		}
		for _, row := range object(t, fakeapi.New(edition), path.list)["data"].([]any) {
			experiment := row.(map[string]any)
			note("status", experiment["status"].(string))
			note("schema_drift", experiment["schema_drift"].(string))
			if edition == fakeapi.RunScoped {
				note("block", experiment["block_kind"].(string))
				continue
			}
			note("block", experiment["block_type"].(string))
			note("plan", experiment["run_plan_mode"].(string))
			note("drift", experiment["drift"].(map[string]any)["status"].(string))
			freshness := experiment["freshness"].(map[string]any)
			note("freshness", freshness["status"].(string))
			if stale := freshness["status"] == "stale"; experiment["is_stale"] != stale {
				t.Errorf("%s: is_stale is %v, freshness %v", experiment["id"], experiment["is_stale"], freshness["status"])
			}
			for _, reason := range freshness["reasons"].([]any) {
				note("reason", reason.(string))
			}
		}
		counts := map[string]int{}
		for name, values := range seen {
			counts[name] = len(values)
		}
		want := map[string]int{"status": 5, "schema_drift": 4, "block": 4}
		if edition == fakeapi.Flat {
			want = map[string]int{"status": 5, "schema_drift": 4, "block": 4, "plan": 4, "drift": 4, "freshness": 3, "reason": 5}
		}
		if diff := cmp.Diff(want, counts); diff != "" {
			t.Errorf("edition %d (-want +got):\n%s\n%v", edition, diff, seen)
		}
	}
}

// TestExperiments_defaultsFromRuns checks that empty fields of an experiment follow from its newest run.
func TestExperiments_defaultsFromRuns(t *testing.T) {
	t.Parallel()
	for edition, path := range experimentPaths {
		fake := fakeapi.New(edition)
		fake.AddExperiment(fakeapi.Experiment{ID: "exp_new", BlockKind: "split", Name: "Mine"})
		fake.AddExperiment(fakeapi.Experiment{ID: "exp_mine", BlockKind: "split"})
		want := func(members map[string]any) {
			t.Helper()
			got := object(t, fake, path.one+"exp_mine")
			for name, value := range members {
				if got[name] != value {
					t.Errorf("edition %d: %s is %v, want %v", edition, name, got[name], value)
				}
			}
		}
		want(map[string]any{"status": "draft", "last_run_id": nil, "score": nil, "document_count": 0.0, "name": "exp_mine", "n_consensus": 3.0, "block_id": "block_split"})
		fake.AddRun(fakeapi.Run{ID: "run_1", ExperimentID: "exp_mine", CreatedAt: "2026-06-01T00:00:00Z", Documents: 4, Stages: []fakeapi.RunStage{
			{Status: "pending"}, {Status: "completed", Score: new(0.5)},
		}})
		want(map[string]any{"status": "processing", "last_run_id": "run_1", "score": nil, "document_count": 4.0})
		status(t, fake, runsPath+"/run_1")
		status(t, fake, runsPath+"/run_1")
		want(map[string]any{"status": "completed", "score": 0.5})
		fake.AddRun(fakeapi.Run{ID: "run_0", ExperimentID: "exp_mine", CreatedAt: "2026-05-31T00:00:00Z", Stages: []fakeapi.RunStage{{Status: "error"}}})
		want(map[string]any{"status": "completed", "last_run_id": "run_1"})
		fake.AddRun(fakeapi.Run{ID: "run_2", ExperimentID: "exp_mine", CreatedAt: "2026-06-02T00:00:00Z", Stages: []fakeapi.RunStage{{Status: "error"}}})
		want(map[string]any{"status": "failed", "last_run_id": "run_2", "score": nil})
		fake.AddExperiment(fakeapi.Experiment{ID: "exp_mine", BlockKind: "split", LastRunID: "run_1", Documents: 9})
		want(map[string]any{"status": "completed", "last_run_id": "run_1", "score": 0.5, "document_count": 9.0})
		fake.AddExperiment(fakeapi.Experiment{ID: "exp_mine", BlockKind: "split", Status: "failed", Score: new(0.25), LastRunID: "run_9"})
		want(map[string]any{"status": "failed", "last_run_id": "run_9", "score": 0.25})
	}
}

// TestRuns_defaultsFromExperiment checks that empty fields of a run follow from its experiment.
func TestRuns_defaultsFromExperiment(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New(fakeapi.Flat)
	fake.AddExperiment(fakeapi.Experiment{ID: "exp_mine", WorkflowID: "wf_9", BlockKind: "for_each", BlockID: "pages", Consensus: 7})
	fake.AddRun(fakeapi.Run{ID: "run_1", ExperimentID: "exp_mine"})
	got := object(t, fake, runsPath+"/run_1")
	for name, want := range map[string]any{"workflow_id": "wf_9", "block_type": "for_each", "block_id": "pages", "n_consensus": 7.0} {
		if got[name] != want {
			t.Errorf("%s is %v, want %v", name, got[name], want)
		}
	}
	if diff := cmp.Diff([]string{"run_1"}, list(t, fake, runsPath+"?workflow_id=wf_9&block_id=pages").ids); diff != "" {
		t.Error(diff)
	}
}

func TestExperiments_lists(t *testing.T) {
	t.Parallel()
	flat, runScoped := fakeapi.New(fakeapi.Flat), fakeapi.New(fakeapi.RunScoped)
	for _, fake := range []*fakeapi.Server{flat, runScoped} {
		for _, id := range []string{"a", "b", "c"} {
			fake.AddExperiment(fakeapi.Experiment{ID: "exp_" + id, WorkflowID: "wf_9", BlockKind: "extract", CreatedAt: "2026-06-0" + map[string]string{"a": "1", "b": "3", "c": "2"}[id] + "T00:00:00Z"})
		}
		fake.AddExperiment(fakeapi.Experiment{ID: "exp_d", WorkflowID: "wf_9", BlockKind: "split", CreatedAt: "2026-06-04T00:00:00Z"})
	}
	const of9 = experimentsPath + "?workflow_id=wf_9"
	for path, want := range map[string]page{
		of9:                                 {[]string{"exp_d", "exp_b", "exp_c", "exp_a"}, "", ""},
		of9 + "&order=asc":                  {[]string{"exp_a", "exp_c", "exp_b", "exp_d"}, "", ""},
		of9 + "&limit=2":                    {[]string{"exp_d", "exp_b"}, "", "exp_b"},
		of9 + "&limit=2&after=exp_b":        {[]string{"exp_c", "exp_a"}, "exp_c", ""},
		of9 + "&limit=1&before=exp_c":       {[]string{"exp_b"}, "exp_b", "exp_b"},
		of9 + "&block_id=block_split":       {[]string{"exp_d"}, "", ""},
		of9 + "&block_id=block_none":        {[]string{}, "", ""},
		experimentsPath + "?workflow_id=wf": {[]string{}, "", ""},
	} {
		if diff := cmp.Diff(want, list(t, flat, path), cmp.AllowUnexported(page{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
	if diff := cmp.Diff(page{[]string{"exp_d", "exp_b", "exp_c", "exp_a"}, "", ""}, list(t, runScoped, "/v1/workflows/wf_9/experiments"), cmp.AllowUnexported(page{})); diff != "" {
		t.Errorf("run-scoped (-want +got):\n%s", diff)
	}
	want422(t, flat, experimentsPath, "workflow_id")
	for query, parameter := range map[string]string{"limit=0": "limit", "limit=101": "limit", "order=x": "order", "after=exp_404": "after"} {
		want422(t, flat, of9+"&"+query, parameter)
	}
	if got := list(t, flat, experimentsPath+"?workflow_id="+fakeapi.OtherWorkflowID).ids; len(got) != 2 {
		t.Errorf("experiments of the same name: %v", got)
	}
}

func TestExperiments_notFound(t *testing.T) {
	t.Parallel()
	const noWorkflow, noExperiment = `{"detail":"Workflow not found"}`, `{"detail":"Experiment not found: exp_404"}`
	for edition, paths := range map[fakeapi.Edition]map[string]string{
		fakeapi.RunScoped: {
			"/v1/workflows/wf_1/experiments/exp_404": noExperiment,
			"/v1/workflows/wf_9/experiments/exp_404": noExperiment,
			"/v1/workflows/wf_2/experiments/exp_abc": `{"detail":"Experiment not found: exp_abc"}`, // an experiment of wf_1
			"/v1/workflows/wf_9/experiments":         noWorkflow,
			experimentsPath + "/exp_abc":             noWorkflow, // a route of the other edition
			experimentsPath + "?workflow_id=wf_1":    noWorkflow,
		},
		fakeapi.Flat: {
			experimentsPath + "/exp_404":             noExperiment,
			"/v1/workflows/wf_1/experiments/exp_abc": noWorkflow,
			"/v1/workflows/wf_1/experiments":         noWorkflow,
		},
		fakeapi.Both: {
			experimentsPath + "/exp_404": noExperiment, "/v1/workflows/wf_1/experiments/exp_404": noExperiment,
		},
	} {
		fake := fakeapi.New(edition)
		for path, want := range paths {
			if got := get(t, fake, path); got.status != http.StatusNotFound || got.body != want {
				t.Errorf("edition %d, %s: got %d %s", edition, path, got.status, got.body)
			}
		}
	}
	both := fakeapi.New(fakeapi.Both)
	for path, kind := range map[string]string{experimentsPath + "/exp_abc": "block_type", "/v1/workflows/wf_1/experiments/exp_abc": "block_kind"} {
		if got := object(t, both, path); got[kind] != "extract" {
			t.Errorf("%s: %v", path, got)
		}
	}
}
