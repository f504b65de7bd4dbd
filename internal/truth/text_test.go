package truth_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"unicode"
	"unicode/utf16"
)

// Text from the server is shown in terminals, logs and states, so it must have no control or format characters and must not
// contain the API key.

// hostileText is the inside of a JSON string with terminal escapes and characters that change the order of letters. It also
// has the key in another spelling.
const hostileText = `a\u001b[31mred\u001b[0m\u202egnp.exe\u202c\u0007\u0085\u200b \u0072t_test_truth_key z`

// placeholder stands for hostileText until the body is rendered.
const placeholder = "MARK"

// hostileBody renders a body with hostile text in one of its members. A dot separates the names of nested members, and *
// stands for the name of the only member.
func hostileBody(t *testing.T, body, member string) string {
	t.Helper()
	var root map[string]any
	if err := json.Unmarshal([]byte(body), &root); err != nil {
		t.Fatal(err)
	}
	names := strings.Split(member, ".")
	object := root
	for _, name := range names[:len(names)-1] {
		inner, is := object[name].(map[string]any)
		if !is {
			inner = map[string]any{}
			object[name] = inner
		}
		object = inner
	}
	if last := names[len(names)-1]; last == "*" {
		for name, value := range object {
			delete(object, name)
			object[placeholder] = value
		}
	} else {
		object[last] = placeholder
	}
	rendered, err := json.Marshal(root)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(rendered), placeholder, hostileText)
}

// cannedServer answers every request with one result or run, in a list if the request is for one.
type cannedServer struct{ result, run string }

// RoundTrip answers one request.
func (c cannedServer) RoundTrip(request *http.Request) (*http.Response, error) {
	body := c.result
	path := strings.TrimPrefix(request.URL.Path, "/v1/workflows/experiments/")
	switch parts := strings.Split(path, "/"); {
	case path == "runs":
		body = pageBody([]string{c.run}, "", "")
	case parts[0] == "runs" && len(parts) == 2:
		body = c.run
	case parts[len(parts)-1] == "results":
		body = pageBody([]string{c.result}, "", "")
	}
	return response(request, "application/json", strings.NewReader(body), int64(len(body))), nil
}

// findUnsanitized returns a text in a value that is not sanitized, "" if there is none.
func findUnsanitized(value any) string {
	switch value := value.(type) {
	case string:
		isBad := func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }
		if strings.ContainsFunc(value, isBad) || strings.Contains(value, worldKey) {
			return value
		}
	case map[string]any:
		for name, member := range value {
			if bad := findUnsanitized(name) + findUnsanitized(member); bad != "" {
				return bad
			}
		}
	case []any:
		for _, item := range value {
			if bad := findUnsanitized(item); bad != "" {
				return bad
			}
		}
	}
	return ""
}

