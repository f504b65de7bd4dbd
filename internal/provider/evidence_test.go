package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// change replaces a member of a good body. The body is then no evidence any more, and the summary has want; or the member says
// nothing, and want is "".
type change struct {
	member string
	value  string // JSON; "" removes the member
	want   string
}

// evidenceCase is one judgement: a body that is green, and what each of its members does to it.
type evidenceCase struct {
	typeName  string
	arguments values
	judgement string
	green     any
	path      func(e env) string
	body      func(e env) [][2]string
	requests  int // how many requests get the body; 0 is 1
	changes   []change
	flat      []change // in the flat edition only, like runScoped
	runScoped []change
}

// bodyWith returns a body in which a member is replaced.
func bodyWith(members [][2]string, replaced change) string {
	var pairs []string
	found := false
	for _, member := range members {
		if member[0] == replaced.member {
			member[1], found = replaced.value, true
		}
		if member[1] != "" {
			pairs = append(pairs, `"`+member[0]+`":`+member[1])
		}
	}
	if !found && replaced.value != "" {
		pairs = append(pairs, `"`+replaced.member+`":`+replaced.value)
	}
	return "{" + strings.Join(pairs, ",") + "}"
}

// errorForms are errors of every form, and how the summary names them.
func errorForms(want string) []change {
	return []change{
		{"error", `{"message":"boom"}`, "boom"},
		{"error", `"boom"`, "boom"},
		{"error", `{}`, want},
		{"error", `true`, want},
		{"error", `["boom"]`, want},
		{"error", `null`, ""},
		{"error", `""`, ""},
		{"error", `false`, ""},
	}
}

func experimentEvidence() evidenceCase {
	return evidenceCase{
		typeName: experimentType, arguments: values{"id": "exp_1", "workflow_id": "wf_1"}, judgement: "is_fresh", green: true,
		path: func(e env) string {
			if e.IsFlat() {
				return "/v1/workflows/experiments/exp_1"
			}
			return "/v1/workflows/wf_1/experiments/exp_1"
		},
		body: func(e env) [][2]string {
			members := [][2]string{
				{"id", `"exp_1"`},
				{"workflow_id", `"wf_1"`},
				{"block_id", `"b"`},
				{"name", `"n"`},
				{"last_run_id", `"r"`},
				{"score", `0.9`},
				{"status", `"completed"`},
				{"is_stale", `false`},
				{"schema_drift", `"none"`},
			}
			if e.IsFlat() {
				members = append(members, [2]string{"freshness", `{"status":"fresh","baseline_run_id":"r"}`})
			}
			return members
		},
		changes: []change{
			{"last_run_id", "", "has never been run"},
			{"is_stale", `true`, "stale"},
			{"schema_drift", `"partial"`, `its drift is "partial"`},
			{"status", `"processing"`, `its status is "processing"`},
			{"status", `"failed"`, ""},
			{"score", `79`, "its score is 79, which is not between 0 and 1"},
			{"score", `null`, ""},
		},
		runScoped: []change{
			{"is_stale", "", `its freshness is "unknown"`}, {"schema_drift", `"unknown"`, `its drift is "unknown"`}, {"schema_drift", "", `its drift is "unknown"`},
		},
		flat: []change{
			{"freshness", `{"status":"stale","baseline_run_id":"r"}`, `its freshness is "stale"`},
			{"freshness", `{"status":"unknown"}`, `its freshness is "unknown"`},
			{"freshness", `{"status":"fresh","reasons":["inputs_changed"]}`, "(inputs_changed)"},
			{"freshness", `{"status":"fresh","baseline_run_id":"q"}`, "about run q"},
			{"freshness", `{"status":"fresh"}`, ""},
			{"is_stale", "", ""},
			{"schema_drift", `"unknown"`, ""},
			{"freshness_state", `"stale"`, `its freshness_state is "stale"`},
			{"freshness_state", `"unknown"`, ""},
			{"freshness_reasons", `["engine_changed"]`, "(engine_changed)"},
			{"freshness_reasons", `[]`, ""},
			{"drift", `{"status":"broken"}`, `its drift is "broken"`},
			{"drift", `{"status":"none","affected_targets":["total"]}`, "(total)"},
			{"drift", `{"status":"unknown"}`, ""},
			{"run_plan_mode", `"run"`, `its run_plan_mode is "run"`},
			{"run_plan_mode", `"conflict"`, `its run_plan_mode is "conflict"`},
			{"run_plan_mode", `"noop"`, ""},
			{"run_plan_mode", `"unknown"`, ""},
			{"rerunnable_document_count", `10`, "a new run would compute 10 documents"},
			{"rerunnable_document_count", `0`, ""},
		},
	}
}

