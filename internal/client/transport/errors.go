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
	Attempts  int    // how many times the request was sent; 0 during a limit or an outage
}

// Request returns the request that an error is about.
func (i RequestInfo) Request() RequestInfo { return i }

// APIError reports a response with a status outside 2xx.
type APIError struct {
	RequestInfo
	StatusCode int
	Message    string // the error message in the body, "" if there is none
	IsJSON     bool   // whether the body was JSON, as the API's own bodies are
	// RetryAfter is the pause that the response asks for, 0 if it asks for none.
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

// ResponseError reports a 2xx response that is not what the API promises.
type ResponseError struct {
	RequestInfo
	StatusCode  int
	ContentType string
	Problem     string // what is wrong, as the end of a sentence
	Excerpt     string // size and title of a body that is not JSON, "" otherwise
	Message     string // the error message in the body, "" if there is none
	Err         error  // the cause
}

func (e *ResponseError) Error() string { return fmt.Sprintf("%s %s: %s", e.Method, e.URL, e.Problem) }
func (e *ResponseError) Unwrap() error { return e.Err }

// Error reports that no complete response arrived.
type Error struct {
	RequestInfo
	Problem string // what happened
	Err     error  // the cause, including context.Canceled and context.DeadlineExceeded
	// Last is the error of the last complete attempt: an [*APIError], or why there was no response. Nil if none failed.
	Last error
	// retry is the rule for the next attempt, final if the context ended it.
	retry retryRule
}

func (e *Error) Error() string { return fmt.Sprintf("%s %s: %s", e.Method, e.URL, e.Problem) }
func (e *Error) Unwrap() error { return e.Err }

// Causes of a [*Error] that come from this package.
var (
	ErrRequestTimeout      = errors.New("the last attempt was not answered within the request timeout")
	ErrBodyTooLarge        = errors.New("the answer is larger than this provider reads")
	ErrCrossOriginRedirect = errors.New("the server redirects to another origin, where the API key must not go")
	ErrOtherProtocol       = errors.New("the server switched to another protocol than HTTP")
	ErrRedirectLoop        = fmt.Errorf("the server redirected more than %d times", maxRedirects)
	ErrStaleAnswer         = errors.New("the answer is an old copy from a cache")
)

// answered has the causes that are permanent although a response arrived.
var answered = []error{ErrBodyTooLarge, ErrCrossOriginRedirect, ErrRedirectLoop, ErrOtherProtocol, ErrStaleAnswer}

// NewWaitError returns the error of a read whose context ended while it waited for another read.
func NewWaitError(err error) error { return &Error{Problem: err.Error(), Err: err} }

// IsTemporary reports whether a failure can pass by itself, so that a wait continues.
func IsTemporary(err error) bool {
	retry, _ := retryFor(err)
	return retry != final
}

// failureOf returns a copy of an error for another request.
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
		Message:     redactor.Message(errorInSuccess(body.start)), // an error is shorter than the start
		Err:         err,
	}
}