// TestTruth_serverTextIsHarmless puts hostile text into each member of a result and of a run, one after the other.
func TestTruth_serverTextIsHarmless(t *testing.T) {
	t.Parallel()
	shared := []string{
		"experiment_id", "lifecycle.status", "lifecycle.message", "lifecycle.reason", "lifecycle.details", "lifecycle.details.message", "lifecycle.details.error_code",
		"lifecycle.details.code", "timing.created_at", "timing.started_at", "timing.completed_at", "block_kind", "block_type", "id",
	}
	ofResult := append([]string{
		"artifact.operation", "artifact.id", "error", "error.message", "error.code", "handle_inputs.*", "handle_outputs.*", "handle_inputs.input.type",
		"handle_inputs.input.filename", "handle_inputs.input.document.id", "handle_inputs.input.document.filename", "handle_inputs.input.document.mime_type", "document_id",
	}, shared...)
	ofRun := append([]string{
		"parent_run_id", "trigger.type", "workflow_id", "workflow_version_id", "workflow.workflow_id", "workflow.version_id", "block_id",
		"documents_fingerprint", "definition_fingerprint", "block_execution_fingerprint",
	}, shared...)
	const handles = `{"input":{"type":"file","document":{"id":"file_1","filename":"a.pdf","mime_type":"application/pdf"}}}`
	const result = `{"id":"expjob_1","run_id":"exprun_1","document_id":"expdoc_0","lifecycle":{"status":"error"},"timing":{},"artifact":{"operation":"extraction","id":"extr_1"},` +
		`"handle_inputs":` + handles + `,"handle_outputs":` + handles + `}`
	const run = `{"id":"exprun_1","lifecycle":{"status":"error"},"timing":{},"total_document_count":1,"error_count":1}`
	reads := map[string]values{resultType: {"run_id": firstRunID, "document_id": "expdoc_0"}, resultsType: {"run_id": firstRunID}, runType: {"id": firstRunID}}
	for _, setting := range []string{"run_scoped", "flat"} {
		wantSanitized := func(member string, canned cannedServer, typeNames ...string) {
			for _, typeName := range typeNames {
				t.Run(setting+" "+typeName+" "+member, func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						state, errors, warnings := connectTo(t, canned, setting).ReadWithWarnings(t.Context(), t, typeName, reads[typeName])
						for _, value := range []any{state, strings.ReplaceAll(errors, "\n", ""), strings.ReplaceAll(warnings, "\n", "")} {
							if bad := findUnsanitized(value); bad != "" {
								t.Errorf("got %q", bad)
							}
						}
					})
				})
			}
		}
		for _, member := range ofResult {
			wantSanitized(member, cannedServer{hostileBody(t, result, member), run}, resultType, resultsType)
		}
		for _, member := range ofRun {
			wantSanitized(member, cannedServer{result, hostileBody(t, run, member)}, runType, resultsType)
		}
	}
}

// TestTruth_excerptsHaveNoContent checks that errors do not quote a result that has another format than JSON.
func TestTruth_excerptsHaveNoContent(t *testing.T) {
	t.Parallel()
	const result = `{"id":"expjob_1","document_id":"expdoc_0","handle_inputs":{"input":{"type":"file","filename":"secret-invoice.pdf","document":{"gcs_uri":"gs://bucket/org1/x"}}}}`
	var wide strings.Builder
	for _, unit := range utf16.Encode([]rune("\ufeff" + result)) {
		wide.Write([]byte{byte(unit), byte(unit >> 8)}) //nolint:gosec // the two bytes of a code unit
	}
	for name, body := range map[string]string{
		"an XSSI prefix": ")]}',\n" + result, "an endless loop": "for(;;);" + result, "a callback": "callback(" + result + ")", "UTF-16": wide.String(),
		"a text in quotes": fmt.Sprintf("%q", result), "control characters before it": "\x00\x01" + result, "a server-sent event": "data: " + result + "\n\n", "text before it": "Result: " + result,
	} {
		for _, setting := range []string{"run_scoped", "flat"} {
			for typeName, arguments := range map[string]values{resultType: {"run_id": firstRunID, "document_id": "expdoc_0"}, resultsType: {"run_id": firstRunID}} {
				t.Run(setting+" "+typeName+" "+name, func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						canned := fixedBody(body)
						_, errors, _ := connectTo(t, canned, setting).ReadWithWarnings(t.Context(), t, typeName, arguments)
						letters := strings.Map(func(r rune) rune {
							if unicode.IsLetter(r) {
								return r
							}
							return -1
						}, errors)
						if letters == "" || strings.Contains(letters, "secretinvoice") || strings.Contains(letters, "bucket") {
							t.Errorf("got %q", errors)
						}
					})
				})
			}
		}
	}
}

// fixedBody is a server that answers every request with one body.
type fixedBody string

// RoundTrip answers one request.
func (f fixedBody) RoundTrip(request *http.Request) (*http.Response, error) {
	return response(request, "text/plain", strings.NewReader(string(f)), int64(len(f))), nil
}