func resultEvidence() evidenceCase {
	return evidenceCase{
		typeName: resultType, arguments: seedArguments, judgement: "succeeded", green: true,
		path: func(e env) string { return e.ResultPath(fakeapi.SeedRunID, fakeapi.SeedDocumentID) },
		body: func(env) [][2]string {
			return [][2]string{
				{"id", `"expresult_1"`},
				{"run_id", `"exprun_2"`},
				{"document_id", `"expdoc_xyz"`},
				{"lifecycle", `{"status":"completed"}`},
				{"artifact", `{"operation":"extraction","id":"e"}`},
			}
		},
		changes: append(errorForms("is completed, but reports an error."),
			change{"lifecycle", `{"status":"running"}`, "has not finished (running)"}, change{"lifecycle", `{"status":"completed","message":"It broke."}`, "It broke."},
			change{"lifecycle", `{"status":"completed","details":{"message":"It broke."}}`, "It broke."}, change{"lifecycle", `{"status":"completed","message":"(no message)"}`, ""},
			change{"is_placeholder", `true`, "was never executed"}, change{"is_placeholder", `false`, ""}, change{"artifact", `null`, ""},
		),
	}
}

func runEvidence() evidenceCase {
	return evidenceCase{
		typeName: runType, arguments: values{"id": "exprun_2"}, judgement: "succeeded", green: true,
		path: func(env) string { return "/v1/workflows/experiments/runs/exprun_2" },
		body: func(env) [][2]string {
			return [][2]string{
				{"id", `"exprun_2"`},
				{"experiment_id", `"exp_abc"`},
				{"lifecycle", `{"status":"completed"}`},
				{"score", `0.9`},
				{"total_document_count", `3`},
				{"completed_document_count", `3`},
				{"error_count", `0`},
			}
		},
		changes: append(errorForms("is completed, but reports an error."),
			change{"lifecycle", `{"status":"running"}`, "has not finished (running)"},
			change{"total_document_count", "", "does not say how many documents"}, change{"total_document_count", `0`, "contradict each other"},
			change{"completed_document_count", "", "3 of 3 documents"}, change{"completed_document_count", `2`, "1 of 3 documents"},
			change{"error_count", `1`, "contradict each other"}, change{"error_count", "", ""},
			change{"document_count", `4`, "its document_count is 4"}, change{"document_count", `0`, ""}, change{"document_count", `3`, ""},
			change{"score", `79`, "Its score is 79, which is not between 0 and 1."}, change{"score", `null`, ""},
		),
	}
}

func metricsEvidence() evidenceCase {
	return evidenceCase{
		typeName: metricsType, arguments: values{"run_id": "exprun_2"}, judgement: "state", green: "available",
		path: func(e env) string {
			if e.IsFlat() {
				return "/v1/workflows/experiments/metrics"
			}
			return "/v1/workflows/experiments/runs/exprun_2/metrics"
		},
		body: func(env) [][2]string {
			return [][2]string{
				{"run_id", `"exprun_2"`},
				{"experiment_id", `"exp_abc"`},
				{"score", `0.9`},
				{"prior_score", `0.8`},
				{"prior_run_id", `"exprun_1"`},
				{"documents", `[{"id":"a","score":0.9},{"id":"b","score":null}]`},
				{"aggregate", `{"likelihoods":{"total":0.9}}`},
				{"total_document_count", `2`},
			}
		},
		changes: append(errorForms("has no metrics (error)"),
			change{"score", `79`, "The score is 79, which is not between 0 and 1"}, change{"score", `null`, ""},
			change{"prior_score", `-1`, "The prior score is -1, which is not between 0 and 1"}, change{"prior_score", `null`, ""},
			change{"documents", `[{"id":"a","score":91}]`, "Document a has 91"}, change{"aggregate", `{"likelihoods":{"total":95}}`, "Target total has 95"},
			change{"aggregate", `null`, ""}, change{"aggregate", `{"likelihoods":{"\u00e9":0.1,"e\u0301":0.9}}`, "Two targets have a name that is"},
			change{"stale_reasons", `["inputs_changed"]`, "(inputs_changed)"}, change{"stale_reasons", `[]`, ""},
			change{"prior_run_id", `"exprun_2"`, "The prior run is the run itself"}, change{"prior_run_id", "", "0.8, but no prior run"},
			change{"total_document_count", `0`, "1 documents of 0 have a score"}, change{"scored_document_count", `3`, "3 documents of 2 have a score"},
			change{"scored_document_count", `-1`, "have a score"}, change{"total_document_count", "", ""},
		),
	}
}

// documentMetricsEvidence is the evidence of metrics with the targets of one document.
func documentMetricsEvidence() evidenceCase {
	test := metricsEvidence()
	test.arguments, test.requests = values{"run_id": "exprun_2", "document_id": "a"}, 2
	ofRun := test.body
	test.body = func(e env) [][2]string {
		return append(ofRun(e), [2]string{"document", `{"id":"a"}`}, [2]string{"targets", `[{"path":"total","score":0.9}]`})
	}
	test.changes = []change{
		{"targets", `[{"path":"total","score":79}]`, "Target total has 79"},
		{"targets", `[{"path":"\u00e9","score":0.1},{"path":"e\u0301","score":0.9}]`, "Two targets have a name that is"},
		{"targets", `[]`, ""},
	}
	return test
}

