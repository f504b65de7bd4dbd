package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

const (
	// maxBodyBytes caps one answer. The vendor documents no limit; a page of 1000 rows with 50 KiB of payload each
	// still fits.
	maxBodyBytes = 64 << 20
	// maxHeaderBytes caps the header of one answer.
	maxHeaderBytes = 256 << 10
	// maxRedirects is more than any gateway in front of the API should need.
	maxRedirects = 5
)

var (
	errBodyTooLarge = fmt.Errorf("the answer is larger than %d MiB", maxBodyBytes>>20)
	errLeavesOrigin = errors.New("the server redirects to another origin, where the API key must not go")
	errRedirectLoop = fmt.Errorf("the server redirected more than %d times", maxRedirects)
)

// newHTTPClient assembles the request path, outermost first: retrying, redirects within the origin, then one
// transport that logs each attempt and reads it whole, so that a body cut short is an attempt that failed.
func (c *Client) newHTTPClient(config Config) *retryablehttp.Client {
	transport := config.Transport
	if transport == nil {
		transport = newTransport()
	}
	retrying := retryablehttp.NewClient()
	retrying.Logger = nil // attempts are logged by attemptTransport, which has the request's context
	retrying.HTTPClient = &http.Client{
		Transport:     &attemptTransport{next: transport, logger: c.logger},
		Timeout:       config.RequestTimeout,
		CheckRedirect: staysInOrigin,
	}
	retrying.RetryMax = config.MaxRetries
	retrying.RequestLogHook = beginAttempt
	retrying.CheckRetry = checkRetry
	retrying.Backoff = config.RetryWait.orDefault().next
	retrying.ErrorHandler = retryablehttp.PassthroughErrorHandler
	return retrying
}

func newTransport() *http.Transport {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	// Terraform reads ten data sources at a time unless told otherwise; each may keep its connection.
	transport.MaxIdleConnsPerHost = 100
	transport.MaxResponseHeaderBytes = maxHeaderBytes
	return transport
}

// staysInOrigin follows a redirect only to the same scheme, host and port. Go itself keeps Authorization from
// another host but not Api-Key, and neither from another port.
func staysInOrigin(next *http.Request, via []*http.Request) error {
	first := via[0].URL
	if next.URL.Scheme != first.Scheme || next.URL.Host != first.Host {
		return errLeavesOrigin
	}
	if len(via) > maxRedirects {
		return errRedirectLoop
	}
	return nil
}

// attemptTransport sends one attempt and returns its answer only when the body has arrived whole.
type attemptTransport struct {
	next   http.RoundTripper
	logger logger
}

// RoundTrip sends one attempt.
func (t *attemptTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	started := time.Now()
	answer, err := t.next.RoundTrip(request)
	if err == nil {
		err = bufferBody(answer)
	}
	logAttempt(t.logger, request, answer, currentAttempt(request.Context()), time.Since(started), err)
	if err != nil {
		return nil, err
	}
	return answer, nil
}

// bufferBody replaces the body of an answer by a copy in memory.
func bufferBody(answer *http.Response) error {
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxBodyBytes+1))
	if err != nil {
		return fmt.Errorf("the answer broke off: %w", err)
	}
	if len(body) > maxBodyBytes {
		return errBodyTooLarge
	}
	answer.Body = io.NopCloser(bytes.NewReader(body))
	return nil
}

func readBody(answer *http.Response) ([]byte, error) {
	defer answer.Body.Close()
	return io.ReadAll(answer.Body)
}

type attemptsKey struct{}

// countAttempts returns a context that carries the number of the attempt under way, and that number. The attempts
// of one request follow each other, so a plain integer will do.
func countAttempts(ctx context.Context) (context.Context, *int) {
	attempts := new(int)
	return context.WithValue(ctx, attemptsKey{}, attempts), attempts
}

// beginAttempt is retryablehttp's hook before each attempt, counted from zero.
func beginAttempt(_ retryablehttp.Logger, request *http.Request, attempt int) {
	if attempts, ok := request.Context().Value(attemptsKey{}).(*int); ok {
		*attempts = attempt + 1
	}
}

func currentAttempt(ctx context.Context) int {
	attempts, ok := ctx.Value(attemptsKey{}).(*int)
	if !ok {
		return 1
	}
	return *attempts
}
