package provider_test

import (
	"bytes"
	"compress/gzip"
	"crypto/x509"
	"encoding/binary"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
	"github.com/retab-dev/terraform-provider-retab/internal/provider"
)

// This file specifies how the provider handles failures: every row has a situation, what the server does in it, how many
// requests the provider sends, and what the diagnostic says. Every row holds in both editions.

// fault is one row of the table.
type fault struct {
	situation string
	// replies are the answers of the server, in turn. The last one repeats for as long as requests are expected; after that the
	// fake answers normally.
	replies []fakeapi.Reply
	// result, instead of replies, is the result in a 200.
	result   string
	requests int
	// wantText are parts of the one error. Without any, the read must succeed.
	wantText []string
	// wantDuration has the shortest and the longest sum of the pauses between the requests. It is checked only on a fake clock.
	wantDuration [2]time.Duration
}

// script scripts the replies of a row.
func (f fault) script(e env) {
	if f.result != "" {
		e.scriptSeed(e.resultBody(f.result))
		return
	}
	e.scriptSeed(f.replies...)
	for range f.requests - len(f.replies) {
		if len(f.wantText) > 0 {
			e.scriptSeed(f.replies[len(f.replies)-1])
		}
	}
}

// check compares the outcome of a row with the row.
func (f fault) check(t *testing.T, e env, got attributes, problem string) {
	t.Helper()
	if len(f.wantText) == 0 && (problem != "" || got["status"] != "completed") {
		t.Errorf("got status %v and the diagnostics:\n%s", got["status"], problem)
	}
	wantContains(t, problem, f.wantText...)
	if problem != "" {
		wantGolden(t, e.name, problem)
	}
	if len(f.wantText) > 0 && strings.Count(problem, "ERROR: ") != 1 {
		t.Errorf("want one error, got:\n%s", problem)
	}
	if strings.Contains(problem, "key is valid") {
		t.Errorf("the diagnostic must not claim that the key is valid:\n%s", problem)
	}
	if strings.Contains(problem, fakeapi.Key) || strings.ContainsAny(problem, "\x1b\x07\x00") {
		t.Errorf("the key or a control character is in:\n%q", problem)
	}
	if requests := len(e.requestsWithoutDetection()); requests != f.requests {
		t.Errorf("%d requests, want %d", requests, f.requests)
	}
}

func reply(status int, contentType, body string) []fakeapi.Reply {
	return []fakeapi.Reply{{Status: status, Header: http.Header{"Content-Type": {contentType}}, Body: body}}
}

func detail(status int, text string) []fakeapi.Reply {
	return reply(status, "application/json", fmt.Sprintf(`{"detail":%q}`, text))
}

// seedWith returns the vendor's example in short form, with some members replaced. The value "" removes a member.
func seedWith(changes ...string) string {
	members := [][2]string{
		{"id", `"expresult_1"`},
		{"run_id", `"exprun_2"`},
		{"experiment_id", `"exp_abc"`},
		{"document_id", `"expdoc_xyz"`},
		{"block_kind", `"extract"`},
		{"lifecycle", `{"status":"completed"}`},
		{"timing", `{"duration_ms":4120}`},
		{"handle_inputs", `{}`},
		{"artifact", `{"operation":"extraction","id":"ext_xyz"}`},
		{"attempt", `0`},
	}
	for change := range slices.Chunk(changes, 2) {
		known := slices.IndexFunc(members, func(member [2]string) bool { return member[0] == change[0] })
		if known < 0 {
			members = append(members, [2]string(change))
		} else {
			members[known] = [2]string(change)
		}
	}
	var pairs []string
	for _, member := range members {
		if member[1] != "" {
			pairs = append(pairs, fmt.Sprintf("%q:%s", member[0], member[1]))
		}
	}
	return "{" + strings.Join(pairs, ",") + "}"
}

const (
	keyRejected        = "ERROR: Retab rejected the API key"
	accessRefused      = "ERROR: Retab refused access to the experiment result"
	accessBlocked      = "ERROR: Access to Retab was refused"
	paymentRequired    = "ERROR: Retab asks for payment"
	requestNotAccepted = "ERROR: Retab did not accept the request"
	noAPI              = "ERROR: There is no Retab API at this address"
	rateLimited        = "ERROR: Retab is limiting requests"
	serverFailed       = "ERROR: Retab could not answer"
	unexpectedAnswer   = "ERROR: Retab sent an unexpected answer"
	noAnswer           = "ERROR: Could not get an answer from Retab"
	redirectAnswer     = "ERROR: Retab answered with a redirect"
)

