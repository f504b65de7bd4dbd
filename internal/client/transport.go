package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

const (
	// defaultMaxBodyBytes caps one answer. The vendor documents no limit; a page of 1000 rows with 50 KiB of payload
	// each still fits.
	defaultMaxBodyBytes = 64 << 20
	// maxHeaderBytes caps the header of one answer.
	maxHeaderBytes = 256 << 10
	// maxConnections bounds the connections to the API, idle or not.
	maxConnections = 100
	// maxRedirects is more than any gateway in front of the API should need.
	maxRedirects = 5
)

// Causes of a [*TransportError] that come from this package.
var (
	ErrRequestTimeout = errors.New("the last attempt was not answered within the request timeout")
	ErrBodyTooLarge   = errors.New("the answer is larger than this provider reads")
	ErrLeavesOrigin   = errors.New("the server redirects to another origin, where the API key must not go")
	ErrOtherProtocol  = errors.New("the server wants to go on in another protocol than HTTP")
	ErrRedirectLoop   = fmt.Errorf("the server redirected more than %d times", maxRedirects)
)

// newHTTPClient assembles the request path, outermost first: retrying, redirects within the origin, then one
// transport that bounds, logs and reads whole each attempt, so that a body cut short is an attempt that failed.
func (c *Client) newHTTPClient(config Config) *retryablehttp.Client {
	attempts := &attemptTransport{client: c, next: config.Transport, timeout: config.RequestTimeout, maxBody: config.MaxBodyBytes}
	if attempts.next == nil {
		attempts.next = newTransport()
	}
	if attempts.maxBody == 0 {
		attempts.maxBody = defaultMaxBodyBytes
	}
	retrying := retryablehttp.NewClient()
	retrying.Logger = nil // attempts are logged by attemptTransport, which has the request's context
	retrying.HTTPClient = &http.Client{Transport: attempts, CheckRedirect: staysInOrigin}
	retrying.RetryMax = config.MaxRetries
	retrying.RequestLogHook = beginAttempt
	backoff := config.RetryWait.orDefault()
	retrying.CheckRetry = backoff.checkRetry
	retrying.Backoff = backoff.next
	retrying.ErrorHandler = retryablehttp.PassthroughErrorHandler
	return retrying
}

func newTransport() *http.Transport {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	// Terraform reads ten data sources at a time unless told otherwise (-parallelism); each may keep its connection.
	transport.MaxIdleConnsPerHost = maxConnections
	transport.MaxConnsPerHost = maxConnections
	transport.MaxResponseHeaderBytes = maxHeaderBytes
	return transport
}

// staysInOrigin follows a redirect only to the same scheme, host and port. Go itself keeps Authorization from
// another host but not Api-Key, and neither from another port.
func staysInOrigin(next *http.Request, via []*http.Request) error {
	first := via[0].URL
	if next.URL.Scheme != first.Scheme || next.URL.Host != first.Host {
		return ErrLeavesOrigin
	}
	if len(via) > maxRedirects {
		return ErrRedirectLoop
	}
	return nil
}

// attemptTransport sends one attempt and returns its answer only when the body has arrived whole.
type attemptTransport struct {
	client  *Client
	next    http.RoundTripper
	timeout time.Duration
	maxBody int64
}

// RoundTrip sends one attempt.
func (t *attemptTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	ctx := request.Context()
	if t.timeout > 0 {
		bounded, cancel := context.WithTimeoutCause(ctx, t.timeout, ErrRequestTimeout)
		defer cancel()
		ctx = bounded
	}
	started := time.Now()
	answer, err := t.next.RoundTrip(request.WithContext(ctx))
	if err == nil {
		err = t.bufferBody(answer)
	}
	if err != nil && errors.Is(context.Cause(ctx), ErrRequestTimeout) {
		err = ErrRequestTimeout
	}
	t.client.noteTrouble(request, answer, err)
	t.client.logAttempt(request, answer, time.Since(started), err)
	if err != nil {
		return nil, err
	}
	return answer, nil
}

// bodies are buffers for bodies, which the pages of a long list use again.
var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// bufferBody replaces the body of an answer by a copy in memory.
func (t *attemptTransport) bufferBody(answer *http.Response) error {
	defer answer.Body.Close()
	if answer.StatusCode == http.StatusSwitchingProtocols {
		return ErrOtherProtocol // its body is the connection, which has no end, and which no context ends
	}
	buffered := &bufferedBody{content: bodies.Get().(*bytes.Buffer)}
	buffered.content.Reset()
	if answer.ContentLength > 0 {
		buffered.content.Grow(int(min(answer.ContentLength, t.maxBody)) + bytes.MinRead)
	}
	size, err := buffered.content.ReadFrom(io.LimitReader(answer.Body, t.maxBody+1))
	switch {
	case err != nil:
		err = fmt.Errorf("the answer broke off: %w", err)
	case size > t.maxBody:
		err = ErrBodyTooLarge
	}
	if err != nil {
		_ = buffered.Close()
		return err
	}
	buffered.body = t.client.bodyWithoutKey(buffered.content.Bytes())
	buffered.Reset(buffered.body)
	answer.Body = buffered
	return nil
}

// bufferedBody is a body that is in memory, where bodyOf finds it without another copy, until it is closed.
type bufferedBody struct {
	bytes.Reader
	content *bytes.Buffer // what arrived
	body    []byte        // what there is to read
	closed  atomic.Bool
}

// Close lets another body have the memory.
func (b *bufferedBody) Close() error {
	if !b.closed.Swap(true) {
		b.body = nil
		b.Reset(nil)
		bodies.Put(b.content)
	}
	return nil
}

// bodyOf returns the body of an answer that came through attemptTransport. It must not be used once the answer's body is
// closed.
func bodyOf(answer *http.Response) []byte {
	buffered, ok := answer.Body.(*bufferedBody)
	if !ok {
		return nil
	}
	return buffered.body
}

// noteTrouble keeps how an attempt failed, until one goes well. The end of the read is no trouble of an attempt.
func (c *Client) noteTrouble(request *http.Request, answer *http.Response, err error) {
	t := traceOf(request.Context())
	switch {
	case t == nil || request.Context().Err() != nil:
	case err != nil:
		t.trouble.Store(&trouble{errors.New(c.presentable(err.Error()))})
	case answer.StatusCode < 400:
		t.trouble.Store(nil)
	default:
		answer.Request = request
		t.trouble.Store(&trouble{c.apiError(answer, bodyOf(answer), int(t.attempts.Load()))})
	}
}
