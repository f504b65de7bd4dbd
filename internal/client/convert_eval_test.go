package client

import (
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"

	"github.com/google/go-cmp/cmp"
)

func TestDecodeEvalRun_editions(t *testing.T) {
	t.Parallel()
	want := EvalRun{
		ID: "evalrun_1", WorkflowID: "wf_abc123", WorkflowVersionID: new("draft_2026_05_18"), TriggerType: new("api"), TargetBlockID: new("extract-invoice"),
		Lifecycle: Lifecycle{Status: StatusCompleted, Timing: Timing{CreatedAt: new("c"), DurationMS: new(int64(1200))}},
		Total:     8, EvalCounts: EvalCounts{Passed: 3, Failed: 2, Blocked: 1, Errors: 1, Cancelled: 1},
	}
	for name, test := range map[string]struct {
		body   string
		change func(*EvalRun)
	}{
		"run-scoped": {
			`{"id":"evalrun_1","workflow":{"workflow_id":"wf_abc123","version_id":"draft_2026_05_18","name_at_run_time":"n","requested_version":"draft"},
			"trigger":{"type":"api"},"lifecycle":{"status":"completed","message":null},"timing":{"created_at":"c","duration_ms":1200},"target":{"type":"block","block_id":"extract-invoice"},
			"test_id":null,"total_tests":8,"counts":{"passed":3,"failed":2,"blocked":1,"error":1,"cancelled":1}}`,
			func(r *EvalRun) { r.RequestedVersion = new("draft") },
		},
		"flat": {
			`{"id":"evalrun_1","workflow_id":"wf_abc123","workflow_version_id":"draft_2026_05_18","trigger":{"type":"api"},"lifecycle":{"status":"completed"},
			"timing":{"created_at":"c","duration_ms":1200},"target":{"type":"block","block_id":"extract-invoice"},"total_evals":8,
			"counts":{"lifecycle_counts":{"completed":6,"error":1,"cancelled":1},"outcome":{"passed":3,"failed":2,"blocked":1}}}`,
			func(r *EvalRun) { r.Completed = new(int64(6)) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := want
			test.change(&want)
			got, err := decode(newTestDecoder(), strings.NewReader(test.body), false, convertEvalRun)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got, compareExactly); diff != "" {
				t.Errorf("run differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDecodeEvalRun_scope(t *testing.T) {
	t.Parallel()
	for members, want := range map[string]string{
		``: "workflow",
		`,"target":null,"eval_id":null,"test_id":null`: "workflow",
		`,"target":{"type":"block","block_id":"b"}`:    "block",
		`,"eval_id":"e"`: "eval",
		`,"test_id":"e","target":{"type":"block","block_id":"b"}`:    "eval",
		`,"eval_id":"e","target":{"type":"block","block_id":"b"}`:    "eval",
		`,"eval_id":"","target":{"type":"block","block_id":"other"}`: "block",
	} {
		got, err := decode(newTestDecoder(), strings.NewReader(`{"id":"r","workflow_id":"w","lifecycle":{"status":"running"},"total_evals":1`+members+`}`), false, convertEvalRun)
		if err != nil || got.Scope() != want {
			t.Errorf("%s: got %q, %v, want %q", members, got.Scope(), err, want)
		}
	}
}

func TestDecodeEvalRun_refuses(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"workflow_id":"w","lifecycle":{"status":"completed"},"total_evals":1}`:                                                              "id is missing",
		`{"id":"r","lifecycle":{"status":"completed"},"total_evals":1}`:                                                                       "workflow_id is missing",
		`{"id":"r","workflow_id":"w","total_evals":1}`:                                                                                        "lifecycle.status is missing",
		`{"id":"r","workflow_id":"w","lifecycle":{"status":"completed"}}`:                                                                     "total_evals (or total_tests) is missing",
		`{"id":"r","workflow_id":"w","lifecycle":{"status":"completed"},"total_evals":1,"target":{}}`:                                         "target.block_id is missing",
		`{"id":"r","workflow_id":"w","lifecycle":{"status":"completed"},"total_evals":1,"counts":{"passed":-1}}`:                              "the count of evals (passed) is negative",
		`{"id":"r","workflow_id":"w","lifecycle":{"status":"completed"},"total_evals":1,"counts":{"lifecycle_counts":{"completed":-1}}}`:      "counts.lifecycle_counts.completed is negative",
		`{"id":"r","workflow_id":"w","workflow":{"workflow_id":"v"},"lifecycle":{"status":"completed"},"total_evals":1}`:                      `workflow.workflow_id is "v", but workflow_id is "w", and they must be the same`,
		`{"id":"r","workflow_id":"w","lifecycle":{"status":"completed"},"total_evals":1,"eval_id":"a","test_id":"b"}`:                         `test_id is "b", but eval_id is "a", and they must be the same`,
		`{"id":"r","workflow_id":"w","lifecycle":{"status":"completed"},"total_evals":1,"counts":{"outcome":{"passed":"1"}}}`:                 "counts.outcome.passed",
		`{"id":"r","workflow_id":"w","workflow_version_id":"1","workflow":{"version_id":"2"},"lifecycle":{"status":"error"},"total_evals":1}`: "workflow.version_id",
	} {
		if _, err := decode(newTestDecoder(), strings.NewReader(body), false, convertEvalRun); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", body, err, want)
		}
	}
}

// TestDecodeEvalRun_active checks which counters are of evals that have not ended.
func TestDecodeEvalRun_active(t *testing.T) {
	t.Parallel()
	for counts, want := range map[string]EvalCounts{
		`{"queued":3,"running":2,"error":1}`: {Active: 5, Errors: 1},
		`{"lifecycle_counts":{"pending":4,"queued":2,"running":1,"completed":0,"cancelled":9}}`: {
			Active: 7, Cancelled: 9, Completed: new(int64(0)),
		},
	} {
		body := `{"id":"r","workflow_id":"w","lifecycle":{"status":"running"},"total_evals":9,"counts":` + counts + `}`
		got, err := decode(newTestDecoder(), strings.NewReader(body), false, convertEvalRun)
		if diff := cmp.Diff(want, got.EvalCounts); err != nil || diff != "" {
			t.Errorf("%s: %v, counts differ (-want +got):\n%s", counts, err, diff)
		}
	}
}

// TestDecodeEvalRun_namesTheFirstCounter checks that the error for several negative counters always names the same one.
func TestDecodeEvalRun_namesTheFirstCounter(t *testing.T) {
	t.Parallel()
	const body = `{"id":"r","workflow_id":"w","lifecycle":{"status":"completed"},"total_evals":1,"counts":{"passed":-1,"failed":-1,"error":-1}}`
	for range 50 {
		if _, err := decode(newTestDecoder(), strings.NewReader(body), false, convertEvalRun); err == nil || !strings.Contains(err.Error(), "(passed) is negative") {
			t.Fatalf("got %v", err)
		}
	}
}

// TestDecodeEvalResult_verdict checks that a result has a verdict only if it is completed and nothing in it contradicts the
// verdict.
func TestDecodeEvalResult_verdict(t *testing.T) {
	t.Parallel()
	for members, want := range map[string]EvalVerdict{
		`"verdict":"passed"`:  EvalPassed,
		`"verdict":"failed"`:  EvalFailed,
		`"verdict":"blocked"`: EvalBlocked,
		`"verdict":null`:      "",
		`"verdict":"skipped"`: "",
		`"verdict":true`:      "",
		`"verdict":"passed","assertion_result":{"outcome":"passed"},"verdict_summary":{"passed":true,"assertions_passed":1}`: EvalPassed,
		`"verdict":"passed","assertion_result":{"outcome":"failed"}`:                                                         "",
		`"verdict":"passed","verdict_summary":{"passed":false,"assertions_failed":1}`:                                        "",
		`"verdict":"passed","verdict_summary":{"passed":true,"assertions_failed":1}`:                                         "",
		`"verdict":"passed","verdict_summary":{"passed":true,"blocked_assertions":1}`:                                        "",
		`"verdict":"passed","verdict_summary":{"passed":true,"failed_assertion_ids":["a"]}`:                                  "",
		`"verdict":"passed","verdict_summary":{"passed":true,"failed_assertion_ids":[]}`:                                     EvalPassed,
		`"verdict":"passed","verdict_summary":{"assertions_failed":1}`:                                                       "",
		`"verdict":"passed","verdict_summary":{"blocked_assertions":1}`:                                                      "",
		`"verdict":"passed","assertion_result":{"outcome":"passed","failure":{"code":"c","message":"m"}}`:                    "",
		`"verdict":"passed","assertion_result":{"failure":{}}`:                                                               "",
		`"verdict":"passed","assertion_result":{"failure":null}`:                                                             EvalPassed,
		`"verdict":"passed","assertion_result":{"condition_kind":"similarity_gte","score":0.79,"threshold":0.8}`:             "",
		`"verdict":"passed","assertion_result":{"condition_kind":"split_iou_gte","score":0,"threshold":0.8}`:                 "",
		`"verdict":"passed","assertion_result":{"condition_kind":"similarity_gte","score":0.8,"threshold":0.8}`:              EvalPassed,
		`"verdict":"passed","assertion_result":{"condition_kind":"similarity_gte","score":null,"threshold":0.8}`:             EvalPassed,
		`"verdict":"passed","assertion_result":{"condition_kind":"similarity_gte","score":0.79}`:                             EvalPassed,
		`"verdict":"passed","assertion_result":{"condition_kind":"number_compare","score":1,"threshold":2}`:                  EvalPassed,
		`"verdict":"failed","assertion_result":{"condition_kind":"similarity_gte","score":0.79,"threshold":0.8}`:             EvalFailed,
		`"verdict":"failed","assertion_result":{"outcome":"failed","failure":{"code":"c","message":"m"}}`:                    EvalFailed,
		`"verdict":"blocked","assertion_result":{"failure":{"code":"c"}}`:                                                    EvalBlocked,
		`"verdict":"passed","verdict_summary":{}`:                                                                            EvalPassed,
		`"verdict":"failed","verdict_summary":{"passed":true}`:                                                               "",
		`"verdict":"failed","verdict_summary":{"passed":false}`:                                                              EvalFailed,
		`"verdict":"blocked","verdict_summary":{"passed":false,"blocked_assertions":1}`:                                      EvalBlocked,
		`"verdict":{},"assertion_result":{"status":"passed"},"verdict_summary":{"result":true}`:                              EvalPassed,
		`"verdict":{},"assertion_result":{"status":"passed"},"verdict_summary":{"result":false,"assertions_failed":1}`:       "",
		`"verdict":{},"assertion_result":{"status":"error"},"verdict_summary":null`:                                          "",
		`"verdict":null,"assertion_result":null,"verdict_summary":{"result":true}`:                                           EvalPassed,
		`"verdict":null,"assertion_result":null,"verdict_summary":{"result":false,"blocked_assertions":2}`:                   EvalBlocked,
		`"verdict":null,"assertion_result":{"status":"passed"},"skipped":true`:                                               "",
	} {
		for status, want := range map[string]EvalVerdict{"completed": want, "running": "", "error": "", "cancelled": "", "judged": ""} {
			body := `{"data":[{"id":"i","eval_id":"e","workflow_id":"w","lifecycle":{"status":"` + status + `"},` + members + `}]}`
			rows, _, err := wire.DecodePage(newTestDecoder(), strings.NewReader(body), false, convertEvalResult)
			if err != nil || len(rows) != 1 || rows[0].Verdict != want {
				t.Errorf("%s, %s: got %+v, %v, want %q", status, members, rows, err, want)
			}
		}
	}
}

// TestDecodeEvalResult_values checks that values are kept only on request.
func TestDecodeEvalResult_values(t *testing.T) {
	t.Parallel()
	const body = `[{"id":"i","workflow_eval_run_id":"r","eval_id":"e","workflow_id":"w","block_id":"b","block_type":"extract","lifecycle":{"status":"completed"},
		"verdict":"failed","assertion_result":{"assertion_id":"a","condition_kind":"equals","outcome":"failed","actual_value":{"b":1.50,"a":null},"expected_value":"x","score":0.70,
		"threshold":1,"assertion_label":"total","failure":{"code":"NOT_EQUAL","message":"1.5 is not x","details":{}}},"artifact":{"operation":"extraction","id":"ext_1"},
		"handle_inputs":{"input-document-0":{}},"handle_outputs":null,"warnings":["w"]}]`
	want := EvalResult{
		ID: "i", RunID: new("r"), EvalID: "e", WorkflowID: "w", BlockID: new("b"), BlockKind: new("extract"), Lifecycle: Lifecycle{Status: StatusCompleted},
		Verdict: EvalFailed, ConditionKind: new("equals"), Score: parseNumber(t, "0.7"), Threshold: parseNumber(t, "1"), FailureCode: new("NOT_EQUAL"),
		Artifact: &Artifact{Operation: "extraction", ID: "ext_1"},
		Values:   EvalValues{FailureMessage: new("1.5 is not x"), AssertionLabel: new("total"), Warnings: []string{"w"}},
	}
	for _, payloads := range []bool{false, true} {
		if payloads {
			want.Values.ActualValue, want.Values.ExpectedValue = new(`{"a":null,"b":1.50}`), new(`"x"`)
			want.Values.HandleInputs, want.Values.HandleOutputs = new(`{"input-document-0":{}}`), new("null")
		}
		rows, _, err := wire.DecodePage(newTestDecoder(), strings.NewReader(body), payloads, convertEvalResult)
		if err != nil || len(rows) != 1 {
			t.Fatalf("got %+v, %v", rows, err)
		}
		if diff := cmp.Diff(want, rows[0], compareExactly); diff != "" {
			t.Errorf("payloads %v: result differs (-want +got):\n%s", payloads, diff)
		}
	}
}

func TestDecodeEvals(t *testing.T) {
	t.Parallel()
	const start = `{"id":"e","workflow_id":"w","target":{"type":"block","block_id":"b"},"source":{"type":"manual"}`
	for members, want := range map[string]Eval{
		``: {},
		`,"name":"n","latest_run_summary":{"run_record_id":"rr","status":"completed","outcome":"passed","started_at":"s"},"freshness":{"status":"fresh"},"drift":{"status":"none"},"assertion_drift_status":"valid"`: {
			Name: new("n"), LatestRun: &EvalRunSummary{RecordID: "rr", Status: StatusCompleted, Verdict: EvalPassed, StartedAt: new("s")},
			Freshness: Freshness{Status: Fresh}, Drift: Drift{Status: NoDrift}, AssertionDrift: "valid",
		},
		`,"latest_run_summary":{"run_record_id":"rr","status":"passed","started_at":"s"}`:                                                          {LatestRun: &EvalRunSummary{RecordID: "rr", Status: StatusCompleted, Verdict: EvalPassed, StartedAt: new("s")}},
		`,"latest_run_summary":{"run_record_id":"rr","status":"blocked"}`:                                                                          {LatestRun: &EvalRunSummary{RecordID: "rr", Status: StatusCompleted, Verdict: EvalBlocked}},
		`,"latest_run_summary":{"run_record_id":"rr","status":"running","outcome":"passed"}`:                                                       {LatestRun: &EvalRunSummary{RecordID: "rr", Status: StatusRunning}},
		`,"latest_run_summary":{"run_record_id":"rr","status":"passed","outcome":"failed"}`:                                                        {LatestRun: &EvalRunSummary{RecordID: "rr", Status: StatusCompleted}},
		`,"latest_run_summary":{"run_record_id":"rr","status":"completed","outcome":"passed","assertions_failed":1}`:                               {LatestRun: &EvalRunSummary{RecordID: "rr", Status: StatusCompleted}},
		`,"latest_run_summary":{"run_record_id":"rr","status":"completed","outcome":null}`:                                                         {LatestRun: &EvalRunSummary{RecordID: "rr", Status: StatusCompleted}},
		`,"schema_drift":"partial","validation_status":"invalid","latest_failing_run_summary":{"run_record_id":"rr","status":"error"}`:             {Drift: Drift{Status: "partial"}, ValidationStatus: "invalid", LatestFailingRun: &EvalRunSummary{RecordID: "rr", Status: StatusError}},
		`,"drift":{"status":"unknown"},"schema_drift":"drifted","freshness":{"status":"stale","reasons":["engine_changed"],"baseline_run_id":"x"}`: {Drift: Drift{Status: "drifted"}, Freshness: Freshness{Status: Stale, Reasons: []string{"engine_changed"}, BaselineRunID: new("x")}},
	} {
		want.ID, want.WorkflowID, want.BlockID = "e", "w", "b"
		want.Drift.AffectedTargets = []string{}
		if want.Freshness.Reasons == nil {
			want.Freshness.Reasons = []string{}
		}
		rows, _, err := wire.DecodePage(newTestDecoder(), strings.NewReader(`{"data":[`+start+members+`}]}`), false, convertEval)
		if err != nil || len(rows) != 1 {
			t.Errorf("%s: got %+v, %v", members, rows, err)
			continue
		}
		if diff := cmp.Diff(want, rows[0], compareExactly); diff != "" {
			t.Errorf("%s: eval differs (-want +got):\n%s", members, diff)
		}
	}
	for body, want := range map[string]string{
		`[{"id":"e","workflow_id":"w"}]`:                                                                              "data.0.target is missing",
		`[{"id":"e","workflow_id":"w","target":{}}]`:                                                                  "data.0.target.block_id is missing",
		`[{"id":"e","target":{"block_id":"b"}}]`:                                                                      "data.0.workflow_id is missing",
		`[{"id":"e","workflow_id":"w","target":{"block_id":"b"},"latest_run_summary":{"status":"x"}}]`:                "data.0.latest_run_summary.run_record_id is missing",
		`[{"id":"e","workflow_id":"w","target":{"block_id":"b"},"latest_failing_run_summary":{"run_record_id":"x"}}]`: "data.0.latest_failing_run_summary.status is missing",
	} {
		if _, _, err := wire.DecodePage(newTestDecoder(), strings.NewReader(body), false, convertEval); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", body, err, want)
		}
	}
}

func TestDecodeWorkflow(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]Workflow{
		`{"id":"w","name":"Invoices","description":"","published":null,"created_at":"c","updated_at":"u"}`:                      {Name: "Invoices", CreatedAt: new("c"), UpdatedAt: new("u")},
		`{"id":"w","name":"Invoices","project_id":"p","published":{"version_id":"v","published_at":"t","description":"first"}}`: {Name: "Invoices", ProjectID: new("p"), Published: &PublishedVersion{VersionID: new("v"), PublishedAt: new("t"), Description: new("first")}},
		`{"id":"w","published":{"version_id":null,"published_at":""}}`:                                                          {Published: &PublishedVersion{}},
	} {
		want.ID = "w"
		got, err := decode(newTestDecoder(), strings.NewReader(body), false, convertWorkflow)
		if err != nil {
			t.Errorf("%s: %v", body, err)
			continue
		}
		if diff := cmp.Diff(want, got, compareExactly); diff != "" {
			t.Errorf("%s: workflow differs (-want +got):\n%s", body, diff)
		}
	}
	if _, err := decode(newTestDecoder(), strings.NewReader(`{"name":"n"}`), false, convertWorkflow); err == nil || err.Error() != "id is missing" {
		t.Errorf("got %v", err)
	}
}