// refusals returns the rows in which the server refuses the request. No refusal is retried.
func refusals() []fault {
	return []fault{
		{situation: "the server does not understand", replies: detail(400, "Malformed"), requests: 1, wantText: []string{requestNotAccepted, "HTTP 400 Bad Request: Malformed."}},
		{situation: "the key is wrong", replies: []fakeapi.Reply{fakeapi.InvalidKey()}, requests: 1, wantText: []string{keyRejected, "HTTP 401 Unauthorized: Invalid API Key.", "RETAB_API_KEY"}},
		{situation: "the key is missing on the way", replies: detail(401, "Not authenticated"), requests: 1, wantText: []string{keyRejected, "Not authenticated."}},
		{situation: "the key is wrong, says a page", replies: reply(401, "text/html", "<html><title>Sign in</title>"), requests: 1, wantText: []string{keyRejected, "an HTML page titled Sign in."}},
		{situation: "the key is wrong, says nobody", replies: reply(401, "", ""), requests: 1, wantText: []string{keyRejected, "HTTP 401 Unauthorized."}},
		{situation: "the plan must be paid", replies: detail(402, "Subscription expired"), requests: 1, wantText: []string{paymentRequired, "Retab answered HTTP 402 Payment Required: Subscription expired.", "credits"}},
		{situation: "the key may not read this", replies: detail(403, "Missing scope"), requests: 1, wantText: []string{accessRefused, "Retab answered HTTP 403 Forbidden: Missing scope.", "The API itself refused this.", "permission"}},
		{situation: "the key is missing on the way, says a gateway", replies: detail(403, "Not authenticated"), requests: 1, wantText: []string{keyRejected, "Retab answered HTTP 403 Forbidden: Not authenticated."}},
		{situation: "a firewall says no", replies: reply(403, "text/html", "<HTML><TITLE>Access &lt;denied&gt;</TITLE>"), requests: 1, wantText: []string{accessBlocked, "The server answered HTTP 403 Forbidden: an HTML page titled Access <denied>.", "a firewall, proxy or gateway"}},
		{situation: "a refusal in plain text", replies: reply(403, "text/plain", "  go away \r\n"), requests: 1, wantText: []string{accessBlocked, "HTTP 403 Forbidden: go away."}},
		{situation: "a refusal without a word", replies: reply(403, "", ""), requests: 1, wantText: []string{accessBlocked, "HTTP 403 Forbidden."}},
		{situation: "a refusal that is no UTF-8", replies: reply(403, "text/plain", "caf\xe9"), requests: 1, wantText: []string{accessBlocked, "HTTP 403 Forbidden: caf\uFFFD."}},
		{situation: "a refusal that paints the terminal", replies: reply(403, "text/plain", "\x1b[31mred\x1b[0m \x1b]0;title\x07alert\a"), requests: 1, wantText: []string{accessBlocked, "HTTP 403 Forbidden: red alert."}},
		{situation: "a refusal that echoes the key", replies: detail(403, "Key "+fakeapi.Key+" is not allowed"), requests: 1, wantText: []string{accessRefused, "Key [API key] is not allowed."}},
		{situation: "a refusal of ten thousand words", replies: detail(403, strings.Repeat("word ", 10_000)), requests: 1, wantText: []string{accessRefused, "HTTP 403 Forbidden: word word", "word …"}},
		{situation: "a method that is not allowed", replies: detail(405, "Method Not Allowed"), requests: 1, wantText: []string{noAPI, "HTTP 405 Method Not Allowed"}},
		{situation: "an answer in no language we speak", replies: reply(406, "", ""), requests: 1, wantText: []string{requestNotAccepted, "HTTP 406 Not Acceptable."}},
		{situation: "a proxy wants a password", replies: reply(407, "text/html", "<title>Proxy</title>"), requests: 1, wantText: []string{requestNotAccepted, "HTTP 407 Proxy Authentication Required: an HTML page titled Proxy."}},
		{situation: "a conflict", replies: detail(409, "Run is being deleted"), requests: 1, wantText: []string{requestNotAccepted, "HTTP 409 Conflict: Run is being deleted."}},
		{situation: "gone for good", replies: detail(410, "This endpoint was removed"), requests: 1, wantText: []string{requestNotAccepted, "HTTP 410 Gone: This endpoint was removed."}},
		{situation: "a teapot", replies: reply(418, "", ""), requests: 1, wantText: []string{requestNotAccepted, "HTTP 418 I'm a teapot."}},
		{situation: "a refused value, as the global handler says it", replies: []fakeapi.Reply{fakeapi.Unprocessable("path.run_id", "Too short")}, requests: 1, wantText: []string{requestNotAccepted, "HTTP 422 Unprocessable Entity: Too short (path.run_id)."}},
		{situation: "a refused value, as the framework says it", replies: reply(422, "application/json", `{"detail":[{"loc":["path","run_id"],"msg":"Too short","type":"x"}]}`), requests: 1, wantText: []string{requestNotAccepted, "Too short (path.run_id)."}},
		{situation: "a refused value with a code", replies: reply(422, "application/json", `{"detail":{"code":"INVALID_CURSOR","message":"Cursor does not match","details":{}}}`), requests: 1, wantText: []string{requestNotAccepted, "Cursor does not match."}},
		{situation: "a refused value, three levels deep", replies: reply(422, "application/json", `{"detail":{"code":"HTTP_EXCEPTION","message":"An HTTP exception occurred.","details":{"error":"Bad limit"}}}`), requests: 1, wantText: []string{requestNotAccepted, "Bad limit."}},
		{situation: "reasons of law", replies: detail(451, "Blocked in your country"), requests: 1, wantText: []string{requestNotAccepted, "HTTP 451 Unavailable For Legal Reasons: Blocked in your country."}},
		{situation: "a status of another world", replies: reply(499, "", ""), requests: 1, wantText: []string{requestNotAccepted, "HTTP 499."}},
		{situation: "a feature that is not there", replies: detail(501, "No"), requests: 1, wantText: []string{serverFailed, "HTTP 501 Not Implemented: No."}},
	}
}

