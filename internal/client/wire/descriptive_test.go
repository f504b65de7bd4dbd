package wire

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestDescriptive checks that a member that only describes is null if it has another form, and that its name is
// returned once.
func TestDescriptive(t *testing.T) {
	t.Parallel()
	decoder := newTestDecoder()
	reads := map[string]func(body string) error{
		"result": func(body string) error {
			_, err := decodeRows[ExperimentResult](decoder, strings.NewReader(`{"data":[`+body+`]}`))
			return err
		},
		"run": func(body string) error { _, err := decode[ExperimentRun](decoder, strings.NewReader(body)); return err },
		"experiment": func(body string) error {
			_, err := decode[Experiment](decoder, strings.NewReader(body))
			return err
		},
		"metrics": func(body string) error {
			_, err := decode[Metrics](decoder, strings.NewReader(body))
			return err
		},
		"artifact": func(body string) error {
			_, err := decode[TypedRecord](decoder, strings.NewReader(body))
			return err
		},
	}
	const (
		result     = `{"id":"r","run_id":"a","document_id":"d","lifecycle":{"status":"completed"}`
		run        = `{"id":"a","lifecycle":{"status":"completed"}`
		experiment = `{"id":"e","workflow_id":"w","block_id":"b","name":"n"`
		metrics    = `{"run_id":"a","experiment_id":"e"`
		artifact   = `{"id":"x"`
	)
	for _, test := range []struct{ noun, body, member, unread string }{
		{"result", result, `"timing":null`, ""}, // first, before the name is known
		{"result", result, `"timing":"soon"`, "timing"},
		{"result", result, `"timing":{"duration_ms":4120.5}`, "timing.duration_ms"},
		{"result", result, `"timing":{"started_at":7}`, "timing.started_at"},
		{"result", result, `"attempt":"1"`, "attempt"},
		{"result", result, `"attempt":1e40`, ""}, // named above
		{"result", result, `"handle_inputs":{"of a customer":{"type":"file","document":{"filename":12}}}`, "handle_inputs.document.filename"},
		{"result", result, `"handle_outputs":{"o":{"type":[]}}`, "handle_outputs.type"},
		{"result", result, `"error":{"code":42}`, "error.code"},
		{"result", `{"id":"r","run_id":"a","document_id":"d"`, `"lifecycle":{"status":"error","details":{"error_code":42},"reason":{}}`, "lifecycle.details.error_code lifecycle.reason"},
		{"run", run, `"trigger":"api","n_consensus":"3","parent_run_id":{},"documents_fingerprint":1`, "documents_fingerprint n_consensus parent_run_id trigger"},
		{"experiment", experiment, `"created_at":5,"n_consensus":2.5`, "created_at"}, // n_consensus is named above
		{"metrics", metrics, `"documents":[{"id":"d","filename":7}],"message":[]`, "documents.filename message"},
		{"artifact", artifact, `"model":5,"usage":{"credits":"two"},"file":{"filename":[]}`, "file.filename model usage.credits"},
	} {
		if err := reads[test.noun](test.body + "," + test.member + "}"); err != nil {
			t.Errorf("%s: %v", test.member, err)
		}
		got := decoder.Unread()
		slices.Sort(got)
		if names := strings.Join(got, " "); names != test.unread {
			t.Errorf("%s: %q was not read, want %q", test.member, names, test.unread)
		}
	}
	full := newTestDecoder()
	for i := range maxUnread + 10 {
		full.addUnread(fmt.Sprint(i))
	}
	if got := len(full.Unread()); got != maxUnread {
		t.Errorf("%d names are kept", got)
	}
}

// TestDescriptive_strict checks that a member that a gate needs is an error if it has another form.
func TestDescriptive_strict(t *testing.T) {
	t.Parallel()
	for member, want := range map[string]string{
		`"score":"0.9"`: "score is a string, not a number", `"total_document_count":"3"`: "total_document_count is a string",
		`"error_count":0.5`: "error_count is not a whole number", `"lifecycle":"completed"`: "lifecycle is a string, not an object",
	} {
		if _, err := decode[ExperimentRun](newTestDecoder(), strings.NewReader(`{"id":"a","lifecycle":{"status":"completed"},`+member+"}")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", member, err, want)
		}
	}
}
