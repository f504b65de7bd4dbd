// Package transport sends one GET request to an HTTP API and decodes the answer: address, credential, retries, redirects,
// limits, redaction, logging and typed errors. It knows nothing about Retab's objects.
//
// # Retries
//
// Every request is a GET and safe to repeat. A request is repeated when no complete answer came (connection refused or
// reset, attempt timed out, body cut short) and on the statuses 408, 425, 429, 500, 502, 503, 504 and 52x. It is never
// repeated on another status, on a certificate that does not verify, on a host name that does not exist, on a redirect to
// another origin, or on an answer larger than [Config.MaxBodyBytes]. Pauses grow exponentially with full jitter.
// Retry-After is honoured up to a maximum; if the context ends before that, the answer is returned at once.
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
	RoundTripper   http.RoundTripper // sends the requests; nil means a transport with keep-alive and limits
}

// Client sends GET requests to one API with one key. It is safe for concurrent use.
type Client struct {
	apiKey    string
	baseURL   *url.URL
	userAgent string
	redactor  sanitize.Redactor
	http      *retryablehttp.Client
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
	c.http = newHTTPClient(config, c.redactor)
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
	state := &attemptState{decode: decode, shared: sharedDeadline(ctx)}
	ctx = withAttemptState(ctx, state)
	req, err := retryablehttp.NewRequestWithContext(ctx, http.MethodGet, c.url(request), nil)
	if err != nil {
		return RequestInfo{}, &ArgumentError{Argument: "request", Problem: err.Error()}
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", c.userAgent)
	request.Credential.authorize(req.Header, c.apiKey)

	resp, err := c.http.Do(req)
	if err != nil {
		return RequestInfo{}, newTransportError(req.Request, state, c.redactor, err)
	}
	_ = resp.Body.Close()
	info := newRequestInfo(resp.Request, resp.Header, state, c.redactor)
	switch {
	case resp.StatusCode < 200 || resp.StatusCode > 299:
		return info, state.lastErr()
	case state.decodeErr != nil:
		return info, newResponseError(info, resp, state, c.redactor)
	default:
		return info, nil
	}
}

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
