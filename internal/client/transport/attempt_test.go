package transport

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
)

// roundTrip is an [http.RoundTripper].
type roundTrip func(req *http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// responding returns a client of a server that always sends the same response.
func responding(t *testing.T, status int, header http.Header, body func() io.Reader) *Client {
	t.Helper()
	return newClient(t, Config{
		APIKey: "rt_test_key", BaseURL: "https://api.retab.example",
		RoundTripper: roundTrip(func(req *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(body()), Request: req}, nil
		}),
	})
}

func text(text string) func() io.Reader {
	return func() io.Reader { return strings.NewReader(text) }
}

// zeros is a body without end.
type zeros struct{}

func (zeros) Read(buffer []byte) (int, error) {
	clear(buffer)
	return len(buffer), nil
}

func TestGet_successStatuses(t *testing.T) {
	t.Parallel()
	for status, isSuccess := range map[int]bool{199: false, 200: true, 300: false} {
		var body strings.Builder
		api := responding(t, status, http.Header{"X-Request-Id": {"req_1"}}, text("{}"))
		info, err := api.Get(t.Context(), Request{Segments: []string{"result"}}, readAll(&body))
		if want := map[bool]string{true: "{}"}[isSuccess]; StatusOf(err) != map[bool]int{false: status}[isSuccess] || body.String() != want {
			t.Errorf("status %d: got %v and the body %q", status, err, &body)
		}
		want := RequestInfo{Method: http.MethodGet, URL: "https://api.retab.example/v1/result", RequestID: "req_1", Attempts: 1}
		if info != want {
			t.Errorf("status %d: got %+v", status, info)
		}
	}
}

// TestGet_incompleteSuccess checks that a 2xx other than 200 is not taken for the whole object.
func TestGet_incompleteSuccess(t *testing.T) {
	t.Parallel()
	for _, status := range []int{201, 202, 203, 204, 206, 299} {
		var body strings.Builder
		_, err := responding(t, status, http.Header{}, text("{}")).Get(t.Context(), Request{Segments: []string{"result"}}, readAll(&body))
		var response *ResponseError
		if !errors.As(err, &response) || response.StatusCode != status || response.Problem != "only 200 OK is a complete answer" || body.Len() > 0 {
			t.Errorf("status %d: got %v", status, err)
		}
	}
}

// TestGet_bodyLimit reads bodies of the maximum size, and of one byte more.
func TestGet_bodyLimit(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ configured, limit int64 }{{0, 64 << 20}, {5, 5}} {
		for _, size := range []int64{test.limit, test.limit + 1} {
			api := newClient(t, Config{
				APIKey: "rt_test_key", BaseURL: "https://api.retab.example", MaxBodyBytes: test.configured,
				RoundTripper: roundTrip(func(req *http.Request) (*http.Response, error) {
					return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(io.LimitReader(zeros{}, size)), Request: req}, nil
				}),
			})
			err := read(t, api)
			if isTooLarge := size > test.limit; errors.Is(err, ErrBodyTooLarge) != isTooLarge || (err != nil) != isTooLarge {
				t.Errorf("MaxBodyBytes %d: a body of %d bytes: %v", test.configured, size, err)
			}
		}
	}
}

// TestGet_errorBodyLimit checks that an error body is JSON up to 256 KiB. Of a larger one the beginning is text.
func TestGet_errorBodyLimit(t *testing.T) {
	t.Parallel()
	for size, isJSON := range map[int]bool{256 << 10: true, 256<<10 + 1: false} {
		body := `{"detail":"no"` + strings.Repeat(" ", size-len(`{"detail":"no"}`)) + "}"
		err := read(t, responding(t, 403, http.Header{}, text(body)))
		refusal := HasStatus(err, 403)
		if refusal == nil || refusal.IsJSON != isJSON || (refusal.Message == "no") != isJSON {
			t.Errorf("%d bytes: got %+v", size, err)
		}
	}
}

