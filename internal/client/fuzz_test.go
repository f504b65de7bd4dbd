package client

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

// The fuzz targets look for input that breaks what must hold for any input. What they find goes into testdata/fuzz, where
// every test run tries it again, and becomes a named case of the tests beside the code.

// addSamples seeds a target with the vendor's samples and with small bodies that each stress something.
func addSamples(f *testing.F) {
	f.Helper()
	samples, err := filepath.Glob("testdata/*/*.json")
	if err != nil || len(samples) == 0 {
		f.Fatal(samples, err)
	}
	for _, sample := range samples {
		body, err := os.ReadFile(sample)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
		f.Add([]byte(`{"data":[` + string(body) + `],"list_metadata":{"after":null,"before":null}}`))
	}
	for _, body := range []string{
		``, `[]`, `null`, `{"id":1e400}`, `{"attempt":1.0e2}`, `{"lifecycle":{"status":"x","details":"y"}}`, "\xef\xbb\xbf{}",
		`{"handle_inputs":{"a":{"data":{"b":1,"b":2}}}}`, `{"data":null}`, `{"handle_inputs":{"a":"b"},"handle_outputs":[]}`,
		`{"detail":{"code":"HTTP_EXCEPTION","message":"An HTTP exception occurred.","details":{"error":"Invalid API Key."}}}`,
		`{"status_code":10422,"message":"[{\"loc\":[\"query\",1],\"msg\":\"x\"}]"}`, "<html><title>\x1b[31mBad</title>",
	} {
		f.Add([]byte(body))
	}
}

// FuzzDecode: no body makes the decoders panic, and what they accept keeps the contract of the types.
func FuzzDecode(f *testing.F) {
	addSamples(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, options := range []ResultOptions{{}, {HandleData: true}} {
			result, err := decodeResult(body, options)
			checkDecoded(t, err, result.ID != "" && result.RunID != "" && result.DocumentID != "" && result.Status != "")
			for _, handle := range result.HandleInputs {
				if handle.Data != nil && !options.HandleData {
					t.Errorf("the payload of %q was kept though nobody asked for it", handle.Name)
				}
				if handle.Data != nil && !utf8.ValidString(*handle.Data) {
					t.Errorf("the payload of %q is not UTF-8", handle.Name)
				}
			}
			page, err := decodePage[wireResult](body, options)
			checkDecoded(t, err, true)
			for _, row := range page.Data.rows {
				if _, err := row.result(); err == nil && deref(row.ID) == "" {
					t.Error("a row without an id was accepted")
				}
			}
		}
		run, err := decodeRun(body)
		checkDecoded(t, err, run.ID != "" && run.Status != "")
		again, errAgain := decodeResult(body, ResultOptions{})
		first, errFirst := decodeResult(body, ResultOptions{})
		if (errAgain == nil) != (errFirst == nil) || again.ID != first.ID {
			t.Error("the same body decodes to two things")
		}
	})
}

func checkDecoded(t *testing.T, err error, complete bool) {
	t.Helper()
	switch {
	case err == nil && !complete:
		t.Error("accepted without a member that must be there")
	case err != nil && PlainText(err.Error()) == "":
		t.Error("refused without a word")
	}
}

// FuzzErrorText: whatever a server answers, a person is shown one line of bounded length that no terminal obeys, and
// never the key.
func FuzzErrorText(f *testing.F) {
	addSamples(f)
	c := &Client{apiKey: "rt_test_key"}
	f.Add([]byte(`{"detail":"no such key: rt_test_key"}`))
	f.Add([]byte("rt_test_\x00key rt_test_\x1b[0mkey"))
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, contentType := range []string{"application/json", "text/html"} {
			message, code, _ := errorText(contentType, body)
			for _, text := range []string{c.presentable(message), c.presentable(code)} {
				switch {
				case utf8.RuneCountInString(text) > maxTextLength+1:
					t.Errorf("%d characters", utf8.RuneCountInString(text))
				case !utf8.ValidString(text):
					t.Errorf("%q is not UTF-8", text)
				case strings.ContainsFunc(text, unicode.IsControl):
					t.Errorf("%q has a control character", text)
				case strings.Contains(text, c.apiKey):
					t.Errorf("%q has the key", text)
				}
			}
		}
	})
}

// FuzzRetryAfter: no header makes a client wait for less than nothing or for longer than it is willing to.
func FuzzRetryAfter(f *testing.F) {
	for _, header := range []string{"", "0", "7", "-1", "1.5", "99999999999999999999", "Mon, 01 Jun 2026 12:00:30 GMT", "Monday, 01-Jun-26 12:00:30 GMT", "soon", " 7", "+7"} {
		f.Add(header, 0)
	}
	now := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	backoff := Backoff{}.orDefault()
	f.Fuzz(func(t *testing.T, header string, attempt int) {
		answer := &http.Response{Header: http.Header{"Retry-After": {header}}}
		if wait, given := retryAfter(answer, now); wait < 0 || !given && wait != 0 {
			t.Errorf("%q: wait %v, given %v", header, wait, given)
		}
		if attempt < 0 {
			return
		}
		if wait := backoff.next(0, 0, attempt, answer); wait < 0 || wait > backoff.MaxRetryAfter {
			t.Errorf("%q, attempt %d: pause %v", header, attempt, wait)
		}
	})
}

// FuzzResultRoute: an id is refused, or it is one segment of the intended route, and comes back from there unchanged.
func FuzzResultRoute(f *testing.F) {
	for _, id := range []string{"expdoc_xyz", "", ".", "..", "a/b", "%2F", "%2e%2e", "a?b", "a#b", "ü", "a b", "\x00", "a\\b", "a;b", "//x", "\u2028", "a%"} {
		f.Add(id, id)
	}
	base, err := ParseBaseURL("https://api.retab.com/gateway/v1")
	if err != nil {
		f.Fatal(err)
	}
	c := &Client{baseURL: base}
	f.Fuzz(func(t *testing.T, runID, documentID string) {
		if checkIDs(idArgument{"run_id", runID}, idArgument{"document_id", documentID}) != nil {
			return
		}
		asked, err := url.Parse(c.url(request{segments: []string{"workflows", "experiments", "runs", runID, "results", documentID}}))
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
		list, err := url.Parse(c.url(request{segments: []string{"workflows", "experiments", "results"}, query: url.Values{"run_id": {runID}}}))
		if err != nil || list.Query().Get("run_id") != runID || len(list.Query()) != 1 {
			t.Errorf("%q leads to %s, %v", runID, list, err)
		}
	})
}
