package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"testing"
)

func TestErrors_text(t *testing.T) {
	t.Parallel()
	info := RequestInfo{Method: "GET", URL: "https://api.retab.example/v1/result"}
	for want, err := range map[string]error{
		"run_id is empty": &ArgumentError{Argument: "run_id", Problem: "is empty"},
		"GET https://api.retab.example/v1/result: HTTP 403 Forbidden":              &APIError{RequestInfo: info, StatusCode: 403},
		"GET https://api.retab.example/v1/result: HTTP 403 Forbidden: No such key": &APIError{RequestInfo: info, StatusCode: 403, Message: "No such key"},
		"GET https://api.retab.example/v1/result: has no id":                       &ResponseError{RequestInfo: info, Problem: "has no id"},
		"GET https://api.retab.example/v1/result: connection refused":              &Error{RequestInfo: info, Problem: "connection refused"},
	} {
		if got := err.Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestHasStatus(t *testing.T) {
	t.Parallel()
	refusal := &APIError{StatusCode: 403}
	if got := HasStatus(fmt.Errorf("wrapped: %w", refusal), 403); got != refusal {
		t.Errorf("got %v", got)
	}
	for _, err := range []error{&APIError{StatusCode: 404}, &Error{Err: io.EOF}, nil} {
		if got := HasStatus(err, 403); got != nil {
			t.Errorf("%v: got %v", err, got)
		}
	}
}

func TestIsTemporary(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err  error
		want bool
	}{
		"no error":                   {nil, false},
		"a gateway":                  {&APIError{StatusCode: 502}, true},
		"a limit":                    {fmt.Errorf("wrapped: %w", &APIError{StatusCode: 429}), true},
		"an absence":                 {&APIError{StatusCode: 404}, false},
		"a body that is refused":     {&ResponseError{}, false},
		"a refused argument":         {&ArgumentError{}, false},
		"a connection that ends":     {&Error{Err: io.ErrUnexpectedEOF, retry: retryAlone}, true},
		"a final failure":            {&Error{Err: ErrBodyTooLarge, retry: final}, false},
		"the end of the read's time": {&Error{Err: context.DeadlineExceeded}, false},
		"an interrupt":               {&Error{Err: context.Canceled}, false},
	} {
		if got := IsTemporary(test.err); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func TestNewWaitError(t *testing.T) {
	t.Parallel()
	err := NewWaitError(context.Canceled)
	var failure *Error
	if !errors.As(err, &failure) || !errors.Is(err, context.Canceled) || failure.Problem != "context canceled" {
		t.Errorf("got %+v", err)
	}
}

func TestClient_newRequest(t *testing.T) {
	t.Parallel()
	api := newClient(t, Config{APIKey: "rt_test_key", BaseURL: "https://gw.example/retab"})
	for want, request := range map[string]Request{
		"https://gw.example/retab/v1/runs/a%2Fb":     {Segments: []string{"runs", "a/b"}},
		"https://gw.example/retab/v1/runs":           {Segments: []string{"runs"}, Query: url.Values{}},
		"https://gw.example/retab/v1/runs?limit=%26": {Segments: []string{"runs"}, Query: url.Values{"limit": {"&"}}},
	} {
		if got := api.newRequest(request).URL.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
