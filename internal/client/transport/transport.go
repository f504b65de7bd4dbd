// Package transport sends one GET request to an HTTP API and decodes the answer: address, credential, retries, redirects,
// limits, redaction, logging and typed errors. It knows nothing about Retab's objects.
//
// # Retries
//
// Every request is a GET and safe to repeat. A request is repeated when no complete answer came (connection refused or
// reset, attempt timed out, body cut short) and on the statuses 408, 425, 429, 500, 502, 503, 504 and 52x. It is never
// repeated on another status, or when it would fail in the same way again: on a certificate or a TLS handshake that is
// refused, on the refusal of a proxy, on a redirect to another origin, on an answer larger than [Config.MaxBodyBytes], and on
// a host name that is unknown and has never resolved. retry_policy.go has the whole table.
//
// Pauses grow exponentially with full jitter. Retry-After is honoured up to a maximum, with some jitter on top; if the context
// ends before that, the answer is returned at once.
//
// # Limits and outages
//
// Reads of one client share what they learn about the server. A limit (429, or 503 with Retry-After) holds all of them back,
// and does not use up their retries if a 429 says for how long (limiter.go). When several reads in a row got no answer,
// the next ones are tried only once, until one is answered (outage.go).
//
// # Errors
//
//   - [*ArgumentError]: the request was refused before it was sent.
//   - [*APIError]: the server answered with a status outside 2xx.
//   - [*ResponseError]: the server answered 2xx with a body that the decode function refused.
//   - [*Error]: no complete answer arrived. It unwraps to the cause, including context errors.
//
// Server text in errors has no control characters, is truncated, and does not contain the API key.
package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
)

// Config configures a [Client].
type Config struct {
	APIKey         string            // required, see [CheckAPIKey]
	BaseURL        *url.URL          // required, see [ParseBaseURL]
	UserAgent      string            // sent with every request
	RequestTimeout time.Duration     // bounds one attempt including the body; zero means no bound
	MaxRetries     int               // how many times a request is repeated after its first attempt
	RetryWait      Backoff           // bounds the pauses between attempts
	MaxBodyBytes   int64             // maximum size of one decompressed answer; zero means 64 MiB
	Logger         *slog.Logger      // receives one debug record per attempt; nil discards them
	TLS            *tls.Config       // for connections by TLS; nil means the system's authorities and no client certificate
	RoundTripper   http.RoundTripper // sends the requests; nil means [NewRoundTripper] with TLS and the environment's proxies
}

// Client sends GET requests to one API with one key. It is safe for concurrent use.
type Client struct {
	apiKey    string
	baseURL   *url.URL
	userAgent string
	redactor  sanitize.Redactor
	http      *retryablehttp.Client
	retrier   *retrier
	outages   outages
}

// New returns a client. It makes no request.
func New(config Config) *Client {
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	c := &Client{
		apiKey:    config.APIKey,
		baseURL:   config.BaseURL,
		userAgent: config.UserAgent,
		redactor:  sanitize.NewRedactor(config.APIKey),
	}
	backoff := config.RetryWait.orDefault()
	c.retrier = &retrier{backoff: backoff, maxRetries: config.MaxRetries, limiter: newLimiter(backoff, config.MaxRetries), outages: &c.outages}
	c.http = newHTTPClient(config, c.retrier, c.redactor)
	return c
}

// Request is GET <base URL>/v1/<Segments>?<Query>. Each segment is escaped, so no id can change the route.
type Request struct {
	Segments   []string
	Query      url.Values
	Credential Credential
}

// Get sends a request and passes the body of a 2xx answer to decode, as part of the attempt: if the body is cut short, the
// attempt is repeated and decode is called again. An error of decode becomes a [*ResponseError]. RequestInfo describes the
// request that was answered.
func (c *Client) Get(ctx context.Context, request Request, decode func(body io.Reader) error) (RequestInfo, error) {
	state := &attemptState{
		decode: decode, shared: sharedRequestOf(ctx), limits: c.retrier.limiter.limitsSoFar(),
	}
	ctx = withAttemptState(ctx, state)
	req, err := retryablehttp.NewRequestWithContext(ctx, http.MethodGet, c.url(request), nil)
	if err != nil {
		return RequestInfo{}, &ArgumentError{Argument: "request", Problem: err.Error()}
	}
	state.url = c.redactor.Message(req.URL.Redacted())
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", c.userAgent)
	request.Credential.authorize(req.Header, c.apiKey)

	permit, err := c.outages.begin(ctx)
	state.noMoreAttempts, state.stopsDuringOutage = permit.lead != nil || permit.shared != nil, permit.stopsDuringOutage
	switch {
	case err != nil:
		state.setLastErr(c.outages.failure())
		err = c.newTransportError(req.Request, state, err)
		c.outages.end(nil, err)
		return RequestInfo{}, err
	case permit.shared != nil:
		return RequestInfo{}, c.outages.share(state.info(), permit.shared)
	}
	info, err := c.send(req, state)
	if failed := infoOf(err); failed != nil {
		failed.CutShort = state.noMoreAttempts
	}
	c.outages.end(permit.lead, err)
	return info, err
}

// send sends a request, and repeats it as the retrier decides.
func (c *Client) send(req *retryablehttp.Request, state *attemptState) (RequestInfo, error) {
	resp, err := c.http.Do(req)
	var held *heldError
	switch {
	case errors.As(err, &held):
		return RequestInfo{}, held.limit
	case err != nil:
		return RequestInfo{}, c.newTransportError(req.Request, state, err)
	}
	_ = resp.Body.Close()
	info := newRequestInfo(resp.Request, resp.Header, state, c.redactor)
	switch {
	case !isSuccess(resp.StatusCode):
		return info, failureOf(info, state.lastErr()) // a copy, because the limiter and other readers have the original
	case state.decodeErr != nil:
		return info, newResponseError(info, resp, state, c.redactor)
	default:
		return info, nil
	}
}

func isSuccess(status int) bool { return status/100 == 2 }

func (c *Client) url(request Request) string {
	text := c.baseURL.String() + "/v1"
	for _, segment := range request.Segments {
		text += "/" + url.PathEscape(segment)
	}
	if len(request.Query) > 0 {
		text += "?" + request.Query.Encode()
	}
	return text
}
