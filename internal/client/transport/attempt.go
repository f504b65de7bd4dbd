package transport

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net/http"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
)

const (
	// defaultMaxBodyBytes limits one decompressed answer. The vendor documents no limit; a page of 1000 rows with 50 KiB
	// of payload each still fits.
	defaultMaxBodyBytes = 64 << 20
	// maxHeaderBytes limits the header of one answer.
	maxHeaderBytes = 256 << 10
	// maxConnections limits the connections to the API, idle or not.
	maxConnections = 100
	// maxRedirects is more than any gateway in front of the API should need.
	maxRedirects = 5
)

// Causes of a [*Error] that come from this package.
var (
	ErrRequestTimeout      = errors.New("the last attempt was not answered within the request timeout")
	ErrBodyTooLarge        = errors.New("the answer is larger than this provider reads")
	ErrCrossOriginRedirect = errors.New("the server redirects to another origin, where the API key must not go")
	ErrOtherProtocol       = errors.New("the server switched to another protocol than HTTP")
	ErrRedirectLoop        = fmt.Errorf("the server redirected more than %d times", maxRedirects)
)

// newHTTPClient assembles the request path, outermost first: retries, redirects within the origin, then one round tripper
// that limits, decodes and logs each attempt, so that a body cut short is a failed attempt.
func newHTTPClient(config Config, retrier *retrier, redactor sanitize.Redactor) *retryablehttp.Client {
	attempts := &attemptRoundTripper{
		next: config.RoundTripper, retrier: retrier, timeout: config.RequestTimeout, maxBody: config.MaxBodyBytes, logger: config.Logger, redactor: redactor,
	}
	if attempts.next == nil {
		attempts.next = NewRoundTripper(config.TLS, http.ProxyFromEnvironment)
	}
	if attempts.maxBody == 0 {
		attempts.maxBody = defaultMaxBodyBytes
	}
	retrying := retryablehttp.NewClient()
	retrying.Logger = nil // attemptRoundTripper logs attempts, because it has the request's context
	retrying.HTTPClient = &http.Client{Transport: attempts, CheckRedirect: checkRedirect}
	retrying.RetryMax = math.MaxInt // checkRetry counts, because not every attempt uses up a retry
	retrying.RequestLogHook = beginAttempt
	retrying.CheckRetry = retrier.checkRetry
	retrying.Backoff = func(time.Duration, time.Duration, int, *http.Response) time.Duration { return 0 } // beforeAttempt waits
	retrying.ErrorHandler = retryablehttp.PassthroughErrorHandler
	return retrying
}

// attemptRoundTripper sends one attempt and decodes its answer.
type attemptRoundTripper struct {
	next     http.RoundTripper
	retrier  *retrier
	timeout  time.Duration
	maxBody  int64
	logger   *slog.Logger
	redactor sanitize.Redactor
}

// RoundTrip sends one attempt. The answer it returns has no body: a 2xx body was decoded, and an error body is part of the
// error in the attempt state.
func (t *attemptRoundTripper) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	if err := t.retrier.beforeAttempt(ctx); err != nil {
		return nil, err
	}
	attemptStateOf(ctx).send()
	if t.timeout > 0 {
		bounded, cancel := context.WithTimeoutCause(ctx, t.timeout, ErrRequestTimeout)
		defer cancel()
		ctx = bounded
	}
	started := time.Now()
	resp, err := t.next.RoundTrip(req.WithContext(ctx))
	if err == nil {
		resp.Request = req
		err = t.consume(ctx, resp)
	}
	if err != nil && errors.Is(context.Cause(ctx), ErrRequestTimeout) {
		err = ErrRequestTimeout
	}
	if err != nil && req.Context().Err() == nil { // the end of the read is not a failure of the attempt
		attemptStateOf(ctx).setLastErr(errors.New(t.redactor.Message(err.Error())))
	}
	t.log(req, resp, time.Since(started), err)
	if err != nil {
		return nil, err
	}
	return resp, nil
}

