package transport

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

// ArgumentError reports an argument that cannot be used; no request was sent.
type ArgumentError struct {
	Argument string // as in the configuration, such as api_key or run_id
	Problem  string // continues a sentence that starts with the argument's name
}

func (e *ArgumentError) Error() string { return e.Argument + " " + e.Problem }

// RequestInfo describes a request; every error about a request has one.
type RequestInfo struct {
	Method    string
	URL       string // without credentials: the API takes none in URLs
	RequestID string // the server's x-request-id, "" if it sent none
	Attempts  int    // how many times the request was sent; 0 if it was not, because of a limit or an outage
}

// Request returns the request that an error is about.
func (i RequestInfo) Request() RequestInfo { return i }

// APIError reports an answer with a status outside 2xx.
type APIError struct {
	RequestInfo
	StatusCode int
	Message    string // the server's own words, "" if it gave none
	IsJSON     bool   // whether the body was JSON, as the API's own bodies are
	// RetryAfter is how long the server asks to wait before the next request, 0 if it does not.
	RetryAfter time.Duration
}

func (e *APIError) Error() string {
	text := fmt.Sprintf("%s %s: HTTP %d %s", e.Method, e.URL, e.StatusCode, http.StatusText(e.StatusCode))
	if e.Message != "" {
		text += ": " + e.Message
	}
	return text
}

// HasStatus returns the [*APIError] in err if it has the given status, and nil otherwise.
func HasStatus(err error, status int) *APIError {
	if api, found := errors.AsType[*APIError](err); found && api.StatusCode == status {
		return api
	}
	return nil
}

// StatusOf returns the status of the [*APIError] in err, 0 for any other error.
func StatusOf(err error) int {
	if api, found := errors.AsType[*APIError](err); found {
		return api.StatusCode
	}
	return 0
}

// ResponseError reports a 2xx answer with a body that is not what the API promises.
type ResponseError struct {
	RequestInfo
	StatusCode  int
	ContentType string
	Problem     string // what is wrong, as the end of a sentence
	Excerpt     string // size and title of a body that is not JSON, "" otherwise
	Message     string // the server's own words in a body that is an error, "" otherwise
	Err         error  // the cause
}

func (e *ResponseError) Error() string { return fmt.Sprintf("%s %s: %s", e.Method, e.URL, e.Problem) }
func (e *ResponseError) Unwrap() error { return e.Err }

// Error reports that no complete answer arrived.
type Error struct {
	RequestInfo
	Problem string // what happened
	Err     error  // the cause, including context.Canceled and context.DeadlineExceeded
	// Last is how the last complete attempt failed: an [*APIError], or why there was no answer. Nil if none failed.
	Last error
	// judged is the verdict on the attempt, zero if the context ended it.
	judged verdict
}

func (e *Error) Error() string { return fmt.Sprintf("%s %s: %s", e.Method, e.URL, e.Problem) }
func (e *Error) Unwrap() error { return e.Err }

// NewWaitError returns the error of a reader whose context ended while it waited for the request of another reader.
func NewWaitError(err error) error { return &Error{Problem: err.Error(), Err: err} }

// IsTemporary reports whether a failure may pass by itself, so that a wait may go on.
func IsTemporary(err error) bool {
	judged, _ := judge(err)
	return judged.again
}

// failureOf returns a copy of a failure, as that of another request.
func failureOf(info RequestInfo, err error) error {
	if api, found := errors.AsType[*APIError](err); found {
		shared := *api
		shared.RequestInfo = info
		return &shared
	}
	if failed, found := errors.AsType[*Error](err); found {
		shared := *failed
		shared.RequestInfo = info
		return &shared
	}
	return err
}

func (x *exchange) newAPIError(resp *http.Response, body []byte) *APIError {
	message, isJSON := errorText(resp.Header.Get("Content-Type"), body)
	return &APIError{
		RequestInfo: x.info,
		StatusCode:  resp.StatusCode,
		Message:     x.client.redactor.Message(message),
		IsJSON:      isJSON,
		RetryAfter:  retryAfter(resp, time.Now()),
	}
}

func (x *exchange) newResponseError(resp *http.Response, body *limitedBody, err error) *ResponseError {
	contentType, redactor := resp.Header.Get("Content-Type"), x.client.redactor
	return &ResponseError{
		RequestInfo: x.info,
		StatusCode:  resp.StatusCode,
		ContentType: redactor.Message(contentType),
		Problem:     redactor.Message(err.Error()),
		Excerpt:     redactor.Message(body.describe(contentType)),
		Message:     redactor.Message(errorInSuccess(body.start)), // an error is short, so its start is all of it
		Err:         err,
	}
}
