package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// ArgumentError says that an argument cannot be used; no request was made.
type ArgumentError struct {
	Argument string // api_key, base_url, run_id, document_id
	Problem  string // continues a sentence that starts with the argument's name
}

func (e *ArgumentError) Error() string { return e.Argument + " " + e.Problem }

// Exchange says what was asked and how often; every error about a request carries one.
type Exchange struct {
	Method    string
	URL       string // without credentials: the API takes none in URLs
	RequestID string // the server's x-request-id, "" when it sent none
	Attempts  int    // how many times the request was sent
}

// APIError says that the server answered with a status outside 2xx.
type APIError struct {
	Exchange
	StatusCode int
	Message    string // the server's own words, "" when it gave none
	Code       string // the server's machine-readable code, "" when it gave none
	IsJSON     bool   // whether the body was JSON, as the API's own are
	// RetryAfter is how long the server asks to wait before the next request, 0 when it does not.
	RetryAfter time.Duration
}

func (e *APIError) Error() string {
	text := fmt.Sprintf("%s %s: HTTP %d %s", e.Method, e.URL, e.StatusCode, http.StatusText(e.StatusCode))
	if e.Message != "" {
		text += ": " + e.Message
	}
	return text
}

// IsNotFound reports whether an error is the server's 404, which stands for a missing record, for one of another
// environment, and for a route that is not there.
func IsNotFound(err error) bool { return answeredWith(err, http.StatusNotFound) != nil }

// answeredWith returns the server's answer with a status that an error is about, nil when it is about none.
func answeredWith(err error, status int) *APIError {
	var api *APIError
	if errors.As(err, &api) && api.StatusCode == status {
		return api
	}
	return nil
}

// ResponseError says that the server answered 2xx with something else than the API's contract promises.
type ResponseError struct {
	Exchange
	StatusCode  int
	ContentType string
	Problem     string // what is wrong, in words
	Excerpt     string // the start of a body that is not JSON, "" otherwise
	Message     string // the server's own words in a body that is an error, "" otherwise
	Err         error  // the cause, where it is one of the package's own
}

func (e *ResponseError) Error() string {
	return fmt.Sprintf("%s %s: %s", e.Method, e.URL, e.Problem)
}
func (e *ResponseError) Unwrap() error { return e.Err }

// TransportError says that no complete answer arrived.
type TransportError struct {
	Exchange
	Problem string // what happened, in words
	Err     error  // the cause; context.Canceled and context.DeadlineExceeded included
	// Last is how the last attempt failed that came to its end: an [*APIError], or in words why there was no answer. Nil when
	// none failed.
	Last error
}

func (e *TransportError) Error() string { return fmt.Sprintf("%s %s: %s", e.Method, e.URL, e.Problem) }
func (e *TransportError) Unwrap() error { return e.Err }

func (c *Client) exchange(request *http.Request, header http.Header, attempts int) Exchange {
	return Exchange{
		Method:    request.Method,
		URL:       c.presentable(request.URL.Redacted()),
		RequestID: c.presentable(header.Get(requestIDHeader)),
		Attempts:  attempts,
	}
}

func (c *Client) apiError(answer *http.Response, body []byte, attempts int) *APIError {
	message, code, isJSON := errorText(answer.Header.Get("Content-Type"), body)
	wait, _ := retryAfter(answer, time.Now())
	return &APIError{
		Exchange:   c.exchange(answer.Request, answer.Header, attempts),
		StatusCode: answer.StatusCode,
		Message:    c.presentable(message),
		Code:       c.presentable(code),
		IsJSON:     isJSON,
		RetryAfter: wait,
	}
}

// IsTemporary reports whether a failure may pass by itself, so that one who waits for something may go on waiting.
func IsTemporary(err error) bool {
	var api *APIError
	var transport *TransportError
	switch {
	case errors.As(err, &api):
		return retryableStatus(api.StatusCode)
	case errors.As(err, &transport):
		return !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) && retryableError(transport.Err)
	default:
		return false
	}
}

// transportError tells the end of the caller's context from other ends, and remembers what the last answer was.
func (c *Client) transportError(request *http.Request, trace *trace, err error) error {
	var asURL *url.Error
	switch {
	case request.Context().Err() != nil:
		err = request.Context().Err()
	case errors.As(err, &asURL):
		err = asURL.Err // the exchange already says the method and the URL
	}
	return &TransportError{
		Exchange: c.exchange(request, nil, int(trace.attempts.Load())),
		Problem:  c.presentable(err.Error()),
		Err:      err,
		Last:     trace.lastTrouble(),
	}
}

// waitError is for a context that ended while a request of another read was awaited, whose trouble may be known.
func waitError(err error, trouble error) error {
	return &TransportError{Problem: err.Error(), Err: err, Last: trouble}
}

func (c *Client) responseError(answer response, err error) error {
	failed := &ResponseError{
		Exchange:    c.exchange(answer.Request, answer.Header, answer.attempts),
		StatusCode:  answer.StatusCode,
		ContentType: c.presentable(answer.Header.Get("Content-Type")),
		Problem:     c.presentable(err.Error()),
		Message:     c.presentable(errorInSuccess(answer.body)),
	}
	if errors.Is(err, errNotJSON) {
		failed.Excerpt = c.presentable(string(answer.body[:min(len(answer.body), maxTextLength*4)]))
	}
	return failed
}
