package transport

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
)

// The fuzz targets check properties that hold for any input. Go stores a failing input in testdata/fuzz, where every test run
// tries it again. Add it to the tests of the code as well.

// FuzzErrorText checks that the text of any error body is one line of limited length, without control characters and the key.
func FuzzErrorText(f *testing.F) {
	const key = "rt_test_key"
	redactor := sanitize.NewRedactor(key)
	for _, body := range []string{
		"", `{"detail":{"code":"HTTP_EXCEPTION","message":"An HTTP exception occurred.","details":{"error":"Invalid API Key."}}}`,
		`{"status_code":10422,"message":"[{\"loc\":[\"query\",1],\"msg\":\"x\"}]"}`, "<html><title>\x1b[31mBad</title>",
	} {
		f.Add([]byte(body))
	}
	f.Add([]byte(`{"detail":"no such key: rt_test_key"}`))
	f.Add([]byte("rt_test_\x00key rt_test_\x1b[0mkey"))
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, contentType := range []string{"application/json", "text/html"} {
			message, _ := errorText(contentType, body)
			switch text := redactor.Message(message); {
			case utf8.RuneCountInString(text) > sanitize.MaxTextLength+1:
				t.Errorf("%d characters", utf8.RuneCountInString(text))
			case !utf8.ValidString(text):
				t.Errorf("%q is not UTF-8", text)
			case strings.ContainsFunc(text, unicode.IsControl):
				t.Errorf("%q has a control character", text)
			case strings.Contains(text, key):
				t.Errorf("%q has the key", text)
			}
		}
	})
}

// FuzzRetryAfter checks that no header causes a negative pause, or a pause above the maximum.
func FuzzRetryAfter(f *testing.F) {
	for _, header := range []string{"", "0", "7", "-1", "1.5", "99999999999999999999", "Mon, 01 Jun 2026 12:00:30 GMT", "Monday, 01-Jun-26 12:00:30 GMT", "soon", " 7", "+7"} {
		f.Add(header, 0)
	}
	now := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	backoff := Backoff{}.orDefault()
	f.Fuzz(func(t *testing.T, header string, attempt int) {
		wait := retryAfter(&http.Response{StatusCode: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {header}, "X-Ratelimit-Reset": {header}}}, now)
		if wait < 0 || wait > maxPause {
			t.Errorf("%q: wait %v", header, wait)
		}
		if attempt < 0 {
			return
		}
		if pause := backoff.pause(attempt, wait); pause < 0 || pause > backoff.MaxRetryAfter+maxJitter {
			t.Errorf("%q, attempt %d: pause %v", header, attempt, pause)
		}
	})
}

// FuzzResultRoute checks that an id which package client accepts is one segment of the intended route, and can be unescaped.
func FuzzResultRoute(f *testing.F) {
	for _, id := range []string{"expdoc_xyz", "", ".", "..", "a/b", "%2F", "%2e%2e", "a?b", "a#b", "ü", "a b", "\x00", "a\\b", "a;b", "//x", "\u2028", "a%"} {
		f.Add(id, id)
	}
	c := newClient(f, Config{APIKey: "rt_test_key", BaseURL: "https://api.retab.com/gateway/v1"})
	f.Fuzz(func(t *testing.T, runID, documentID string) {
		if !isSegment(runID) || !isSegment(documentID) {
			return
		}
		asked, err := url.Parse(c.newRequest(Request{Segments: []string{"workflows", "experiments", "runs", runID, "results", documentID}}).URL.String())
		if err != nil {
			t.Fatalf("%q, %q: %v", runID, documentID, err)
		}
		segments := strings.Split(asked.EscapedPath(), "/")
		if asked.Host != "api.retab.com" || asked.RawQuery != "" || asked.Fragment != "" || len(segments) != 9 {
			t.Fatalf("%q, %q lead to %s", runID, documentID, asked)
		}
		for i, want := range []string{"", "gateway", "v1", "workflows", "experiments", "runs", runID, "results", documentID} {
			got, err := url.PathUnescape(segments[i])
			if err != nil || got != want || got == "." || got == ".." {
				t.Errorf("segment %d is %q (%v), want %q", i, got, err, want)
			}
		}
		list, err := url.Parse(c.newRequest(Request{Segments: []string{"workflows", "experiments", "results"}, Query: url.Values{"run_id": {runID}}}).URL.String())
		if err != nil || list.Query().Get("run_id") != runID || len(list.Query()) != 1 {
			t.Errorf("%q leads to %s, %v", runID, list, err)
		}
	})
}

// isSegment reports what client.CheckID accepts, less its rules about white space and control characters.
func isSegment(id string) bool {
	return id != "" && id != "." && id != ".." && !strings.ContainsAny(id, `/\`)
}
