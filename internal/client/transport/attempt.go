package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

const (
	maxAgeSeconds   = 10             // the highest Age of a response that counts as the server's own
	requestIDHeader = "X-Request-Id" // the vendor's header for the id of one request (seen on the live API)
)

// attempt sends the request once and decodes the response. It returns nil, an [*APIError], a [*ResponseError] or an
// [*Error].
func (x *exchange) attempt(ctx context.Context, timeout time.Duration) (err error) {
	c, started, bounded := x.client, time.Now(), ctx
	if timeout > 0 {
		var cancel context.CancelFunc
		bounded, cancel = context.WithTimeoutCause(ctx, timeout, ErrRequestTimeout)
		defer cancel()
	}
	x.info.Attempts, x.info.RequestID = x.info.Attempts+1, ""
	if c.connections != nil {
		x.transport = c.connections.current.Load()
	}
	resp, failed := c.http.Do(x.request.WithContext(bounded))
	if failed == nil {
		err, failed = x.consume(resp)
	}
	if failed != nil && errors.Is(context.Cause(bounded), ErrRequestTimeout) {
		failed = ErrRequestTimeout
	}
	x.log(ctx, resp, time.Since(started), failed)
	switch {
	case failed != nil && ctx.Err() != nil: // the context of the read ended, so the attempt did not fail by itself
		return x.failure(ctx.Err())
	case failed != nil:
		err = x.noResponse(failed)
	default:
		c.knowsName.Store(true)
		c.limiter.record(started, err)
		x.last = err
	}
	c.breaker.attempted(err)
	return err
}

// consume decodes a 200, and returns an error for any other response. failed is set if the response is incomplete or
// comes from a cache.
func (x *exchange) consume(resp *http.Response) (answered, failed error) {
	defer resp.Body.Close()
	c := x.client
	x.info.URL, x.info.RequestID = c.redactor.Message(resp.Request.URL.Redacted()), c.redactor.Message(resp.Header.Get(requestIDHeader))
	if resp.StatusCode == http.StatusSwitchingProtocols {
		return nil, ErrOtherProtocol // the body is the connection, which has no end, and which no context ends
	}
	if age, _ := strconv.Atoi(resp.Header.Get("Age")); age > maxAgeSeconds && !retryableStatus(resp.StatusCode) {
		return nil, c.staleAnswer(resp.Header.Get("Via"), age)
	}
	body := &limitedBody{source: resp.Body, limit: c.config.MaxBodyBytes}
	var problem error
	switch {
	case resp.StatusCode == http.StatusOK:
		problem = x.decode(body)
	case resp.StatusCode/100 == 2: // 206 is only a part of the object, and a proxy has changed a 203
		problem = errors.New("only 200 OK is a complete answer")
	default:
		text, _ := io.ReadAll(io.LimitReader(body, maxErrorBytes+1)) // body.err has the error
		answered = x.newAPIError(resp, text)
	}
	if body.err == nil {
		_, _ = io.CopyN(io.Discard, body, maxErrorBytes) // so that the connection can be used again
	}
	switch {
	case body.err != nil:
		return nil, body.err
	case problem != nil:
		return x.newResponseError(resp, body, problem), nil
	default:
		return answered, nil
	}
}

// staleAnswer returns the error of a response from a cache, which the request forbids.
func (c *Client) staleAnswer(via string, age int) error {
	cache := "a cache between here and the server"
	if via != "" {
		cache = fmt.Sprintf("the cache %q", c.redactor.Message(via))
	}
	return fmt.Errorf("%w: %s sent one of %d seconds ago, although the request says Cache-Control: no-cache", ErrStaleAnswer, cache, age)
}

// noResponse returns the error of an attempt that got no complete response.
func (x *exchange) noResponse(failed error) *Error {
	c := x.client
	if urlErr, found := errors.AsType[*url.Error](failed); found {
		failed = urlErr.Err // RequestInfo already has the method and the URL
	}
	_, isNetwork := errors.AsType[*net.OpError](failed)
	if _, isDNS := errors.AsType[*net.DNSError](failed); isNetwork && !isDNS {
		c.knowsName.Store(true) // such as a refused connection
	}
	if c.unreadableCAs != "" && IsUnknownAuthority(failed) {
		failed = fmt.Errorf("%w; of ca_cert_pem, these certificates cannot be read: %s", failed, c.unreadableCAs)
	}
	x.last = errors.New(c.redactor.Message(failed.Error()))
	err := x.failure(failed)
	err.retry = retryForError(failed, !c.knowsName.Load())
	return err
}

// failure returns the error of a request that got no complete response.
func (x *exchange) failure(err error) *Error {
	return &Error{RequestInfo: x.info, Problem: x.client.redactor.Message(err.Error()), Err: err, Last: x.last}
}

// log writes what one attempt requested and how it ended. Headers and bodies never enter the log: they contain the key
// and customers' documents.
func (x *exchange) log(ctx context.Context, resp *http.Response, took time.Duration, err error) {
	redactor := x.client.redactor
	fields := map[string]any{
		"method":      x.request.Method,
		"path":        redactor.Message(x.request.URL.EscapedPath()),
		"duration_ms": took.Milliseconds(),
		"attempt":     x.info.Attempts,
	}
	if resp != nil {
		fields["status"], fields["request_id"] = resp.StatusCode, x.info.RequestID
	}
	if err != nil {
		fields["error"] = redactor.Message(err.Error())
	}
	x.client.config.Debug(ctx, "Retab API request", fields)
}
