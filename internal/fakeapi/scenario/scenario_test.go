package scenario_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi/scenario"
)

func parse(t *testing.T, text string) *scenario.Scenario {
	t.Helper()
	parsed, err := scenario.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// TestParse_defaults checks the defaults of a small scenario.
func TestParse_defaults(t *testing.T) {
	t.Parallel()
	got := parse(t, `
experiments:
  - id: exp_1
    runs:
      - id: run_1
        documents:
          - id: doc_1
            score: 0.9
          - id: doc_2
            targets: {a: 0.5, b: 0.6}
          - id: doc_3
            status: error
`)
	timing := fakeapi.Timing{CreatedAt: "2026-05-02T11:00:00Z", StartedAt: "2026-05-02T11:00:01Z", CompletedAt: "2026-05-02T11:00:05Z", DurationMS: new(int64(4000))}
	result := func(n int, stage fakeapi.Stage) fakeapi.Result {
		stage.Timing = timing
		file := fakeapi.Handle{FileID: fmt.Sprintf("file_doc_%d", n), Filename: fmt.Sprintf("doc_%d.pdf", n), MIMEType: "application/pdf"}
		return fakeapi.Result{
			ID: fmt.Sprintf("expresult_run_1_doc_%d", n), RunID: "run_1", ExperimentID: "exp_1", DocumentID: fmt.Sprintf("doc_%d", n), BlockKind: "extract",
			Stages: []fakeapi.Stage{stage}, Inputs: map[string]fakeapi.Handle{"input-document-0": file}, Placeholder: new(false),
		}
	}
	record := func(n int) fakeapi.ArtifactRecord {
		return fakeapi.ArtifactRecord{
			Operation: "extraction", ID: fmt.Sprintf("extr_run_1_doc_%d", n), Output: "{}", Consensus: 3,
			File: fakeapi.Handle{FileID: fmt.Sprintf("file_doc_%d", n), Filename: fmt.Sprintf("doc_%d.pdf", n), MIMEType: "application/pdf"},
		}
	}
	reference := func(n int) *fakeapi.Artifact {
		return &fakeapi.Artifact{Operation: "extraction", ID: fmt.Sprintf("extr_run_1_doc_%d", n)}
	}
	want := &scenario.Scenario{
		Experiments: []fakeapi.Experiment{{ID: "exp_1", BlockKind: "extract"}},
		Runs:        []fakeapi.Run{{ID: "run_1", ExperimentID: "exp_1", BlockKind: "extract", CreatedAt: "2026-05-02T11:00:00Z", Score: new(0.725)}},
		Results: []fakeapi.Result{
			result(1, fakeapi.Stage{Status: "completed", Artifact: reference(1)}),
			result(2, fakeapi.Stage{Status: "completed", Artifact: reference(2)}),
			result(3, fakeapi.Stage{Status: "error", Error: "The block failed."}),
		},
		Metrics: []fakeapi.Metrics{{
			RunID: "run_1", Score: new(0.725), Likelihoods: map[string]float64{"a": 0.5, "b": 0.6}, ScoredDocuments: new(2), TotalDocuments: new(3),
			Documents: []fakeapi.DocumentMetrics{
				{ID: "doc_1", Filename: "doc_1.pdf", Score: new(0.9)},
				{ID: "doc_2", Filename: "doc_2.pdf", Score: new(0.55), Targets: []fakeapi.TargetMetrics{{Path: "a", Score: new(0.5)}, {Path: "b", Score: new(0.6)}}},
			},
		}},
		Artifacts: []fakeapi.ArtifactRecord{record(1), record(2)},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// inDocument returns a scenario with the members of one document. doc is the name of its field.
func inDocument(members string) string {
	return "experiments:\n- id: e\n  runs:\n  - id: r\n    documents:\n    - " + members
}

// inRun returns a scenario with the members of one run.
func inRun(members string) string {
	return "experiments:\n- id: e\n  runs:\n  - {id: r, " + members + "}\n"
}

// inEvalRun returns a scenario with the members of one run of evals.
func inEvalRun(members string) string {
	return "workflows:\n- id: w\n  eval_runs:\n  - {id: r, " + members + "}\n"
}

const doc = "experiments[0].runs[0].documents[0]"

// mistakes maps scenarios to their errors.
var mistakes = map[string]string{
	"":                                        "The scenario is empty.",
	"# nothing":                               "The scenario is empty.",
	"a: [":                                    "line 1: did not find expected node content",
	"a: b: c":                                 "line 1: mapping values are not allowed in this context",
	"a: 1\n---\nb: 2":                         "The file has more than one YAML document.",
	"text":                                    `line 1: must be a mapping, but is "text"`,
	"{}":                                      "line 1: needs experiments, workflows or artifacts",
	"experiment: []":                          "line 1: experiment: is not a known field; the known fields are experiments, workflows, artifacts, faults, lists, contradict",
	"experiments: []\nlists: 1":               `line 2: lists: must be a mapping, but is "1"`,
	"experiments: 3":                          `line 1: experiments: must be a list, but is "3"`,
	"experiments:\n- a":                       `line 2: experiments[0]: must be a mapping, but is "a"`,
	"experiments:\n- {}":                      "line 2: experiments[0]: needs id",
	"experiments:\n- id:":                     "line 2: experiments[0].id: must be text, but is empty",
	"experiments:\n- id: 7":                   `line 2: experiments[0].id: must be text, but is "7"; put it in quotes`,
	"experiments:\n- id: a/b":                 `line 2: experiments[0].id: must be an id without slashes and spaces, of at most 200 characters, but is "a/b"`,
	"experiments:\n- id: ..":                  `line 2: experiments[0].id: must be an id without slashes and spaces, of at most 200 characters, but is ".."`,
	"experiments:\n- id: \"a\\u0007\"":        "line 2: experiments[0].id: must not have control characters",
	"experiments:\n- id: a\n- id: a":          `line 3: experiments[1].id: is "a", the same as in line 2; each experiment needs its own id`,
	"experiments:\n- id: a\n  id: b":          "line 3: experiments[0].id: is a duplicate",
	"experiments:\n- &x {id: a}\n- *x":        "line 3: experiments[1]: must be a mapping, but is an alias, which scenarios do not support",
	"experiments:\n- {<<: {id: a}}":           "line 2: experiments[0]: has a key that is empty or not text\nline 2: experiments[0]: needs id",
	"experiments:\n- id: e\n  score: 1.5":     `line 3: experiments[0].score: must be a number from 0 to 1, but is "1.5"`,
	"experiments:\n- id: e\n  score: .nan":    `line 3: experiments[0].score: must be a number from 0 to 1, but is ".nan"`,
	"experiments:\n- id: e\n  score: high":    `line 3: experiments[0].score: must be a number from 0 to 1, but is "high"`,
	"experiments:\n- id: e\n  status: error":  `line 3: experiments[0].status: must be one of draft, processing, completed, failed, cancelled, but is "error" (contradict: true serves it)`,
	"experiments:\n- id: e\n  n_consensus: 4": `line 3: experiments[0].n_consensus: must be 3, 5 or 7, but is "4"`,
	"experiments:\n- id: e\n  block_kind: extraction":                                         `line 3: experiments[0].block_kind: must be one of extract, classifier, split, for_each, but is "extraction" (contradict: true serves it)`,
	"experiments:\n- id: e\n  created_at: yesterday":                                          `line 3: experiments[0].created_at: must be a timestamp such as 2026-05-02T11:00:00Z, but is "yesterday"`,
	"experiments:\n- id: e\n  last_run_id: r":                                                 `line 3: experiments[0].last_run_id: is "r", which is not a run of this experiment`,
	"experiments:\n- id: e\n  freshness: {reasons: [no]}":                                     `line 3: experiments[0].freshness.reasons[0]: must be one of validity_changed, inputs_changed, engine_changed, metrics_engine_changed, no_baseline, but is "no" (contradict: true serves it)`,
	"experiments:\n- id: e\n  runs:\n  - {id: r, status: failed}":                             `line 4: experiments[0].runs[0].status: must be one of pending, queued, running, completed, error, cancelled, but is "failed" (contradict: true serves it)`,
	"experiments:\n- id: e\n  runs:\n  - {id: r, stages: []}":                                 "line 4: experiments[0].runs[0].stages: must have at least one stage",
	"experiments:\n- id: e\n  runs:\n  - {id: r, stages: [{status: error, failed_count: 2}]}": "line 4: experiments[0].runs[0].stages[0]: has 2 documents that are completed or failed, but the run has 0 (contradict: true serves it)",
	"experiments:\n- id: e\n  runs:\n  - {id: r, metrics: gone}":                              `line 4: experiments[0].runs[0].metrics: must be one of available, stale, missing, but is "gone"`,
	"experiments:\n- id: e\n  runs:\n  - {id: r, flows: [{source: a}]}":                       "line 4: experiments[0].runs[0].flows[0]: needs score\nline 4: experiments[0].runs[0].flows[0]: needs target",
	inDocument("{status: done, id: d}"):                                                       "line 6: " + doc + `.status: must be one of pending, queued, running, completed, error, cancelled, but is "done" (contradict: true serves it)`,
	inDocument("{id: d, error: broke}"):                                                       "line 6: " + doc + ".error: needs status: error, but the status is completed (contradict: true serves it)",
	inDocument("{id: d, stages: [{status: pending, error_code: A}, {status: cancelled, error: broke}]}"): "line 6: " + doc +
		".stages[0].error_code: needs status: error, but the status is pending (contradict: true serves it)\n" +
		"line 6: " + doc + ".stages[1].error: needs status: error, but the status is cancelled (contradict: true serves it)",
	inDocument("{id: d, error: broke, stages: [pending, completed]}"): "line 6: " + doc + ".error: needs status: error, but the status is completed (contradict: true serves it)",
	inDocument("{id: d, status: running, score: 1}"):                  "line 6: " + doc + ".score: needs status: completed, but the status is running (contradict: true serves it)",
	inDocument("{id: d, status: error, artifact: {id: a}}"):           "line 6: " + doc + ".artifact: needs status: completed (contradict: true serves it)",
	inDocument("{id: d, artifact: {n_consensus: 5}}"):                 "line 6: " + doc + ".artifact.n_consensus: is 5, but that of the experiment is 3 (contradict: true serves it)",
	inDocument("{id: d, is_placeholder: true}"): "line 6: " + doc + ".is_placeholder: is true, but the document is completed; " +
		"a placeholder is a document that was never executed (contradict: true serves it)",
	inRun("document_count: 1, documents: [{id: a}, {id: b}]"):         "line 4: experiments[0].runs[0].document_count: is 1, but the run has 2 documents (contradict: true serves it)",
	inRun("status: completed, documents: [{id: a, status: running}]"): "line 4: experiments[0].runs[0]: is completed, but 1 of its documents have not finished (contradict: true serves it)",
	inRun("status: completed, completed_count: 1, documents: [{id: a, status: error}]"): "line 4: experiments[0].runs[0]: has other counts than its documents " +
		"(contradict: true serves it)",
	inRun("metrics: {state: missing, reasons: [inputs_changed]}"):    "line 4: experiments[0].runs[0].metrics.reasons: needs state: stale (contradict: true serves it)",
	"experiments:\n- {id: e, freshness: fresh}":                      "line 2: experiments[0]: is a draft with runs, or fresh without a run (contradict: true serves it)",
	"experiments:\n- {id: e, freshness: stale, run_plan_mode: noop}": "line 2: experiments[0].run_plan_mode: is noop, but freshness is stale (contradict: true serves it)",
	"experiments:\n- {id: e, runs: [{id: r}], freshness: {status: fresh, reasons: [inputs_changed]}}": "line 2: experiments[0].freshness.reasons: " +
		"has reasons to be stale, but status is fresh (contradict: true serves it)",
	inEvalRun("eval_count: 1, results: [{eval_id: a}, {eval_id: a}]"): "line 4: workflows[0].eval_runs[0].eval_count: is 1, but the run has 2 results (contradict: true serves it)\n" +
		`line 4: workflows[0].eval_runs[0].results[1].eval_id: is "a", the same as in line 4; each result of eval run r needs its own id`,
	inEvalRun("results: [{eval_id: a, verdict: ok}]"):                                                  `line 4: workflows[0].eval_runs[0].results[0].verdict: must be one of passed, failed, blocked, none, but is "ok" (contradict: true serves it)`,
	inEvalRun("results: [{eval_id: a, verdict: none}]"):                                                "line 4: workflows[0].eval_runs[0].results[0]: has no verdict, but a completed result has one (contradict: true serves it)",
	inEvalRun("results: [{eval_id: a, failure: no}]"):                                                  "line 4: workflows[0].eval_runs[0].results[0].failure: is the reason of a failure, but the eval has passed (contradict: true serves it)",
	inEvalRun("results: [{eval_id: a, status: running, verdict: passed}]"):                             "line 4: workflows[0].eval_runs[0].results[0].verdict: needs status: completed, but the status is running (contradict: true serves it)",
	inDocument("{id: d, status: error, stages: [error]}"):                                              "line 6: " + doc + ".status: cannot be used with stages; put the status into a stage",
	inDocument("{id: d, stages: [pending, {status: error, after: 5}]}"):                                "line 6: " + doc + `.stages[1].after: must be a duration such as 10s or 1m30s, but is "5"`,
	inDocument("{id: d, stages: [pending, {status: error, after: -5s}]}"):                              "line 6: " + doc + `.stages[1].after: must be a duration such as 10s or 1m30s, but is "-5s"`,
	inDocument("{id: d, stages: [{status: pending, after: 5s}, error]}"):                               "line 6: " + doc + ".stages[1]: needs after, like the other stages",
	inDocument("{id: d, stages: [pending, {status: running, after: 5s}, {status: error, after: 5s}]}"): "line 6: " + doc + ".stages[2].after: must be later than that of the previous stage",
	inDocument("{id: d, stages: [{status: pending, reads: 2}, {status: error, after: 5s}]}"):           "line 6: " + doc + ".stages: has stages with after and stages with reads; use one of the two",
	inDocument("{id: d, stages: [{status: pending, reads: 0}]}"):                                       "line 6: " + doc + `.stages[0].reads: must be a whole number from 1 to 1000, but is "0"`,
	inDocument("{id: d, stages: [{reads: 1}]}"):                                                        "line 6: " + doc + ".stages[0]: needs status",
	inDocument("{id: d, count: 3}"):                                                                    "line 6: " + doc + ".id: must contain {n}, which is replaced by the number of the copy",
	inDocument("{id: 'd{n}', count: 100000, stages: [{status: pending, reads: 5}, error]}"):            "line 6: " + doc + ": exceeds the limit of 500000 documents and stages in a scenario",
	inDocument("{id: d}\n    - {id: d}"):                                                               "line 7: experiments[0].runs[0].documents[1].id: is \"d\", the same as in line 6; each document of run r needs its own id",
	inDocument("{id: d, targets: {a: {score: 2}}}"):                                                    "line 6: " + doc + `.targets.a.score: must be a number from 0 to 1, but is "2"`,
	inDocument("{id: d, inputs: {a: 0x10}}"):                                                           "line 6: " + doc + `.inputs.a: is a number that JSON does not support: "0x10"`,
	inDocument("{id: d, inputs: {a: &x [1]}, outputs: {b: *x}}"):                                       "line 6: " + doc + ".outputs.b: cannot be converted to JSON: an alias, which scenarios do not support",
	inDocument("{id: d, inputs: {a: !!binary aGk=}}"):                                                  "line 6: " + doc + `.inputs.a: cannot be converted to JSON: "aGk="`,
	inDocument("{id: d, inputs: {a: " + strings.Repeat("[", 101) + strings.Repeat("]", 101) + "}}"):    "line 6: " + doc + ".inputs.a" + strings.Repeat("[0]", 100) + ": is nested more than 100 levels deep",
	inDocument("{id: d, artifact: some}"):                                                              "line 6: " + doc + `.artifact: must be a mapping or none, but is "some"`,
	inDocument("{id: d, artifact: {likelihoods: 3}}"):                                                  "line 6: " + doc + `.artifact.likelihoods: must be a mapping, but is "3"`,
	"artifacts:\n- {operation: A, id: a}": `line 2: artifacts[0].operation: must be one of extraction, split, classification, parse, edit, partition, conditional_evaluation, hil_evaluation, ` +
		`while_loop_termination, api_call_invocation, function_invocation, but is "A"`,
	"artifacts:\n- {operation: split, id: s, output: [{pages: [1]}]}":                "line 2: artifacts[0].output[0]: needs name",
	"artifacts:\n- {operation: split, id: s, output: [{name: a}]}":                   "line 2: artifacts[0].output[0]: needs pages",
	"artifacts:\n- {operation: split, id: s, output: [{name: a, pages: [0]}]}":       `line 2: artifacts[0].output[0].pages[0]: must be a whole number from 1 to 1000000, but is "0"`,
	"artifacts:\n- {operation: classification, id: s, likelihoods: {a: 1}}":          "line 2: artifacts[0].likelihoods: must be a number from 0 to 1, but is a mapping",
	"artifacts:\n- {operation: classification, id: s, request: {categories: [{}]}}":  "line 2: artifacts[0].request.categories[0]: needs name",
	"artifacts:\n- {operation: partition, id: p, request: {allow_overlap: maybe}}":   `line 2: artifacts[0].request.allow_overlap: must be true or false, but is "maybe"`,
	"artifacts:\n- {operation: extraction, id: x, members: {}}":                      "line 2: artifacts[0].members: is only for operations without a route of their own; use output, likelihoods and request for the operation extraction",
	"artifacts:\n- {operation: parse, id: x, output: {}}":                            "line 2: artifacts[0].output: is not supported for the operation parse; use members",
	"artifacts:\n- {operation: extraction, id: x}\n- {operation: extraction, id: x}": `line 3: artifacts[1].id: is "x", the same as in line 2; each extraction needs its own id`,
	"artifacts:\n- {operation: extraction, id: x, credits: .inf}":                    `line 2: artifacts[0].credits: must be a number, but is ".inf"`,
	"artifacts: []\nfaults:\n- {status: 429}":                                        "line 3: faults[0]: needs requests or away_for, which define its end",
	"artifacts: []\nfaults:\n- {requests: 1}":                                        "line 3: faults[0]: needs status",
	"artifacts: []\nfaults:\n- {away_for: 1s, retry_after: 1s}":                      "line 3: faults[0]: has retry_after or message without status",
	"artifacts: []\nfaults:\n- {status: 200, requests: 1}":                           `line 3: faults[0].status: must be a whole number from 400 to 599, but is "200"`,
	"artifacts: []\nfaults:\n- {status: 429, requests: 1, retry_after: 1500ms}":      `line 3: faults[0].retry_after: must be whole seconds, but is "1500ms"`,
	"artifacts: []\nfaults:\n- {status: 429, requests: 1, path: runs}":               `line 3: faults[0].path: must begin with /v1/, but is "runs"`,
	"artifacts: []\nlists: {cap: 0}":                                                 `line 2: lists.cap: must be a whole number from 1 to 1000, but is "0"`,
}

// TestParse_mistakes checks that the error for a mistake has its line and field.
func TestParse_mistakes(t *testing.T) {
	t.Parallel()
	for text, want := range mistakes {
		_, err := scenario.Parse([]byte(text))
		var refused *scenario.InvalidError
		if !errors.As(err, &refused) || err.Error() != want {
			t.Errorf("%s\ngot:  %v\nwant: %s", text, err, want)
		}
	}
}

// TestParse_manyMistakes checks that all mistakes are reported once, in the order of the file, up to a limit.
func TestParse_manyMistakes(t *testing.T) {
	t.Parallel()
	_, err := scenario.Parse([]byte("experiments:\n- id: e\n  score: 2\n  colour: red\n  runs:\n  - {id: r, documents: [{id: d, error: 3, stages: [error, error]}]}\n"))
	want := `line 3: experiments[0].score: must be a number from 0 to 1, but is "2"
line 4: experiments[0].colour: is not a known field; the known fields are id, name, workflow_id, block_id, block_kind, n_consensus, document_count, status, score, last_run_id, created_at, updated_at, freshness, drift, run_plan_mode, rerunnable_document_count, runs
line 6: experiments[0].runs[0].documents[0].error: must be text, but is "3"; put it in quotes`
	if err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
	_, err = scenario.Parse([]byte("experiments:\n" + strings.Repeat("- {}\n", 100)))
	if lines := strings.Split(fmt.Sprint(err), "\n"); len(lines) != 21 || lines[20] != "and 80 more problems" {
		t.Errorf("got %v", err)
	}
	if _, err = scenario.Parse(make([]byte, 33<<20)); err == nil || !strings.Contains(err.Error(), "the maximum is 33554432") {
		t.Errorf("got %v", err)
	}
}

// TestExample_commentedPart checks that the faults that are comments in the example are valid.
func TestExample_commentedPart(t *testing.T) {
	t.Parallel()
	before, commented, found := strings.Cut(scenario.Example, "# faults:\n")
	if !found {
		t.Fatal("the example shows no faults")
	}
	got := parse(t, before+"faults:\n"+strings.NewReplacer("\n# ", "\n", "\n#", "\n").Replace("\n"+commented))
	if len(got.Faults) != 2 || got.PageSize == 0 || got.ListFaults.Cap == 0 || !got.ListFaults.SkipsARow {
		t.Errorf("got %+v, %d, %+v", got.Faults, got.PageSize, got.ListFaults)
	}
}
