package faults_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
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
		{situation: "a bad request", replies: detail(400, "Malformed"), requests: 1, wantText: []string{requestNotAccepted, "HTTP 400 Bad Request: Malformed."}},
		{situation: "a wrong key", replies: []fakeapi.Reply{fakeapi.InvalidKey()}, requests: 1, wantText: []string{keyRejected, "HTTP 401 Unauthorized: Invalid API Key.", "RETAB_API_KEY"}},
		{situation: "a missing key", replies: detail(401, "Not authenticated"), requests: 1, wantText: []string{keyRejected, "Not authenticated."}},
		{situation: "a wrong key, in an HTML page", replies: reply(401, "text/html", "<html><title>Sign in</title>"), requests: 1, wantText: []string{keyRejected, "an HTML page titled Sign in."}},
		{situation: "a wrong key, without a body", replies: reply(401, "", ""), requests: 1, wantText: []string{keyRejected, "HTTP 401 Unauthorized."}},
		{situation: "a plan that is not paid", replies: detail(402, "Subscription expired"), requests: 1, wantText: []string{paymentRequired, "Retab answered HTTP 402 Payment Required: Subscription expired.", "credits"}},
		{situation: "a key without permission", replies: detail(403, "Missing scope"), requests: 1, wantText: []string{accessRefused, "Retab answered HTTP 403 Forbidden: Missing scope.", "The API itself refused this.", "permission"}},
		{situation: "a missing key, in a gateway's form", replies: detail(403, "Not authenticated"), requests: 1, wantText: []string{keyRejected, "Retab answered HTTP 403 Forbidden: Not authenticated."}},
		{situation: "a refusal of a firewall", replies: reply(403, "text/html", "<HTML><TITLE>Access &lt;denied&gt;</TITLE>"), requests: 1, wantText: []string{accessBlocked, "The server answered HTTP 403 Forbidden: an HTML page titled Access <denied>.", "a firewall, proxy or gateway", "set headers"}},
		{situation: "a refusal in plain text", replies: reply(403, "text/plain", "  go away \r\n"), requests: 1, wantText: []string{accessBlocked, "HTTP 403 Forbidden: go away."}},
		{situation: "a refusal without a body", replies: reply(403, "", ""), requests: 1, wantText: []string{accessBlocked, "HTTP 403 Forbidden."}},
		{situation: "a refusal that is not UTF-8", replies: reply(403, "text/plain", "caf\xe9"), requests: 1, wantText: []string{accessBlocked, "HTTP 403 Forbidden: caf\uFFFD."}},
		{situation: "a refusal with terminal escapes", replies: reply(403, "text/plain", "\x1b[31mred\x1b[0m \x1b]0;title\x07alert\a"), requests: 1, wantText: []string{accessBlocked, "HTTP 403 Forbidden: red alert."}},
		{situation: "a refusal that commands a pipeline", replies: detail(403, "::error::x ##vso[task.setvariable variable=A]b"), requests: 1, wantText: []string{accessRefused, "Forbidden: : :error::x # #vso[task.setvariable variable=A]b."}},
		{situation: "a refusal that echoes the key", replies: detail(403, "Key "+fakeapi.Key+" is not allowed"), requests: 1, wantText: []string{accessRefused, "Key [API key] is not allowed."}},
		{situation: "a refusal of ten thousand words", replies: detail(403, strings.Repeat("word ", 10_000)), requests: 1, wantText: []string{accessRefused, "HTTP 403 Forbidden: word word", "word …"}},
		{situation: "a method that is not allowed", replies: detail(405, "Method Not Allowed"), requests: 1, wantText: []string{noAPI, "HTTP 405 Method Not Allowed"}},
		{situation: "no acceptable media type", replies: reply(406, "", ""), requests: 1, wantText: []string{"ERROR: A gateway did not accept the request", "HTTP 406 Not Acceptable.", "whoever runs the gateway"}},
		{situation: "a proxy that asks for a login", replies: reply(407, "text/html", "<title>Proxy</title>"), requests: 1, wantText: []string{requestNotAccepted, "HTTP 407 Proxy Authentication Required: an HTML page titled Proxy."}},
		{situation: "a conflict", replies: detail(409, "Run is being deleted"), requests: 1, wantText: []string{requestNotAccepted, "HTTP 409 Conflict: Run is being deleted."}},
		{situation: "gone", replies: detail(410, "This endpoint was removed"), requests: 1, wantText: []string{requestNotAccepted, "HTTP 410 Gone: This endpoint was removed."}},
		{situation: "a teapot", replies: reply(418, "", ""), requests: 1, wantText: []string{requestNotAccepted, "HTTP 418 I'm a teapot."}},
		{situation: "a refused value, in the global handler's form", replies: []fakeapi.Reply{fakeapi.Unprocessable("path.run_id", "Too short")}, requests: 1, wantText: []string{requestNotAccepted, "HTTP 422 Unprocessable Entity: Too short (path.run_id)."}},
		{situation: "a refused value, in the framework's form", replies: reply(422, "application/json", `{"detail":[{"loc":["path","run_id"],"msg":"Too short","type":"x"}]}`), requests: 1, wantText: []string{requestNotAccepted, "Too short (path.run_id)."}},
		{situation: "a refused value with a code", replies: reply(422, "application/json", `{"detail":{"code":"INVALID_CURSOR","message":"Cursor does not match","details":{}}}`), requests: 1, wantText: []string{requestNotAccepted, "Cursor does not match."}},
		{situation: "a refused value, three levels deep", replies: reply(422, "application/json", `{"detail":{"code":"HTTP_EXCEPTION","message":"An HTTP exception occurred.","details":{"error":"Bad limit"}}}`), requests: 1, wantText: []string{requestNotAccepted, "Bad limit."}},
		{situation: "unavailable for legal reasons", replies: detail(451, "Blocked in your country"), requests: 1, wantText: []string{requestNotAccepted, "HTTP 451 Unavailable For Legal Reasons: Blocked in your country."}},
		{situation: "an unknown status", replies: reply(499, "", ""), requests: 1, wantText: []string{requestNotAccepted, "HTTP 499."}},
		{situation: "a feature that is not implemented", replies: detail(501, "No"), requests: 1, wantText: []string{serverFailed, "HTTP 501 Not Implemented: No."}},
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
			withRetryAfter("as a fraction", "1.5", 2*time.Second, 2500*time.Millisecond),
			withRetryAfter("as garbage", "soon", 0, jitter),
			withRetryAfter("of two minutes, shorter than the timeout", "120", 2*time.Minute, 2*time.Minute+3*time.Second),
			fault{
				situation: name + " for an hour, which is longer than the timeout",
				replies:   []fakeapi.Reply{{Status: status, Header: http.Header{"Retry-After": {"3600"}}, Body: `{"detail":"Later"}`}},
				requests:  1, wantDuration: [2]time.Duration{0, 0},
				wantText: []string{summary, "Later. Retab asks to wait 1h before the next request.", "attempts: 1"},
			},
		)
		if status != http.StatusTooManyRequests { // which is repeated while the read has time, see planFaults
			faults = append(faults, fault{
				situation: name + " every time", replies: detail(status, "Later"), requests: 5, wantDuration: [2]time.Duration{0, 8 * time.Second},
				wantText: []string{summary, fmt.Sprintf("HTTP %d %s: Later.", status, http.StatusText(status)), "attempts: 5"},
			})
		}
	}
	for _, status := range []int{500, 502, 504, 520, 524} {
		faults = append(faults,
			fault{situation: fmt.Sprintf("HTTP %d once", status), replies: reply(status, "", ""), requests: 2, wantDuration: [2]time.Duration{0, time.Second}},
			fault{
				situation: fmt.Sprintf("HTTP %d every time", status), replies: reply(status, "text/html", "<title>Oops</title>"), requests: 5, wantDuration: [2]time.Duration{0, 8 * time.Second},
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
	for situation, header := range map[string]http.Header{
		"HTTP 429, RateLimit-Reset in seconds":                   {"Ratelimit-Reset": {"7"}},
		"HTTP 429, X-RateLimit-Reset as a time":                  {"X-Ratelimit-Reset": {"1780315207"}, "Date": {"Mon, 01 Jun 2026 12:00:00 GMT"}},
		"HTTP 429, Retry-After as a date of a clock that is off": {"Retry-After": {"Mon, 01 Jun 2026 12:00:07 GMT"}, "Date": {"Mon, 01 Jun 2026 12:00:00 GMT"}},
	} {
		faults = append(faults, fault{
			situation: situation, replies: []fakeapi.Reply{{Status: http.StatusTooManyRequests, Header: header}}, requests: 2,
			wantDuration: [2]time.Duration{7 * time.Second, 9 * time.Second},
		})
	}
	copied := []fakeapi.Reply{{Status: http.StatusOK, Header: http.Header{"Age": {"86400"}, "Via": {"1.1 squid.example"}}, Body: "{}"}}
	return append(faults,
		fault{situation: "a connection to another server", replies: detail(421, "Not here"), requests: 2, wantText: []string{requestNotAccepted, "HTTP 421 Misdirected Request: Not here.", "attempts: 2"}},
		fault{situation: "a copy of a day ago, once", replies: copied, requests: 2},
		fault{situation: "a copy of a day ago", replies: copied, requests: 2, wantText: []string{"ERROR: A cache answered instead of Retab", `the cache "1.1 squid.example" sent one of 86400 seconds ago`, "attempts: 2"}},
		fault{situation: "a connection that is reset once", replies: []fakeapi.Reply{{Reset: true}}, requests: 2, wantDuration: [2]time.Duration{0, time.Second}},
		fault{situation: "one request without an answer", replies: []fakeapi.Reply{{Hang: true}}, requests: 2, wantDuration: [2]time.Duration{30 * time.Second, 31 * time.Second}},
		fault{
			situation: "requests without an answer", replies: []fakeapi.Reply{{Hang: true}}, requests: 5, wantDuration: [2]time.Duration{150 * time.Second, 158 * time.Second},
			wantText: []string{"ERROR: Retab did not answer in time", "within the request timeout", "Raise request_timeout", "attempts: 5"},
		},
		fault{situation: "a reset, a 503, a 429, and then an answer", replies: []fakeapi.Reply{{Reset: true}, {Status: 503}, {Status: 429, Header: http.Header{"Retry-After": {"3"}}}}, requests: 4, wantDuration: [2]time.Duration{3 * time.Second, 8 * time.Second}},
		fault{situation: "an outage, then a refusal", replies: append([]fakeapi.Reply{{Status: 503}}, detail(403, "No")...), requests: 2, wantDuration: [2]time.Duration{0, time.Second}, wantText: []string{accessRefused, "No.", "attempts: 2"}},
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
		{situation: "a content length that is too small", replies: raw(head + "Content-Length: 5\r\n\r\n{\"id\":\"expresult_1\"}"), requests: 1, wantText: []string{unexpectedAnswer, "JSON that ends too early"}},
		{situation: "a content length that is not a number", replies: raw(head + "Content-Length: many\r\n\r\n{}"), requests: 5, wantText: []string{noAnswer, "bad Content-Length"}},
		{situation: "an answer that is not HTTP", replies: raw("SSH-2.0-OpenSSH_9.6\r\n"), requests: 5, wantText: []string{noAnswer, "malformed HTTP"}},
		{situation: "a switch to another protocol", replies: []fakeapi.Reply{{Raw: "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n", Hang: true}}, requests: 1, wantText: []string{noAnswer, "failed: the server switched to another protocol than HTTP."}},
		{situation: "a status line without a status", replies: raw("HTTP/1.1 \r\n\r\n"), requests: 5, wantText: []string{noAnswer, "malformed HTTP"}},
		{situation: "endless headers", replies: raw(head + "X-Filler: " + strings.Repeat("x", 300<<10) + "\r\n\r\n{}"), requests: 5, wantText: []string{noAnswer, "server response headers exceeded"}},
	}
}

// stalledAnswers returns the rows in which the answer begins and stops. Each attempt runs into the request timeout.
func stalledAnswers() []fault {
	const head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
	wantText := []string{"ERROR: Retab did not answer in time", "The last attempt was not answered within the request timeout.", "attempts: 2"}
	return []fault{
		{situation: "no header", replies: []fakeapi.Reply{{Hang: true}}, requests: 2, wantText: wantText},
		{situation: "an incomplete header", replies: []fakeapi.Reply{{Raw: "HTTP/1.1 200 OK\r\nContent-", Hang: true}}, requests: 2, wantText: wantText},
		{situation: "a header without a body", replies: []fakeapi.Reply{{Raw: head, Hang: true}}, requests: 2, wantText: wantText},
		{situation: "a body that stalls", replies: []fakeapi.Reply{{Raw: head + `{"id":`, Hang: true}}, requests: 2, wantText: wantText},
	}
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
					got, problem := e.ConnectWithLongTimeout(t).Read(t.Context(), t, resultType, withLongTimeout(seedArguments))
					row.check(t, e, got, problem)
				})
			})
		}
	}
	for _, row := range stalledAnswers() {
		t.Run("broken transport/"+row.situation, func(t *testing.T) {
			t.Parallel()
			for _, c := range editionCases {
				t.Run(c.Name, func(t *testing.T) {
					t.Parallel()
					onFakeClockOverPipes(t, c, values{"max_retries": 1}, func(t *testing.T, e env, s server) {
						row.script(e)
						got, problem := s.Read(t.Context(), t, resultType, seedArguments)
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
		for name, reading := range serve(t).Readings(t) {
			s := serve(t)
			if problem := s.Configure(t, values{"api_key": "rt_test_wrong", "base_url": e.URL, "api_edition": e.Setting}); problem != "" {
				t.Fatal(problem)
			}
			_, got := reading.Do(t.Context(), t, s)
			wantContains(t, got, keyRejected, "Retab answered HTTP 401 Unauthorized: Invalid API Key.", "Check api_key, or the environment variable RETAB_API_KEY")
			if strings.Contains(got, "rt_test_wrong") || strings.Contains(got, "not found") || strings.Count(got, "ERROR") != 1 {
				t.Errorf("%s:\n%s", name, got)
			}
		}
	})
}

// TestFaults_refusedCredential checks that a 403 names api_edition only if the provider chose the credential.
func TestFaults_refusedCredential(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		for _, reply := range append(detail(403, "No"), reply(403, "text/html", "<title>No</title>")...) {
			e.AddFault(fakeapi.Fault{Reply: reply})
			_, problem := e.Connect(t).Read(t.Context(), t, resultType, seedArguments)
			if got := strings.Contains(problem, `api_edition is "auto"`); got != (e.Setting == "auto") || !strings.Contains(problem, "HTTP 403 Forbidden: ") {
				t.Errorf("api_edition %v:\n%s", e.Setting, problem)
			}
		}
	})
}

// TestFaults_pauses runs the rows with pauses, on a fake clock.
func TestFaults_pauses(t *testing.T) {
	t.Parallel()
	for _, row := range temporaryFaults() {
		t.Run("busy/"+row.situation, func(t *testing.T) {
			t.Parallel()
			for _, c := range editionCases {
				t.Run(c.Name, func(t *testing.T) {
					t.Parallel()
					onFakeClock(t, c, func(t *testing.T, e env, s server) {
						row.script(e)
						began := time.Now()
						got, problem := s.Read(t.Context(), t, resultType, values{
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