// temporaryFaults returns the rows with temporary failures. They are retried, and the error has the number of attempts.
func temporaryFaults() []fault {
	var faults []fault
	for status, summary := range map[int]string{408: requestNotAccepted, 425: requestNotAccepted, 429: rateLimited, 503: serverFailed} {
		name := fmt.Sprintf("HTTP %d", status)
		withRetryAfter := func(format, header string, least, most time.Duration) fault {
			return fault{
				situation: name + ", Retry-After " + format, requests: 2, wantDuration: [2]time.Duration{least, most},
				replies: []fakeapi.Reply{{Status: status, Header: http.Header{"Retry-After": {header}}}},
			}
		}
		jitter := 500 * time.Millisecond
		faults = append(faults,
			fault{situation: name + " once", replies: reply(status, "", ""), requests: 2, wantDuration: [2]time.Duration{0, jitter}},
			withRetryAfter("in seconds", "7", 7*time.Second, 9*time.Second),
			withRetryAfter("as a date", "Sat, 01 Jan 2000 00:00:20 GMT", 20*time.Second, 23*time.Second),
			withRetryAfter("as a date in the past", "Fri, 31 Dec 1999 00:00:00 GMT", 0, jitter),
			withRetryAfter("of zero", "0", 0, jitter),
			withRetryAfter("below zero", "-3", 0, jitter),
			withRetryAfter("as a float", "1.5", 0, jitter),
			withRetryAfter("as garbage", "soon", 0, jitter),
			withRetryAfter("of two minutes, shorter than the timeout", "120", 2*time.Minute, 2*time.Minute+3*time.Second),
			fault{
				situation: name + " for ever", replies: detail(status, "Later"), requests: 5, wantDuration: [2]time.Duration{0, 8 * time.Second},
				wantText: []string{summary, fmt.Sprintf("HTTP %d %s: Later.", status, http.StatusText(status)), "attempts: 5"},
			},
			fault{
				situation: name + " for an hour, longer than the read may take",
				replies:   []fakeapi.Reply{{Status: status, Header: http.Header{"Retry-After": {"3600"}}, Body: `{"detail":"Later"}`}},
				requests:  1, wantDuration: [2]time.Duration{0, 0},
				wantText: []string{summary, "Later. Retab asks to wait 1h before the next request.", "attempts: 1"},
			},
		)
	}
	for _, status := range []int{500, 502, 504, 520, 524} {
		faults = append(faults,
			fault{situation: fmt.Sprintf("HTTP %d once", status), replies: reply(status, "", ""), requests: 2, wantDuration: [2]time.Duration{0, time.Second}},
			fault{
				situation: fmt.Sprintf("HTTP %d for ever", status), replies: reply(status, "text/html", "<title>Oops</title>"), requests: 5, wantDuration: [2]time.Duration{0, 8 * time.Second},
				wantText: []string{serverFailed, fmt.Sprintf("HTTP %d", status), "an HTML page titled Oops.", "on the server's side", "attempts: 5"},
			},
		)
	}
	for times := 2; times <= 4; times++ {
		var replies []fakeapi.Reply
		for range times {
			replies = append(replies, fakeapi.Reply{Status: 502})
		}
		faults = append(faults, fault{situation: fmt.Sprintf("HTTP 502 for %d requests", times), replies: replies, requests: times + 1, wantDuration: [2]time.Duration{0, 8 * time.Second}})
	}
	return append(faults,
		fault{situation: "a connection that is reset once", replies: []fakeapi.Reply{{Reset: true}}, requests: 2, wantDuration: [2]time.Duration{0, time.Second}},
		fault{situation: "one request without an answer", replies: []fakeapi.Reply{{Hang: true}}, requests: 2, wantDuration: [2]time.Duration{30 * time.Second, 31 * time.Second}},
		fault{
			situation: "requests that nobody ever answers", replies: []fakeapi.Reply{{Hang: true}}, requests: 5, wantDuration: [2]time.Duration{150 * time.Second, 158 * time.Second},
			wantText: []string{"ERROR: Retab did not answer in time", "within the request timeout", "Raise request_timeout", "attempts: 5"},
		},
		fault{situation: "a reset, a 503, a 429, and then an answer", replies: []fakeapi.Reply{{Reset: true}, {Status: 503}, {Status: 429, Header: http.Header{"Retry-After": {"3"}}}}, requests: 4, wantDuration: [2]time.Duration{3 * time.Second, 8 * time.Second}},
		fault{situation: "first away, then a refusal", replies: append([]fakeapi.Reply{{Status: 503}}, detail(403, "No")...), requests: 2, wantDuration: [2]time.Duration{0, time.Second}, wantText: []string{accessRefused, "No.", "attempts: 2"}},
	)
}