func artifactEvidence(judgement string) evidenceCase {
	test := evidenceCase{
		typeName: artifactType, arguments: values{"operation": "extraction", "id": "extr_1"}, judgement: judgement, green: true,
		path: func(env) string { return "/v1/extractions/extr_1" },
		body: func(e env) [][2]string {
			members := [][2]string{{"id", `"extr_1"`}, {"output", `{"a":1,"reasoning___a":"x"}`}, {"consensus", `{"likelihoods":{"a":0.9}}`}}
			if e.IsFlat() {
				members = append(members, [2]string{"status", `"completed"`})
			}
			return members
		},
		runScoped: []change{{"output", `null`, "has no status"}},
		flat: []change{
			{"status", `"in_progress"`, "has not finished (in_progress)"},
			{"status", `"failed","status":"completed"`, "two different values of status"},
			{"status", `"completed","status":"completed"`, ""},
		},
		changes: []change{
			{"consensus", `{"likelihoods":{"a":0.1}},"consensus":{"likelihoods":{"a":0.9}}`, "two different values of consensus"},
			{"error", `{"message":"boom"}`, "boom"},
			{"error", `{}`, "extr_1"},
			{"error", `true`, "extr_1"},
			{"error", `["boom"]`, "extr_1"},
			{"error", `null`, ""},
		},
	}
	scored := []change{
		{"output", `{"a":1,"b":null}`, "succeeded"},
		{"output", `{}`, "succeeded"},
		{"consensus", `null`, "succeeded"},
		{"consensus", `{"likelihoods":{"b":0.9}}`, "succeeded"},
		{"consensus", `{"likelihoods":{"a":null}}`, "succeeded"},
		{"consensus", `{"likelihoods":{"a":5}}`, "succeeded"},
		{"consensus", `{"likelihoods":{"a":-0.5}}`, "succeeded"},
		{"consensus", `{"likelihoods":{"a":0.9,"\u00e9":0.1,"e\u0301":0.9}}`, "succeeded"},
	}
	test.changes = append(test.changes, change{"consensus", `{"likelihoods":{"a":0.9,"_consensus_score":7}}`, ""})
	for _, one := range scored {
		if judgement == "succeeded" {
			one.want = ""
		}
		test.changes = append(test.changes, one)
	}
	return test
}

// TestEvidence takes each member of the table of evidence in DESIGN.md away, or lets it say no, in every edition, for the data
// source and for its ephemeral counterpart. The judgement closes and the summary says why, or it stays because the member says
// nothing.
func TestEvidence(t *testing.T) {
	t.Parallel()
	cases := []evidenceCase{
		experimentEvidence(), resultEvidence(), runEvidence(), metricsEvidence(), documentMetricsEvidence(),
		artifactEvidence("succeeded"), artifactEvidence("is_scored"),
	}
	for _, test := range cases {
		t.Run(test.typeName+"_"+test.judgement, func(t *testing.T) {
			t.Parallel()
			forEachEdition(t, func(t *testing.T, e env) {
				changes := append([]change{{}}, test.changes...)
				if e.IsFlat() {
					changes = append(changes, test.flat...)
				} else {
					changes = append(changes, test.runScoped...)
				}
				for _, one := range changes {
					test.check(t, e, one)
				}
			})
		})
	}
}

func (c evidenceCase) check(t *testing.T, e env, one change) {
	t.Helper()
	reply := fakeapi.Reply{Status: 200, Body: bodyWith(c.body(e), one)}
	if c.typeName == resultType {
		reply = e.ResultBody(reply.Body)
	}
	for kind, read := range map[string]func(s server) (attributes, string){
		"data source":        func(s server) (attributes, string) { return s.Read(t.Context(), t, c.typeName, c.arguments) },
		"ephemeral resource": func(s server) (attributes, string) { return s.Open(t.Context(), t, c.typeName, c.arguments) },
	} {
		e.Script(c.path(e), slices.Repeat([]fakeapi.Reply{reply}, max(1, c.requests))...)
		got, problem := read(e.Connect(t))
		if problem != "" {
			t.Errorf("%s, %s of a %s: %s", one.member, one.value, kind, problem)
			continue
		}
		summary, _ := got["summary"].(string)
		if isGreen := got[c.judgement] == c.green; isGreen != (one.want == "") || !strings.Contains(summary, one.want) {
			t.Errorf("%s = %s: %s of a %s is %v, and the summary %q, want %q", one.member, one.value, c.judgement, kind, got[c.judgement], summary, one.want)
		}
	}
}
