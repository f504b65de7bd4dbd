package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// TestDataSourceExperimentResult_summary checks the summary of every kind of result.
func TestDataSourceExperimentResult_summary(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		members []string // as for seedWith
		want    string
	}{
		"succeeded":                  {nil, "Document expdoc_xyz succeeded."},
		"running":                    {[]string{"lifecycle", `{"status":"running"}`}, "Document expdoc_xyz has not finished (running)."},
		"an unknown status":          {[]string{"lifecycle", `{"status":"hibernating"}`}, "Document expdoc_xyz has not finished (hibernating)."},
		"failed":                     {[]string{"lifecycle", `{"status":"error"}`, "error", `"The page is empty"`}, "Document expdoc_xyz failed: The page is empty."},
		"failed with punctuation":    {[]string{"lifecycle", `{"status":"error","message":"It broke!"}`}, "Document expdoc_xyz failed: It broke!"},
		"failed without text":        {[]string{"lifecycle", `{"status":"error"}`}, "Document expdoc_xyz failed."},
		"failed without message":     {[]string{"lifecycle", `{"status":"error","message":"(no message)"}`}, "Document expdoc_xyz failed."},
		"failed with several lines":  {[]string{"lifecycle", `{"status":"error"}`, "error", `"one\n  two\u001b[2J"`}, "Document expdoc_xyz failed: one two."},
		"cancelled":                  {[]string{"lifecycle", `{"status":"cancelled","reason":"A person did"}`}, "Document expdoc_xyz was cancelled: A person did."},
		"cancelled without a reason": {[]string{"lifecycle", `{"status":"cancelled"}`}, "Document expdoc_xyz was cancelled."},
		"a placeholder":              {[]string{"is_placeholder", "true"}, "Document expdoc_xyz was never executed: its result is a placeholder."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			forEachServer(t, func(t *testing.T, e env) {
				e.ScriptSeed(e.ResultBody(seedWith(test.members...)))
				got, problem := e.Connect(t).Read(t.Context(), t, resultType, seedArguments)
				if problem != "" || got["summary"] != test.want {
					t.Errorf("got %q %s, want %q", got["summary"], problem, test.want)
				}
			})
		})
	}
}

// TestDataSourceExperimentResults_longSummary checks that a summary names at most ten ids and counts the others.
func TestDataSourceExperimentResults_longSummary(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		for i := range 12 {
			e.Add(fakeapi.Result{
				ID: fmt.Sprintf("expresult_many_%d", i), RunID: "exprun_many", ExperimentID: "exp_abc", DocumentID: fmt.Sprintf("expdoc_%02d", i),
				BlockKind: "extract", Stages: []fakeapi.Stage{{Status: "error"}},
			})
		}
		e.Add(fakeapi.Result{
			ID: "expresult_many_c", RunID: "exprun_many", ExperimentID: "exp_abc", DocumentID: "expdoc_c", BlockKind: "extract",
			Stages: []fakeapi.Stage{{Status: "cancelled"}},
		})
		e.AddRun(fakeapi.Run{ID: "exprun_many", ExperimentID: "exp_abc", BlockKind: "extract", Stages: []fakeapi.RunStage{{Status: "error", Failed: 12, Error: "It broke."}}})
		got, problem := e.Connect(t).Read(t.Context(), t, resultsType, values{"run_id": "exprun_many"})
		if problem != "" {
			t.Fatal(problem)
		}
		want := "12 of 13 documents failed: expdoc_00, expdoc_01, expdoc_02, expdoc_03, expdoc_04, expdoc_05, expdoc_06, expdoc_07, expdoc_08, expdoc_09 and 2 more. " +
			"1 of 13 documents was cancelled: expdoc_c."
		if e.IsFlat() { // only the flat edition has the reason, and cancelled results
			want = "The run failed: It broke. " + want
		} else {
			want = "The run failed. 13 of 13" + strings.TrimPrefix(want, "12 of 13")
			want = strings.Replace(want, "2 more. 1 of 13 documents was cancelled: expdoc_c.", "3 more.", 1)
		}
		if got["summary"] != want {
			t.Errorf("got  %s\nwant %s", got["summary"], want)
		}
	})
}