// brokenConnections returns the rows in which the connection carries no complete answer. They need the fake to listen on a
// port.
func brokenConnections() []fault {
	raw := func(text string) []fakeapi.Reply { return []fakeapi.Reply{{Raw: text}} }
	const head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	return []fault{
		{situation: "reset before the answer", replies: []fakeapi.Reply{{Reset: true}}, requests: 5, wantText: []string{noAnswer, "The last attempt failed: the server closed the connection without an answer.", "attempts: 5"}},
		{situation: "closed in the middle of a header", replies: raw(head), requests: 5, wantText: []string{noAnswer, "the server closed the connection in the middle of its answer.", "attempts: 5"}},
		{situation: "reset in the middle of the body", replies: []fakeapi.Reply{{Raw: head + "Content-Length: 1000\r\n\r\n{\"id\":", Reset: true}}, requests: 5, wantText: []string{noAnswer, "attempts: 5"}},
		{situation: "a body that is cut short", replies: raw(head + "Content-Length: 1000\r\n\r\n{\"id\":"), requests: 5, wantText: []string{noAnswer, "failed: the answer broke off: unexpected EOF.", "attempts: 5"}},
		{situation: "a body that is cut short once", replies: raw(head + "Content-Length: 1000\r\n\r\n{\"id\":")[:1], requests: 2},
		{situation: "a chunked body that is cut short", replies: raw(head + "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"id\""), requests: 5, wantText: []string{noAnswer, "failed: the answer broke off: unexpected EOF."}},
		{situation: "a length that is too short", replies: raw(head + "Content-Length: 5\r\n\r\n{\"id\":\"expresult_1\"}"), requests: 1, wantText: []string{unexpectedAnswer, "JSON that ends too early"}},
		{situation: "a length that is no number", replies: raw(head + "Content-Length: many\r\n\r\n{}"), requests: 5, wantText: []string{noAnswer, "bad Content-Length"}},
		{situation: "an answer that is not HTTP", replies: raw("SSH-2.0-OpenSSH_9.6\r\n"), requests: 5, wantText: []string{noAnswer, "malformed HTTP"}},
		{situation: "an answer that goes on in another protocol", replies: []fakeapi.Reply{{Raw: "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n", Hang: true}}, requests: 1, wantText: []string{noAnswer, "failed: the server switched to another protocol than HTTP."}},
		{situation: "a status line without a status", replies: raw("HTTP/1.1 \r\n\r\n"), requests: 5, wantText: []string{noAnswer, "malformed HTTP"}},
		{situation: "headers without end", replies: raw(head + "X-Filler: " + strings.Repeat("x", 300<<10) + "\r\n\r\n{}"), requests: 5, wantText: []string{noAnswer, "server response headers exceeded"}},
	}
}