// consume decodes the body of a 2xx answer, or turns the body of another answer into an error in the attempt state. It
// returns an error if the body did not arrive completely.
func (t *attemptRoundTripper) consume(ctx context.Context, resp *http.Response) error {
	defer resp.Body.Close()
	state := attemptStateOf(ctx)
	if resp.StatusCode == http.StatusSwitchingProtocols {
		return ErrOtherProtocol // the body is the connection, which has no end, and which no context ends
	}
	body := &limitedBody{source: resp.Body, left: t.maxBody}
	if isSuccess(resp.StatusCode) {
		state.decodeErr = state.decode(body)
		state.setLastErr(nil)
	} else {
		text, _ := io.ReadAll(io.LimitReader(body, maxErrorBytes+1)) // body.err has the error
		state.setLastErr(newAPIError(newRequestInfo(resp.Request, resp.Header, state, t.redactor), resp, text, t.redactor))
	}
	if body.err != nil {
		return body.err
	}
	_, _ = io.CopyN(io.Discard, body, maxErrorBytes) // so that the connection can be used again
	state.body = bodyInfo{contentType: resp.Header.Get("Content-Type"), start: body.start, size: body.size}
	resp.Body = http.NoBody
	return nil
}

// limitedBody reads at most a number of bytes of an answer, and remembers the error that cut it short.
type limitedBody struct {
	source io.Reader
	left   int64
	size   int64
	start  []byte // the first bytes, for the description of a body that is not JSON
	err    error
}

// maxBodyStart is how many bytes of a body its description may look at.
const maxBodyStart = 2 << 10

// Read reads from the answer.
func (b *limitedBody) Read(buffer []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	read, err := b.source.Read(buffer)
	b.left -= int64(read)
	b.start = append(b.start, buffer[:min(read, maxBodyStart-len(b.start))]...)
	b.size += int64(read)
	switch {
	case b.left < 0:
		b.err = ErrBodyTooLarge
		return 0, b.err
	case err != nil && !errors.Is(err, io.EOF):
		b.err = fmt.Errorf("the answer broke off: %w", err)
		return read, b.err
	}
	return read, err
}

// bodyInfo is what an error may say about a body that is not JSON.
type bodyInfo struct {
	contentType string
	start       []byte
	size        int64
}

// describe returns the size and the title of a body that is not JSON, and none of its content, which may be a customer's.
// It returns "" for JSON.
func (b bodyInfo) describe() string {
	start := bytes.TrimSpace(bytes.TrimPrefix(b.start, utf8BOM))
	if len(start) == 0 || start[0] == '{' || start[0] == '[' {
		return ""
	}
	size := fmt.Sprintf("%d bytes", b.size)
	if b.size >= maxErrorBytes {
		size = fmt.Sprintf("at least %d bytes", maxErrorBytes)
	}
	if isHTML(b.contentType, start) {
		return htmlTitle(b.start) + ", " + size
	}
	return size
}

// log writes what one attempt requested and how it ended. Headers and bodies never enter the log: they contain the
// key and customers' documents.
func (t *attemptRoundTripper) log(req *http.Request, resp *http.Response, took time.Duration, err error) {
	attributes := []slog.Attr{
		slog.String("method", req.Method),
		slog.String("path", t.redactor.Message(req.URL.EscapedPath())),
		slog.Int64("duration_ms", took.Milliseconds()),
		slog.Int("attempt", attemptStateOf(req.Context()).attempts),
	}
	if resp != nil {
		attributes = append(attributes,
			slog.Int("status", resp.StatusCode),
			slog.String("request_id", t.redactor.Message(resp.Header.Get(requestIDHeader))))
	}
	if err != nil {
		attributes = append(attributes, slog.String("error", t.redactor.Message(err.Error())))
	}
	t.logger.LogAttrs(req.Context(), slog.LevelDebug, "Retab API request", attributes...)
}