func TestDataSourceExperimentRun_summary(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		stage     fakeapi.RunStage
		documents int
		want      string
		succeeded bool
		ratio     any
		missing   string
	}{
		"all succeeded":                         {fakeapi.RunStage{Status: "completed", Completed: 100}, 100, "All 100 documents of run exprun_wait succeeded.", true, "1", "0"},
		"one document":                          {fakeapi.RunStage{Status: "completed", Completed: 1}, 1, "The only document of run exprun_wait succeeded.", true, "1", "0"},
		"some failed":                           {fakeapi.RunStage{Status: "completed", Completed: 97, Failed: 3}, 100, "3 of 100 documents of run exprun_wait failed.", false, "0.97", "0"},
		"some are missing":                      {fakeapi.RunStage{Status: "completed", Completed: 98, Failed: 1}, 100, "1 of 100 documents of run exprun_wait failed. 1 of 100 documents has no final result.", false, "0.98", "1"},
		"running":                               {fakeapi.RunStage{Status: "running", Completed: 50}, 100, "Run exprun_wait has not finished (running). 50 of 100 documents have no final result yet.", false, "0.5", "50"},
		"running, with all documents completed": {fakeapi.RunStage{Status: "running", Completed: 2}, 2, "Run exprun_wait has not finished (running).", false, "1", "0"},
		"failed":                                {fakeapi.RunStage{Status: "error", Failed: 1}, 2, "Run exprun_wait failed. 1 of 2 documents failed. 1 of 2 documents has no final result.", false, "0", "1"},
		"cancelled":                             {fakeapi.RunStage{Status: "cancelled"}, 2, "Run exprun_wait was cancelled. 2 of 2 documents have no final result.", false, "0", "2"},
		"no documents":                          {fakeapi.RunStage{Status: "completed"}, 0, "Run exprun_wait has no documents.", false, nil, "0"},
		"more completed than the total":         {fakeapi.RunStage{Status: "completed", Completed: 5}, 3, "The counters of run exprun_wait contradict each other: 3 documents, 5 completed and 0 failed.", false, nil, "0"},
		"counters with a total of zero":         {fakeapi.RunStage{Status: "completed", Completed: 5, Failed: 1}, 0, "The counters of run exprun_wait contradict each other: 0 documents, 5 completed and 1 failed.", false, nil, "0"},
		"a negative counter":                    {fakeapi.RunStage{Status: "completed", Completed: 3, Failed: -1}, 3, "The counters of run exprun_wait contradict each other: 3 documents, 3 completed and -1 failed.", false, nil, "0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			forEachServer(t, func(t *testing.T, e env) {
				e.AddRun(fakeapi.Run{ID: "exprun_wait", ExperimentID: "exp_wait", BlockKind: "extract", Documents: test.documents, Stages: []fakeapi.RunStage{test.stage}})
				s := e.Connect(t)
				one, problem := s.Read(t.Context(), t, runType, values{"id": "exprun_wait"})
				if problem != "" {
					t.Fatal(problem)
				}
				all, problem := s.Read(t.Context(), t, "retab_experiment_runs", values{"experiment_id": "exp_wait"})
				if problem != "" {
					t.Fatal(problem)
				}
				for _, got := range []attributes{one, all["runs"].([]any)[0].(attributes)} {
					if got["summary"] != test.want || got["succeeded"] != test.succeeded || got["success_ratio"] != test.ratio || got["missing_count"] != test.missing {
						t.Errorf("got %q, succeeded %v, ratio %v, %v missing", got["summary"], got["succeeded"], got["success_ratio"], got["missing_count"])
					}
				}
				if test.stage.Status != "completed" {
					return
				}
				// The action uses the same counters, and must not accept what they do not prove.
				if _, problem = s.Invoke(t.Context(), t, waitType, values{"run_id": "exprun_wait"}); (problem == "") != test.succeeded {
					t.Errorf("the action reports %q", problem)
				}
			})
		})
	}
	forEachServer(t, func(t *testing.T, e env) {
		e.AddRun(fakeapi.Run{ID: "exprun_why", ExperimentID: "exp_why", BlockKind: "extract", Stages: []fakeapi.RunStage{{Status: "cancelled", CancelReason: "A person did"}}})
		got, problem := e.Connect(t).Read(t.Context(), t, runType, values{"id": "exprun_why"})
		want := "Run exprun_why was cancelled."
		if e.IsFlat() {
			want = "Run exprun_why was cancelled: A person did."
		}
		if problem != "" || got["summary"] != want {
			t.Errorf("got %q %s, want %q", got["summary"], problem, want)
		}
	})
}