// TestGet_brokenBody checks that a body that breaks off is a failure, even if its status or decode has no error.
func TestGet_brokenBody(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 403} {
		broken := func() io.Reader {
			return io.MultiReader(strings.NewReader(`{"detail":"no"}`), iotest.ErrReader(io.ErrUnexpectedEOF))
		}
		api := responding(t, status, http.Header{}, broken)
		_, err := api.Get(t.Context(), Request{Segments: []string{"result"}}, func(body io.Reader) error {
			_, _ = io.Copy(io.Discard, body)
			return nil
		})
		var failure *Error
		if !errors.As(err, &failure) || failure.Problem != "the answer broke off: unexpected EOF" {
			t.Errorf("status %d: got %v", status, err)
		}
	}
}

// TestGet_refusedBody checks the description of a 2xx body that decode refuses.
func TestGet_refusedBody(t *testing.T) {
	t.Parallel()
	refusal := errors.New("is not a result")
	page := "<html>" + strings.Repeat(" ", 1000) + "<title>Log in</title>"
	for name, test := range map[string]struct {
		body    string
		excerpt string
		message string
	}{
		"a page":                                {page, "an HTML page titled Log in, 1027 bytes", ""},
		"an error":                              {`{"detail":"Over quota"}`, "", "Over quota"},
		"a title at the end of the first 2 KiB": {strings.Repeat(" ", 2<<10-len(page)) + page, "an HTML page titled Log in, 2048 bytes", ""},
		"a title beyond the first 2 KiB":        {strings.Repeat(" ", 2<<10-len(page)+1) + page, "an HTML page, 2049 bytes", ""},
		"a page longer than 256 KiB":            {page + strings.Repeat("x", 300<<10), "an HTML page titled Log in, at least 262144 bytes", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := func() io.Reader { return iotest.OneByteReader(strings.NewReader(test.body)) }
			api := responding(t, 200, http.Header{"Content-Type": {"text/html"}}, body)
			_, err := api.Get(t.Context(), Request{Segments: []string{"result"}}, func(io.Reader) error { return refusal })
			var response *ResponseError
			if !errors.As(err, &response) || !errors.Is(err, refusal) || response.ContentType != "text/html" || response.StatusCode != http.StatusOK {
				t.Fatalf("got %+v", err)
			}
			if response.Excerpt != test.excerpt || response.Message != test.message {
				t.Errorf("got excerpt %q and message %q", response.Excerpt, response.Message)
			}
			if want := "GET https://api.retab.example/v1/result: is not a result"; err.Error() != want {
				t.Errorf("got %q", err)
			}
		})
	}
}

func TestLimitedBody_describe(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		want, contentType, start string
		size                     int64
	}{
		{"an HTML page, 3 bytes", "text/html; charset=utf-8", "bad", 3},
		{"an HTML page titled A, 9 bytes", "", "\xef\xbb\xbf <title>A</title>", 9},
		{"3 bytes", "text/plain", "bad", 3},
		{"262143 bytes", "", "bad", 256<<10 - 1},
		{"at least 262144 bytes", "", "bad", 256 << 10},
		{"", "text/html", "", 1},
		{"", "text/html", " \n", 1},
		{"", "text/html", "{", 1},
		{"", "text/html", "[", 1},
		{"", "text/html", "\xef\xbb\xbf {", 1},
		{"", "text/html", " [", 1},
	} {
		body := limitedBody{start: []byte(test.start), size: test.size}
		if got := body.describe(test.contentType); got != test.want {
			t.Errorf("%+v: got %q", test, got)
		}
	}
}

