package faults_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// unexpectedContents returns the rows in which the status is 2xx and the body is not a result.
func unexpectedContents(t *testing.T) []fault {
	t.Helper()
	body := func(situation, contentType, text string, wantText ...string) fault {
		return fault{situation: situation, replies: reply(200, contentType, text), requests: 1, wantText: append([]string{unexpectedAnswer}, wantText...)}
	}
	wrong := func(situation, result string, wantText ...string) fault {
		return fault{situation: situation, result: result, requests: 1, wantText: append(wantText, unexpectedAnswer)}
	}
	fine := func(situation, result string) fault { return fault{situation: situation, result: result, requests: 1} }
	utf16le := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune(seedWith())) {
		utf16le = binary.LittleEndian.AppendUint16(utf16le, unit)
	}
	faults := []fault{
		body("an HTML page", "text/html", "<html>Please sign in</html>", "the body is not JSON", `content type "text/html": an HTML page, 27 bytes.`, "Check that base_url"),
		body("plain text", "text/plain", "OK", "the body is not JSON", `content type "text/plain": 2 bytes.`),
		body("text that is declared as JSON", "application/json", "OK", "the body is not JSON"),
		body("an HTML page that echoes the key", "text/html", "<p>"+fakeapi.Key, "an HTML page"),
		body("an HTML page with terminal escapes", "text/html", "\x1b[2J<p>hello", "an HTML page"),
		body("a string", "application/json", `"result"`, "the body is a string, not an object"),
		body("a number", "application/json", `7`, "the body is a number, not an object"),
		body("a boolean", "application/json", `true`, "the body is true, not an object"),
		body("an empty body", "application/json", "", "the body is empty"),
		body("white space", "application/json", " \r\n\t", "the body is empty"),
		{situation: "no content", replies: []fakeapi.Reply{{Status: 204}}, requests: 1, wantText: []string{unexpectedAnswer, "HTTP 204 No Content, but only 200 OK is a complete answer."}},
		body("JSON in UTF-16", "application/json", string(utf16le), "the body is not JSON"),
		body("a refusal", "application/json", `{"detail":"Experiment run not found: exprun_2"}`, "Retab answered HTTP 200 OK, but with an error instead of the experiment result: Experiment run not found: exprun_2."),
		body("a nested refusal", "application/json", `{"detail":{"code":"HTTP_EXCEPTION","message":"An HTTP exception occurred.","details":{"error":"Bad run"}}}`, "an error instead of the experiment result: Bad run."),
		body("an error", "application/json", `{"error":"Over quota"}`, "an error instead of the experiment result: Over quota."),
		body("an incomplete object", "application/json", `{"id":"expresult_1"`, "ends too early"),
		body("two objects", "application/json", `{} {}`, "not valid JSON at byte 3"),
		body("a trailing comma", "application/json", `{"id":"a",}`, "not valid JSON at byte"),
		body("single quotes", "application/json", `{'id':'a'}`, "not valid JSON at byte 1"),
		body("a comment", "application/json", `{/* hi */}`, "not valid JSON at byte 1"),
		body("endless nesting", "application/json", strings.Repeat(`{"a":`, 100_000), "not valid JSON at byte"),
		body("an endless list", "application/json", strings.Repeat(`[`, 100_000), "is an array, not an object"),
		wrong("a duplicate member", seedWith("extra", `0,"run_id":"exprun_3"`), "run_id is there twice, with different values"),
		wrong("not a number", seedWith("attempt", "NaN"), "not valid JSON at byte"),
		wrong("an id that is a number", seedWith("id", "7"), "id is a number, not a string"),
		wrong("a boolean member that is a number", seedWith("is_placeholder", "1"), "is_placeholder is a number, not true or false"),
		wrong("a lifecycle that is text", seedWith("lifecycle", `"completed"`), "lifecycle is a string, not an object"),
		wrong("a status that is an object", seedWith("lifecycle", `{"status":{}}`), "lifecycle.status is an object, not a string"),
		wrong("handles in a list", seedWith("handle_inputs", `[]`), "handle_inputs is an array, not an object"),
		wrong("an artifact that is text", seedWith("artifact", `"ext_xyz"`), "artifact is a string, not an object"),
		wrong("another run", seedWith("run_id", `"exprun_3"`), `run_id is "exprun_3", but "exprun_2" was requested`, "the server ignored which run was requested, or Retab reused a result"),
		wrong("two spellings that disagree", seedWith("experiment_run_id", `"exprun_3"`), `experiment_run_id is "exprun_3", and they must be the same`),
		wrong("a failure without a status", seedWith("lifecycle", "", "error", `"It broke."`), "lifecycle.status is missing"),
		wrong("a renamed field", seedWith("lifecycle", "", "state", `{"status":"completed"}`), "lifecycle.status is missing"),
		fine("a byte order mark", seedWith()), // see TestFaults_byteOrderMark
		fine("whole numbers with a decimal point or an exponent", seedWith("attempt", "0.0", "timing", `{"duration_ms":4.12e3}`)),
		fine("an unknown block kind", seedWith("block_kind", `"translate"`)),
		fine("an unknown operation", seedWith("artifact", `{"operation":"dream","id":"d"}`)),
		fine("an unknown handle type", seedWith("handle_inputs", `{"h":{"type":"hologram","rays":[1,2]}}`)),
		fine("unknown members", seedWith("organization_id", `"org_1"`, "future", `{"deep":[[[]]]}`)),
		fine("a payload with a duplicate name", seedWith("handle_inputs", `{"h":{"type":"json","data":{"a":1,"a":2}}}`)),
		fine("a payload with half a surrogate", seedWith("handle_inputs", `{"h":{"type":"json","data":"\ud800"}}`)),
	}
	for _, member := range []string{"experiment_id", "block_kind", "timing", "handle_inputs", "artifact", "attempt"} {
		faults = append(faults, fine(member+" is null", seedWith(member, "null")), fine(member+" is absent", seedWith(member, "")))
	}
	for _, member := range []string{"error", "is_placeholder", "handle_outputs", "block_type", "experiment_run_id"} {
		faults = append(faults, fine(member+" is null", seedWith(member, "null")))
	}
	for _, member := range []string{"created_at", "started_at", "completed_at", "duration_ms"} {
		faults = append(faults, fine("timing."+member+" is null", seedWith("timing", fmt.Sprintf(`{%q:null}`, member))))
	}
	for member, name := range map[string]string{
		"id": "id", "run_id": "run_id (or experiment_run_id)", "document_id": "document_id", "lifecycle": "lifecycle.status",
	} {
		faults = append(faults,
			wrong(member+" is null", seedWith(member, "null"), name+" is missing"),
			wrong(member+" is absent", seedWith(member, ""), name+" is missing"))
	}
	return append(faults,
		wrong("the status is null", seedWith("lifecycle", `{"status":null}`), "lifecycle.status is missing"),
		wrong("the status is empty", seedWith("lifecycle", `{"status":""}`), "lifecycle.status is missing"),
		wrong("the id is empty", seedWith("id", `""`), "id is missing"))
}

