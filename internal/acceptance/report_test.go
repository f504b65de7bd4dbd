package acceptance

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// reportOf applies examples/run-report for a run of the fake and returns the report, line by line.
func (w workspace) reportOf(t *testing.T, experimentID string) []string {
	t.Helper()
	w.example(t, "run-report")
	w.terraform(t, 0, "apply", "-no-color", "-auto-approve", "-var", "experiment_id="+experimentID)
	output, code, err := w.Run(t.Context(), "output", "-raw", "-no-color", "report") // with its line breaks
	if err != nil || code != 0 {
		t.Fatal(output, code, err)
	}
	return strings.Split(strings.TrimRight(output, "\n"), "\n")
}

// TestReport_run checks a whole report. The document that failed comes first and has no score.
func TestReport_run(t *testing.T) {
	t.Parallel()
	inBothEditions(t, func(t *testing.T, w workspace) {
		w.fake.Add(fakeapi.Result{
			ID: "expresult_broken", RunID: "exprun_compared", ExperimentID: "exp_compared", DocumentID: "expdoc_broken", BlockKind: "extract",
			Inputs: map[string]fakeapi.Handle{"input-document-0": {Filename: "b.pdf"}}, Stages: []fakeapi.Stage{{Status: "error", Error: "It broke."}},
		})
		w.fake.AddRun(fakeapi.Run{
			ID: "exprun_compared", ExperimentID: "exp_compared", BlockKind: "extract", CreatedAt: "2026-06-02T00:00:00Z",
			Stages: []fakeapi.RunStage{{Status: "completed", Completed: 1, Failed: 1, Score: new(0.83)}},
		})
		report := strings.Join(w.reportOf(t, "exp_compared"), "\n")
		plain := strings.NewReplacer("<code>", "", "</code>", "", "&#95;", "_", "&#58;", ":").Replace(report)
		if plain != wantReport {
			t.Errorf("got:\n%s", plain)
		}
	})
}

const wantReport = `### Run exprun_compared: completed

1 of 2 documents of run exprun_compared failed.

Run exprun_compared has the score 0.83, its lowest target is vendor.name with 0.78, the prior run exprun_prior has 0.79.

| Document | File | Status | Score | Prior score | Error | Artifact |
|---|---|---|--:|--:|---|---|
| expdoc_broken | b.pdf | error |  |  | It broke. |  |
| expdoc_1 | a.pdf | completed | 0.91 | 0.85 |  | extraction/extr_V1StGXR8_Z5jdHi6B-myT |`

// TestReport_longRun checks that a run with more documents than rows lists those that did not succeed, and counts the rest.
func TestReport_longRun(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		failed, succeeded, missing int
		wantRows                   int
		want                       []string
	}{
		"few failed":  {2, 98, 1, 2, []string{"Documents that succeeded and are not listed: 98. Documents without a result: 1."}},
		"many failed": {30, 70, 0, 25, []string{"More documents that did not succeed: 5. Documents that succeeded and are not listed: 70."}},
		"none failed": {0, 26, 0, 0, []string{"Documents that succeeded and are not listed: 26."}},
		"not long":    {1, 24, 0, 25, nil},
	} {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			w := newWorkspace(t)
			statuses := slices.Concat(slices.Repeat([]string{"completed"}, test.succeeded), slices.Repeat([]string{"error"}, test.failed))
			w.addResults("exprun_long", statuses...)
			w.fake.AddRun(fakeapi.Run{
				ID: "exprun_long", ExperimentID: "exp_long", BlockKind: "extract", Documents: len(statuses) + test.missing,
				Stages: []fakeapi.RunStage{{Status: "error", Completed: test.succeeded, Failed: test.failed}},
			})
			report := strings.Join(w.reportOf(t, "exp_long"), "\n")
			wantText(t, report, test.want...)
			if rows := strings.Count(report, "\n| <code>"); rows != test.wantRows {
				t.Errorf("%d rows, want %d:\n%s", rows, test.wantRows, report)
			}
			if failed := strings.Count(report, "| <code>error</code> |"); failed != min(test.failed, 25) {
				t.Errorf("%d failed documents are listed:\n%s", failed, report)
			}
			if test.want == nil && strings.Contains(report, "not listed") {
				t.Errorf("a short run leaves documents out:\n%s", report)
			}
		})
	}
}