// TestGet_redirects checks that a redirect is followed within the origin, five times at most, as part of the same attempt.
func TestGet_redirects(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		location  string
		redirects int
		want      error
		requests  int
	}{
		"another path":   {"/v1/moved", 1, nil, 2},
		"five redirects": {"/v1/moved", 5, nil, 6},
		"six redirects":  {"/v1/moved", 6, ErrRedirectLoop, 6},
		"another host":   {"https://user:secret@other.example/v1/moved?token=secret", 1, ErrCrossOriginRedirect, 1},
		"another port":   {"https://api.retab.example:8443/v1/moved", 1, ErrCrossOriginRedirect, 1},
		"another scheme": {"http://api.retab.example/v1/moved", 1, ErrCrossOriginRedirect, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requests := 0
			api := newClient(t, Config{
				APIKey: "rt_test_key", BaseURL: "https://api.retab.example", MaxRetries: 4,
				RoundTripper: roundTrip(func(req *http.Request) (*http.Response, error) {
					requests++
					resp := &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}")), Request: req}
					if requests <= test.redirects {
						resp.StatusCode = http.StatusTemporaryRedirect
						resp.Header.Set("Location", test.location)
					}
					return resp, nil
				}),
			})
			info, err := api.Get(t.Context(), Request{Segments: []string{"result"}}, readAll(io.Discard))
			if !errors.Is(err, test.want) || requests != test.requests {
				t.Errorf("got %v after %d requests", err, requests)
			}
			if target := mustParse(t, test.location); errors.Is(err, ErrCrossOriginRedirect) &&
				!strings.HasSuffix(err.Error(), "must not go: "+target.Scheme+"://"+target.Host) {
				t.Errorf("got %v", err)
			}
			if want := "https://api.retab.example/v1/moved"; err == nil && (info.URL != want || info.Attempts != 1) {
				t.Errorf("got %+v", info)
			}
		})
	}
}

// TestGet_headerLimit checks that a header larger than 256 KiB is an error.
func TestGet_headerLimit(t *testing.T) {
	t.Parallel()
	for size, want := range map[int]string{200 << 10: "", 300 << 10: "server response headers exceeded 262144 bytes"} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Large", strings.Repeat("x", size))
			_, _ = w.Write([]byte("{}"))
		}))
		t.Cleanup(server.Close)
		err := read(t, newClient(t, Config{APIKey: "rt_test_key", BaseURL: server.URL}))
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("a header of %d bytes: %v", size, err)
		}
	}
}

// TestGet_requestID checks that an error without a response does not have the request id of an earlier attempt.
func TestGet_requestID(t *testing.T) {
	t.Parallel()
	sent := 0
	api := newClient(t, Config{
		APIKey: "rt_test_key", BaseURL: "https://api.retab.example", MaxRetries: 1, RetryWait: Backoff{Base: 1, Max: 1},
		RoundTripper: roundTrip(func(req *http.Request) (*http.Response, error) {
			if sent++; sent > 1 {
				return nil, io.ErrUnexpectedEOF
			}
			return &http.Response{StatusCode: http.StatusBadGateway, Header: http.Header{"X-Request-Id": {"req_1"}}, Body: http.NoBody, Request: req}, nil
		}),
	})
	var failed *Error
	if err := read(t, api); !errors.As(err, &failed) || failed.Attempts != 2 || failed.RequestID != "" || StatusOf(failed.Last) != 0 {
		t.Errorf("got %+v, %+v", failed.RequestInfo, failed.Last)
	}
}

// TestGet_lastFailure checks that an error has the failure of the last attempt that ended before the read did.
func TestGet_lastFailure(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		failures int // before an attempt without an answer
		want     int // the status of the last failure
	}{
		"none":       {0, 0},
		"one":        {1, 502},
		"one of two": {2, 502},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClock(t, failing(test.failures, 502, hanging), func(t *testing.T, _ *countingServer, api *Client) {
				api.config.RequestTimeout = 0
				err := read(t, api)
				var failure *Error
				if !errors.As(err, &failure) || !errors.Is(err, context.DeadlineExceeded) || failure.Attempts != test.failures+1 {
					t.Fatalf("got %+v", err)
				}
				if StatusOf(failure.Last) != test.want || failure.Last != nil && test.want == 0 {
					t.Errorf("the last failure is %v", failure.Last)
				}
			})
		})
	}
}