func TestFaults_byteOrderMark(t *testing.T) {
	t.Parallel()
	forEachEdition(t, func(t *testing.T, e env) {
		marked := e.ResultBody(seedWith())
		marked.Body = "\xef\xbb\xbf" + marked.Body
		e.ScriptSeed(marked)
		got, problem := e.Connect(t).Read(t.Context(), t, resultType, seedArguments)
		fault{requests: 1}.check(t, e, got, problem)
	})
}

func TestFaults_gzip(t *testing.T) {
	t.Parallel()
	forEachEdition(t, func(t *testing.T, e env) {
		good := e.ResultBody(seedWith())
		var packed bytes.Buffer
		writer := gzip.NewWriter(&packed)
		if _, err := writer.Write([]byte(good.Body)); err != nil {
			t.Fatal(err)
		}
		if err := writer.Close(); err != nil {
			t.Fatal(err)
		}
		encoding := http.Header{"Content-Encoding": {"gzip"}}
		e.ScriptSeed(fakeapi.Reply{Status: 200, Header: encoding, Body: packed.String()})
		got, problem := e.Connect(t).Read(t.Context(), t, resultType, seedArguments)
		fault{requests: 1}.check(t, e, got, problem)

		for range 5 {
			e.ScriptSeed(fakeapi.Reply{Status: 200, Header: encoding, Body: good.Body})
		}
		_, problem = e.Connect(t).Read(t.Context(), t, resultType, seedArguments)
		wantContains(t, problem, noAnswer, "failed: the answer broke off: gzip: invalid header.", "attempts: 5")
	})
}