// stalledAnswers returns the rows in which the answer begins and stops. Each attempt runs into the request timeout.
func stalledAnswers() []fault {
	const head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
	wantText := []string{"ERROR: Retab did not answer in time", "The last attempt was not answered within the request timeout.", "attempts: 2"}
	return []fault{
		{situation: "not even a header", replies: []fakeapi.Reply{{Hang: true}}, requests: 2, wantText: wantText},
		{situation: "half a header", replies: []fakeapi.Reply{{Raw: "HTTP/1.1 200 OK\r\nContent-", Hang: true}}, requests: 2, wantText: wantText},
		{situation: "a header and no body", replies: []fakeapi.Reply{{Raw: head, Hang: true}}, requests: 2, wantText: wantText},
		{situation: "a body that comes to a stop", replies: []fakeapi.Reply{{Raw: head + `{"id":`, Hang: true}}, requests: 2, wantText: wantText},
	}
}

// unexpectedContents returns the rows in which the status is 2xx and the body is not a result.
func unexpectedContents(t *testing.T) []fault {
	t.Helper()
	body := func(situation, contentType, text string, wantText ...string) fault {
		return fault{situation: situation, replies: reply(200, contentType, text), requests: 1, wantText: append([]string{unexpectedAnswer}, wantText...)}
	}
	wrong := func(situation, result, wantText string) fault {
		return fault{situation: situation, result: result, requests: 1, wantText: []string{unexpectedAnswer, wantText}}
	}
	fine := func(situation, result string) fault { return fault{situation: situation, result: result, requests: 1} }
	utf16le := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune(seedWith())) {
		utf16le = binary.LittleEndian.AppendUint16(utf16le, unit)
	}
	faults := []fault{
		body("a page", "text/html", "<html>Please sign in</html>", "the body is not JSON", `content type "text/html": an HTML page, 27 bytes.`, "Check that base_url"),
		body("plain words", "text/plain", "OK", "the body is not JSON", `content type "text/plain": 2 bytes.`),
		body("words called JSON", "application/json", "OK", "the body is not JSON"),
		body("a page that echoes the key", "text/html", "<p>"+fakeapi.Key, "an HTML page"),
		body("a page that paints the terminal", "text/html", "\x1b[2J<p>hello", "an HTML page"),
		body("a string", "application/json", `"result"`, "the body is a string, not an object"),
		body("a number", "application/json", `7`, "the body is a number, not an object"),
		body("a truth", "application/json", `true`, "the body is true, not an object"),
		body("nothing", "application/json", "", "the body is empty"),
		body("white space", "application/json", " \r\n\t", "the body is empty"),
		{situation: "no content", replies: []fakeapi.Reply{{Status: 204}}, requests: 1, wantText: []string{unexpectedAnswer, "HTTP 204 No Content, but the body is empty."}},
		body("JSON in UTF-16", "application/json", string(utf16le), "the body is not JSON"),
		body("a refusal", "application/json", `{"detail":"Experiment run not found: exprun_2"}`, "Retab answered HTTP 200 OK, but with an error instead of the experiment result: Experiment run not found: exprun_2."),
		body("a refusal at depth", "application/json", `{"detail":{"code":"HTTP_EXCEPTION","message":"An HTTP exception occurred.","details":{"error":"Bad run"}}}`, "an error instead of the experiment result: Bad run."),
		body("an error", "application/json", `{"error":"Over quota"}`, "an error instead of the experiment result: Over quota."),
		body("half an object", "application/json", `{"id":"expresult_1"`, "ends too early"),
		body("two objects", "application/json", `{} {}`, "not valid JSON at byte 3"),
		body("a trailing comma", "application/json", `{"id":"a",}`, "not valid JSON at byte"),
		body("single quotes", "application/json", `{'id':'a'}`, "not valid JSON at byte 1"),
		body("a comment", "application/json", `{/* hi */}`, "not valid JSON at byte 1"),
		body("nesting without end", "application/json", strings.Repeat(`{"a":`, 100_000), "not valid JSON at byte"),
		body("lists without end", "application/json", strings.Repeat(`[`, 100_000), "is an array, not an object"),
		wrong("a name twice, of which the last counts", seedWith("extra", `0,"run_id":"exprun_3"`), `run_id is "exprun_3", but "exprun_2" was requested`),
		wrong("not a number", seedWith("attempt", "NaN"), "not valid JSON at byte"),
		wrong("more digits than fit", seedWith("attempt", "1"+strings.Repeat("0", 40)), "attempt is not a whole number of at most 64 bits"),
		wrong("a number as text", seedWith("timing", `{"duration_ms":"4120"}`), "timing.duration_ms is a string, not a whole number"),
		wrong("half a millisecond", seedWith("timing", `{"duration_ms":0.5}`), "timing.duration_ms is not a whole number"),
		wrong("an id that is a number", seedWith("id", "7"), "id is a number, not a string"),
		wrong("a flag that is a number", seedWith("is_placeholder", "1"), "is_placeholder is a number, not true or false"),
		wrong("a lifecycle that is text", seedWith("lifecycle", `"completed"`), "lifecycle is a string, not an object"),
		wrong("a status that is an object", seedWith("lifecycle", `{"status":{}}`), "lifecycle.status is an object, not a string"),
		wrong("handles in a list", seedWith("handle_inputs", `[]`), "handle_inputs is an array, not an object"),
		wrong("an artifact that is text", seedWith("artifact", `"ext_xyz"`), "artifact is a string, not an object"),
		wrong("another run", seedWith("run_id", `"exprun_3"`), `run_id is "exprun_3", but "exprun_2" was requested`),
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
		fine("a payload of fifty mebibytes", seedWith("handle_inputs", `{"h":{"type":"json","data":"`+strings.Repeat("x", 50<<20)+`"}}`)),
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

// TestFaults runs the rows that need a network, or have no pauses.
func TestFaults(t *testing.T) {
	t.Parallel()
	families := map[string][]fault{"refused": refusals(), "broken transport": brokenConnections(), "wrong content": unexpectedContents(t)}
	for family, rows := range families {
		for _, row := range rows {
			t.Run(family+"/"+row.situation, func(t *testing.T) {
				t.Parallel()
				forEachEdition(t, func(t *testing.T, e env) {
					row.script(e)
					got, problem := e.connectWithLongTimeout(t).read(t.Context(), t, resultType, withLongTimeout(seedArguments))
					row.check(t, e, got, problem)
				})
			})
		}
	}
	for _, row := range stalledAnswers() {
		t.Run("broken transport/"+row.situation, func(t *testing.T) {
			t.Parallel()
			for _, c := range editionCases {
				t.Run(c.name, func(t *testing.T) {
					t.Parallel()
					onFakeClockOverPipes(t, c, values{"max_retries": 1}, func(t *testing.T, e env, s server) {
						row.script(e)
						got, problem := s.read(t.Context(), t, resultType, seedArguments)
						row.check(t, e, got, problem)
					})
				})
			}
		})
	}
}

// TestFaults_wrongKey checks that every read reports a wrong key as one, once, with the message of the server, in every
// edition.
func TestFaults_wrongKey(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		var tested []string
		for _, read := range []struct {
			name      string
			arguments values
		}{
			{"retab_experiment_result", seedArguments},
			{"retab_experiment_result", values{"run_id": "exprun_2", "document_id": "expdoc_404", "ignore_not_found": true}},
			{"retab_experiment_results", values{"run_id": "exprun_2"}},
			{"retab_experiment_run", values{"id": "exprun_2"}},
			{"retab_experiment_run", values{"experiment_id": "exp_abc"}},
			{"retab_experiment_runs", values{}},
			{experimentType, values{"id": "exp_abc"}},
			{experimentType, values{"id": "exp_404", "workflow_id": "wf_1", "ignore_not_found": true}},
			{experimentType, values{"workflow_id": "wf_1", "name": "Q1 invoices"}},
			{experimentsType, values{"workflow_id": "wf_1"}},
			{metricsType, values{"run_id": "exprun_2", "ignore_not_found": true}},
			{artifactType, splitArguments},
			{artifactType, values{"operation": "function_invocation", "id": fakeapi.FunctionInvocationID}},
			{artifactType, values{"operation": "dream", "id": "dream_404"}},
		} {
			tested = append(tested, read.name)
			s := serve(t)
			if problem := s.configure(t, values{"api_key": "rt_test_wrong", "base_url": e.URL, "api_edition": e.setting}); problem != "" {
				t.Fatal(problem)
			}
			_, got := s.read(t.Context(), t, read.name, read.arguments)
			wantContains(t, got, keyRejected, "Retab answered HTTP 401 Unauthorized: Invalid API Key.", "Check api_key, or the environment variable RETAB_API_KEY")
			if strings.Contains(got, "rt_test_wrong") || strings.Contains(got, "not found") || strings.Count(got, "ERROR") != 1 {
				t.Errorf("%s %v:\n%s", read.name, read.arguments, got)
			}
		}
		serve(t).wantEveryDataSource(t, tested)
	})
}

