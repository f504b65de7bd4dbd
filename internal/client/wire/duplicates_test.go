package wire

import (
	"io"
	"strings"
	"testing"
)

// TestDecode_duplicateMembers checks that a body with two members of one name that differ is an error, which names the
// member: which of the two is true cannot be known.
func TestDecode_duplicateMembers(t *testing.T) {
	t.Parallel()
	decoder := newTestDecoder()
	reads := map[string]struct {
		body   string
		decode func(body io.Reader) error
	}{
		"experiment": {`{"id":"e","workflow_id":"w","block_id":"b","name":"n",@}`, func(body io.Reader) error {
			_, err := decode[Experiment](decoder, body)
			return err
		}},
		"experiments": {`{"data":[{"id":"e","workflow_id":"w","block_id":"b","name":"n"}],"list_metadata":{},@}`, func(body io.Reader) error {
			_, err := decodeRows[Experiment](decoder, body)
			return err
		}},
		"run": {`{"id":"r","lifecycle":{"status":"completed"},@}`, func(body io.Reader) error {
			_, err := decode[ExperimentRun](decoder, body)
			return err
		}},
		"plan": {`{"mode":"run",@}`, func(body io.Reader) error {
			_, err := decode[RunPlan](decoder, body)
			return err
		}},
		"workflow": {`{"id":"w",@}`, func(body io.Reader) error {
			_, err := decode[Workflow](decoder, body)
			return err
		}},
		"result": {`{"id":"x","run_id":"r","document_id":"d","lifecycle":{"status":"completed"},@}`, func(body io.Reader) error {
			_, err := decode[ExperimentResult](decoder, body)
			return err
		}},
		"results": {`[{"id":"x","run_id":"r","document_id":"d","lifecycle":{"status":"completed"},@}]`, func(body io.Reader) error {
			_, err := decodeRows[ExperimentResult](decoder, body)
			return err
		}},
		"metrics": {`{"run_id":"r","experiment_id":"e",@}`, func(body io.Reader) error {
			_, err := decode[Metrics](decoder, body)
			return err
		}},
		"eval": {`{"id":"e","workflow_id":"w","target":{"block_id":"b"},@}`, func(body io.Reader) error {
			_, err := decodeRows[Eval](decoder, io.MultiReader(strings.NewReader("["), body, strings.NewReader("]")))
			return err
		}},
		"eval run": {`{"id":"r","workflow_id":"w","lifecycle":{"status":"completed"},"total_tests":1,@}`, func(body io.Reader) error {
			_, err := decode[EvalRun](decoder, body)
			return err
		}},
		"eval result": {`{"id":"x","eval_id":"e","workflow_id":"w","lifecycle":{"status":"completed"},@}`, func(body io.Reader) error {
			_, err := decodeRows[EvalResult](decoder, io.MultiReader(strings.NewReader("["), body, strings.NewReader("]")))
			return err
		}},
	}
	for _, test := range []struct{ read, members, want string }{ // want is the member, "" for no error
		{"experiment", `"is_stale":true,"is_stale":false`, "is_stale"},
		{"experiment", `"is_stale":true,"is_stale":null`, "is_stale"},
		{"experiment", `"is_stale":false,"is_stale":false`, ""},
		{"experiment", `"is_stale":true,"is_stale":true,"is_stale":false`, "is_stale"},
		{"experiment", `"is_stale":true,"is_stal\u0065":false`, "is_stale"},
		{"experiment", `"status":"processing","status":"completed"`, "status"},
		{"experiment", `"name":"m"`, "name"},
		{"experiment", `"freshness":{"status":"stale","status":"fresh"}`, "freshness.status"},
		{"experiment", `"freshness":{"reasons":["a"]},"freshness":{"reasons":[]}`, "freshness"},
		{"experiment", `"drift":{"affected_targets":["a"],"affected_targets":[]}`, "drift.affected_targets"},
		{"experiment", `"unread":1,"unread":2`, ""},
		{"experiments", `"data":[]`, "data"},
		{"experiments", `"list_metadata":{"has_more":true}`, "list_metadata"},
		{"experiments", `"has_more":true,"has_more":false`, "has_more"},
		{"run", `"error_count":1,"error_count":0`, "error_count"},
		{"run", `"error_count":1,"error_count":null`, "error_count"},
		{"run", `"error_count":null,"error_count":0`, "error_count"},
		{"run", `"error_count":0,"error_count":0`, ""},
		{"run", `"lifecycle":{"status":"running"}`, "lifecycle"},
		{"run", `"score":null,"score":0.9`, "score"},
		{"run", `"score":0.90,"score":0.9`, ""},
		{"plan", `"mode":"reuse"`, "mode"},
		{"plan", `"document_count":10,"document_count":0`, "document_count"},
		{"workflow", `"published":null,"published":{"version_id":"v"}`, "published"},
		{"result", `"lifecycle":{"status":"error"}`, "lifecycle"},
		{"result", `"error":"boom","error":null`, "error"},
		{"result", `"is_placeholder":true,"is_placeholder":false`, "is_placeholder"},
		{"result", `"document_id":"other"`, "document_id"},
		{"result", `"attempt":2,"attempt":1`, "attempt"},
		{"result", `"handle_outputs":{"h":{"data":{"a":1,"a":2}}},"lifecycle":{"status":"completed"}`, ""},
		{"results", `"is_placeholder":true,"is_placeholder":false`, "0.is_placeholder"},
		{"results", `"handle_outputs":{"h":{"data":{"a":1,"a":2}},"h":{"data":7}}`, ""},
		{"metrics", `"score":0.1,"score":0.9`, "score"},
		{"metrics", `"error":"stale_metrics","error":null`, "error"},
		{"metrics", `"documents":[{"id":"d","score":0.1,"score":0.9}]`, "documents.0.score"},
		{"metrics", `"documents":[{"id":"d","score":0.1}],"documents":[{"id":"d","score":0.9}]`, "documents"},
		{"metrics", `"aggregate":{"likelihoods":{"a":0.1}},"aggregate":{"likelihoods":{"a":0.9}}`, "aggregate"},
		{"eval", `"schema_drift":"changed","schema_drift":"none"`, "0.schema_drift"},
		{"eval run", `"total_tests":2`, "total_tests"},
		{"eval run", `"counts":{"failed":1},"counts":{"passed":1}`, "counts"},
		{"eval run", `"counts":{"failed":1,"failed":0}`, "counts.failed"},
		{"eval result", `"verdict":"failed","verdict":"passed"`, "0.verdict"},
		{"eval result", `"skipped":true,"skipped":false`, "0.skipped"},
		{"eval result", `"skipped":false,"skipped":null`, ""},
		{"eval result", `"assertion_result":{"status":"failed","status":"passed"}`, "0.assertion_result.status"},
		{"eval result", `"outputs":{"a":1,"a":2}`, ""},
	} {
		read := reads[test.read]
		err := read.decode(strings.NewReader(strings.Replace(read.body, "@", test.members, 1)))
		switch {
		case test.want == "" && err != nil:
			t.Errorf("%s, %s: %v", test.read, test.members, err)
		case test.want != "" && (err == nil || !strings.HasSuffix("."+err.Error(), "."+test.want+" is there twice, with different values")):
			t.Errorf("%s, %s: got %v, want %s", test.read, test.members, err, test.want)
		}
	}
}