// TestReport_fitsIntoAComment checks that the longest report is under GitHub's limit for a comment, 65,536 characters.
func TestReport_fitsIntoAComment(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	long := strings.Repeat("|", 5000)
	for i := range 60 {
		id := fmt.Sprintf("expdoc_%s_%02d", strings.Repeat("_", 80), i)
		w.fake.Add(fakeapi.Result{
			ID: "expresult_" + id, RunID: "exprun_wide", ExperimentID: "exp_wide", DocumentID: id, BlockKind: "extract",
			Inputs: map[string]fakeapi.Handle{"input-document-0": {Filename: long}},
			Stages: []fakeapi.Stage{{Status: "error", Error: long, Artifact: &fakeapi.Artifact{Operation: "extraction", ID: id}}},
		})
	}
	w.fake.AddRun(fakeapi.Run{ID: "exprun_wide", ExperimentID: "exp_wide", BlockKind: "extract", Stages: []fakeapi.RunStage{{Status: "completed", Failed: 60}}})
	report := strings.Join(w.reportOf(t, "exp_wide"), "\n")
	if rows := strings.Count(report, "\n| <code>"); rows != 25 || len(report) > 65536 {
		t.Errorf("%d rows, %d bytes", rows, len(report))
	}
}

// TestReport_withoutRun checks that an experiment without runs, and an id of no run, give a report and not an error.
func TestReport_withoutRun(t *testing.T) {
	t.Parallel()
	inBothEditions(t, func(t *testing.T, w workspace) {
		w.fake.AddExperiment(fakeapi.Experiment{ID: "exp_idle", Name: "Idle", BlockKind: "extract"})
		report := strings.Join(w.reportOf(t, "exp_idle"), "\n")
		wantText(t, report, "### Run <code>none</code>", "exp&#95;idle")
		if strings.Contains(report, "| Document |") {
			t.Errorf("an empty table:\n%s", report)
		}
	})
}

// hostileNames are file names that would break or forge a table if they were not escaped.
var hostileNames = []string{
	"a | completed | 1 | 1 | | x |.pdf", "line\nbreak\r\n| expdoc_0 | forged.pdf | completed |", "<script>alert(1)</script><img src=x onerror=alert(1)>",
	"`code` ``two`` </code>", "![image](https://evil.example/x.png) [link](javascript:alert(1))", "@everyone #1 :tada: https://evil.example www.evil.example",
	"\u2028| a |\u2029| b |\u0085c", "\u202etxt.exe", "&lt;b&gt; &#124; $x^2$", `back\slash \| pipe`, "</code></td></tr></table><h1>Passed</h1>", "**bold** _it_ ~~gone~~",
	strings.Repeat("e\u0301|", 5000),
}

// TestReport_hostileNames checks that no text of the server has a character in the report that Markdown or HTML could act on.
func TestReport_hostileNames(t *testing.T) {
	t.Parallel()
	inBothEditions(t, func(t *testing.T, w workspace) {
		for i, name := range hostileNames {
			id := "expdoc_" + string(rune('a'+i))
			w.fake.Add(fakeapi.Result{
				ID: "expresult_" + id, RunID: "exprun_hostile", ExperimentID: "exp_hostile", DocumentID: id, BlockKind: "extract",
				Inputs: map[string]fakeapi.Handle{"input-document-0": {Filename: name}},
				Stages: []fakeapi.Stage{{Status: "error", Error: name, Artifact: &fakeapi.Artifact{Operation: "extraction", ID: "ext_" + id}}},
			})
		}
		w.fake.AddRun(fakeapi.Run{ID: "exprun_hostile", ExperimentID: "exp_hostile", BlockKind: "extract", Stages: []fakeapi.RunStage{{Status: "completed", Failed: len(hostileNames)}}})
		report := w.reportOf(t, "exp_hostile")
		t.Log("\n" + strings.Join(report, "\n"))
		rows := 0
		for _, line := range report {
			if !strings.HasPrefix(line, "| <code>") {
				continue
			}
			rows++
			if pipes := strings.Count(line, "|"); pipes != 8 {
				t.Errorf("%d pipes, want 8, in %s", pipes, line)
			}
			text := strings.NewReplacer("<code>", "", "</code>", "", " | ", " ").Replace(strings.Trim(line, "| "))
			if found := strings.IndexAny(text, "<>|`*_~[]()!@:$\\\"'{}\u2028\u2029\u0085\u202e\r"); found >= 0 {
				t.Errorf("%q is not escaped in %s", text[found:found+1], line)
			}
			if strings.Contains(strings.ToLower(text), "www.") {
				t.Errorf("a link in %s", line)
			}
		}
		if rows != len(hostileNames) {
			t.Errorf("%d rows, want %d:\n%s", rows, len(hostileNames), strings.Join(report, "\n"))
		}
	})
}