// TestFaults_pauses runs the rows with pauses, on a fake clock.
func TestFaults_pauses(t *testing.T) {
	t.Parallel()
	for _, row := range temporaryFaults() {
		t.Run("busy/"+row.situation, func(t *testing.T) {
			t.Parallel()
			for _, c := range editionCases {
				t.Run(c.name, func(t *testing.T) {
					t.Parallel()
					onFakeClock(t, c, func(t *testing.T, e env, s server) {
						row.script(e)
						began := time.Now()
						got, problem := s.read(t.Context(), t, resultType, values{
							"run_id": fakeapi.SeedRunID, "document_id": fakeapi.SeedDocumentID, "timeouts": values{"read": "2m59s"},
						})
						row.check(t, e, got, problem)
						wantElapsed(t, time.Since(began), row.wantDuration[0], row.wantDuration[1])
					})
				})
			}
		})
	}
}

// TestFaults_distinctRows checks that the table has no row twice and has not become smaller.
func TestFaults_distinctRows(t *testing.T) {
	t.Parallel()
	situations := map[string]bool{}
	count := func(family string, rows []fault) {
		for _, row := range rows {
			if situations[family+"/"+row.situation] {
				t.Errorf("%s/%s is in the table twice", family, row.situation)
			}
			situations[family+"/"+row.situation] = true
			for _, text := range row.wantText {
				if len(text) < 3 {
					t.Errorf("%s/%s has an expected text that is too short: %q", family, row.situation, text)
				}
			}
		}
		t.Logf("%s: %d rows", family, len(rows))
	}
	count("refused", refusals())
	count("busy", temporaryFaults())
	count("broken transport", append(brokenConnections(), stalledAnswers()...))
	count("wrong content", unexpectedContents(t))
	if len(situations) < 120 {
		t.Errorf("%d situations", len(situations))
	}
}

// The tests below need a server of their own.

func TestFaults_byteOrderMark(t *testing.T) {
	t.Parallel()
	forEachEdition(t, func(t *testing.T, e env) {
		marked := e.resultBody(seedWith())
		marked.Body = "\xef\xbb\xbf" + marked.Body
		e.scriptSeed(marked)
		got, problem := e.connect(t).read(t.Context(), t, resultType, seedArguments)
		fault{requests: 1}.check(t, e, got, problem)
	})
}

func TestFaults_gzip(t *testing.T) {
	t.Parallel()
	forEachEdition(t, func(t *testing.T, e env) {
		good := e.resultBody(seedWith())
		var packed bytes.Buffer
		writer := gzip.NewWriter(&packed)
		if _, err := writer.Write([]byte(good.Body)); err != nil {
			t.Fatal(err)
		}
		if err := writer.Close(); err != nil {
			t.Fatal(err)
		}
		encoding := http.Header{"Content-Encoding": {"gzip"}}
		e.scriptSeed(fakeapi.Reply{Status: 200, Header: encoding, Body: packed.String()})
		got, problem := e.connect(t).read(t.Context(), t, resultType, seedArguments)
		fault{requests: 1}.check(t, e, got, problem)

		for range 5 {
			e.scriptSeed(fakeapi.Reply{Status: 200, Header: encoding, Body: good.Body})
		}
		_, problem = e.connect(t).read(t.Context(), t, resultType, seedArguments)
		wantContains(t, problem, noAnswer, "failed: the answer broke off: gzip: invalid header.", "attempts: 5")
	})
}

// TestFaults_notTheAPI checks that a server which answers 404 to every request is not reported as a missing run or result.
func TestFaults_notTheAPI(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]fakeapi.Reply{
		"text":             {Status: 404, Header: http.Header{"Content-Type": {"text/plain"}}, Body: "404 page not found"},
		"an unknown route": {Status: 404, Body: `{"detail":"Not Found"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, c := range serverCases {
				s := serve(t, provider.WithTransport(transportFunc(func(request *http.Request) (*http.Response, error) {
					recorder := httptest.NewRecorder()
					recorder.WriteHeader(answer.Status)
					_, _ = recorder.WriteString(answer.Body)
					response := recorder.Result()
					response.Request = request
					return response, nil
				})))
				if problem := s.configure(t, values{"api_key": fakeapi.Key, "base_url": "https://wrong.example", "api_edition": c.setting}); problem != "" {
					t.Fatal(problem)
				}
				_, problem := s.read(t.Context(), t, resultType, values{"run_id": "r", "document_id": "d", "ignore_not_found": true})
				wantContains(t, problem, noAPI, "HTTP 404 Not Found: ", "Check base_url", "check the ids.")
			}
		})
	}
}

func TestFaults_endlessBody(t *testing.T) {
	t.Parallel()
	forEachEdition(t, func(t *testing.T, e env) {
		for range 3 { // the flat edition retries with smaller pages
			e.scriptSeed(fakeapi.Reply{Status: 200, Body: "{", Endless: true})
		}
		_, problem := e.connectWithLongTimeout(t).read(t.Context(), t, resultType, withLongTimeout(seedArguments))
		wantContains(t, problem, "ERROR: Retab sent too large an answer", "The answer is larger than this provider reads.", "Check that base_url")
	})
}

func TestFaults_unknownHost(t *testing.T) {
	t.Parallel()
	requests := 0
	notFound := transportFunc(func(*http.Request) (*http.Response, error) {
		requests++
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "api.retab.example", IsNotFound: true}}
	})
	for _, c := range editionCases {
		requests = 0
		s := serve(t, provider.WithTransport(notFound))
		if problem := s.configure(t, values{"api_key": fakeapi.Key, "base_url": "https://api.retab.example", "api_edition": c.setting}); problem != "" {
			t.Fatal(problem)
		}
		_, problem := s.read(t.Context(), t, resultType, seedArguments)
		wantContains(t, problem, noAnswer, "lookup api.retab.example: no such host.", "name resolution")
		if requests != 1 {
			t.Errorf("%d requests, want 1", requests)
		}
	}
}

func TestFaults_certificates(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("the server received a request")
	}))
	server.Config.ErrorLog = log.New(&bytes.Buffer{}, "", 0) // it would log the failed handshakes
	server.StartTLS()
	t.Cleanup(server.Close)
	pool := x509.NewCertPool()
	pool.AddCert(server.Certificate())
	trusting := http.DefaultTransport.(*http.Transport).Clone()
	trusting.TLSClientConfig.RootCAs = pool
	for name, test := range map[string]struct {
		url     string
		options []provider.Option
		want    string
	}{
		"an untrusted authority": {server.URL, nil, "certificate signed by unknown authority"},
		"for another host":       {strings.Replace(server.URL, "127.0.0.1", "localhost", 1), []provider.Option{provider.WithTransport(trusting)}, "not localhost"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, c := range editionCases {
				s := serve(t, test.options...)
				if problem := s.configure(t, values{"api_key": fakeapi.Key, "base_url": test.url, "api_edition": c.setting}); problem != "" {
					t.Fatal(problem)
				}
				_, problem := s.read(t.Context(), t, resultType, seedArguments)
				wantContains(t, problem, noAnswer, test.want, "certificates", "attempts: 1")
			}
		})
	}
}

// TestFaults_redirects checks that redirects are followed within the origin only, so that no other server receives the key.
func TestFaults_redirects(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		location func(e env, other string) string
		wantText []string
		requests int
	}{
		"to another path of the same host": {func(e env, _ string) string {
			return e.URL + e.resultPath("exprun_2", "expdoc_xyz") + "?" + flatQuery(e)
		}, nil, 2},
		"to a relative path": {func(e env, _ string) string { return "?" + flatQuery(e) }, nil, 2},
		"to another port":    {func(_ env, other string) string { return other }, []string{redirectAnswer, "another origin, where the API key must not go", "Check base_url"}, 1},
		"to another host": {
			func(e env, _ string) string { return strings.Replace(e.URL, "127.0.0.1", "localhost", 1) }, []string{redirectAnswer, "another origin"}, 1,
		},
		"to another scheme": {func(e env, _ string) string { return strings.Replace(e.URL, "http:", "https:", 1) }, []string{redirectAnswer, "another origin"}, 1},
		"to nowhere":        {func(env, string) string { return "" }, []string{"302"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			forEachEdition(t, func(t *testing.T, e env) {
				other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
					t.Errorf("the other origin received a request with %v", request.Header)
				}))
				t.Cleanup(other.Close)
				header := http.Header{}
				if location := test.location(e, other.URL); location != "" {
					header.Set("Location", location)
				}
				e.scriptSeed(fakeapi.Reply{Status: http.StatusFound, Header: header})
				got, problem := e.connect(t).read(t.Context(), t, resultType, seedArguments)
				fault{wantText: test.wantText, requests: test.requests}.check(t, e, got, problem)
			})
		})
	}
	t.Run("for ever", func(t *testing.T) {
		t.Parallel()
		forEachEdition(t, func(t *testing.T, e env) {
			for range 10 {
				e.scriptSeed(fakeapi.Reply{Status: http.StatusTemporaryRedirect, Header: http.Header{"Location": {"?" + flatQuery(e)}}})
			}
			_, problem := e.connect(t).read(t.Context(), t, resultType, seedArguments)
			wantContains(t, problem, redirectAnswer, "The server redirected more than 5 times.")
		})
	})
}

// flatQuery returns the query that the flat edition's list requires.
func flatQuery(e env) string {
	if e.isFlat() {
		return "run_id=exprun_2&limit=1000"
	}
	return "again"
}
