// Package transport sends GET requests to an HTTP API and decodes the responses: credential, retries, redirects,
// limits, logging and typed errors. It knows nothing about Retab's objects.
//
// # Retries
//
// A request is repeated if no complete response came, and on statuses that can pass by themselves. retry_policy.go has
// the table, and retry.go the loop. A repeated attempt uses another connection than the failed one. Two kinds of
// response are requested once more on a new connection: status 421, and a response from a cache.
//
// Pauses grow exponentially with full jitter. Retry-After is honoured up to a maximum, with some jitter on top. If the
// deadline comes before that, the response is returned at once.
//
// Reads of one client share what they learn about the server: limits (limiter.go) and outages (breaker.go).
//
// # Errors
//
//   - [*ArgumentError]: a setting or an argument cannot be used. No request was sent.
//   - [*APIError]: a response with a status outside 2xx.
//   - [*ResponseError]: a response with a 2xx status other than 200, or with a body that the decode function refused.
//   - [*Error]: no complete response. It unwraps to the cause, including context errors.
//
// Server text in errors has no control characters, is truncated, and does not contain the API key.
package transport

import (
	"cmp"
	"context"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"sync/atomic"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
)

// Config configures a [Client].
type Config struct {
	APIKey         string            // required; it also selects the Retab environment
	BaseURL        string            // required; the address of the API, with or without a trailing /v1
	UserAgent      string            // sent with every request
	Headers        map[string]string // sent with every request, for a gateway in front of the API
	RequestTimeout time.Duration     // limits one attempt including the body; zero means no limit
	MaxRetries     int               // how many times a request is repeated after its first attempt
	RetryWait      Backoff           // limits the pauses between attempts
	MaxBodyBytes   int64             // maximum size of one decompressed response; zero means 64 MiB
	Certificates   Certificates      // for connections by TLS
	RoundTripper   http.RoundTripper // nil means [NewRoundTripper] with Certificates and the proxies of the environment
	// Debug logs one record per attempt, as tflog.Debug does; nil discards them.
	Debug func(ctx context.Context, message string, fields ...map[string]any)
}

// Client sends GET requests to one API with one key. It is safe for concurrent use.
type Client struct {
	config        Config
	baseURL       *url.URL
	unreadableCAs string // certificates in the configuration that cannot be read
	redactor      sanitize.Redactor
	http          *http.Client
	connections   *connections // nil for a round tripper without them
	limiter       limiter
	breaker       breaker
	knowsName     atomic.Bool // whether an attempt has ended otherwise than with a host name that does not exist
}

// New returns a client. It makes no request. Its error is an [*ArgumentError].
func New(config Config) (*Client, error) {
	baseURL, urlErr := parseBaseURL(config.BaseURL)
	tlsConfig, unreadable, tlsErr := config.Certificates.tlsConfig()
	if err := cmp.Or(checkAPIKey(config.APIKey), urlErr, checkHeaders(config.Headers), tlsErr); err != nil {
		return nil, err
	}
	if config.Debug == nil {
		config.Debug = func(context.Context, string, ...map[string]any) {}
	}
	if config.RoundTripper == nil {
		config.RoundTripper = NewRoundTripper(tlsConfig, http.ProxyFromEnvironment)
	}
	config.MaxBodyBytes = cmp.Or(config.MaxBodyBytes, defaultMaxBodyBytes)
	config.RetryWait = config.RetryWait.orDefault()
	c := &Client{
		config: config, baseURL: baseURL, unreadableCAs: unreadable,
		redactor: sanitize.NewRedactor(config.APIKey, slices.Collect(maps.Values(config.Headers))...),
		http:     &http.Client{Transport: config.RoundTripper, CheckRedirect: checkRedirect},
		limiter:  limiter{backoff: config.RetryWait},
	}
	c.connections, _ = config.RoundTripper.(*connections)
	return c, nil
}

// Request is GET <base URL>/v1/<Segments>?<Query>. Each segment is escaped, so no id can change the route.
type Request struct {
	Segments []string
	Query    url.Values
	// Bearer sends the key as Authorization: Bearer <key> (flat edition), not as Api-Key: <key> (run-scoped edition). The
	// server counts a second credential as a failed attempt, so a request has exactly one.
	Bearer bool
}

// Get sends a request and passes the body of a 200 to decode, as part of the attempt: if the body is cut short, the
// attempt is repeated and decode is called again. An error of decode becomes a [*ResponseError]. RequestInfo describes
// the last attempt.
func (c *Client) Get(ctx context.Context, request Request, decode func(body io.Reader) error) (RequestInfo, error) {
	x := &exchange{client: c, request: c.newRequest(request), decode: decode}
	x.info = RequestInfo{Method: http.MethodGet, URL: c.redactor.Message(x.request.URL.Redacted())}
	if err := c.breaker.begin(); err != nil {
		return x.info, failureOf(x.info, err)
	}
	err := x.run(ctx)
	c.breaker.end(err)
	return x.info, err
}

func (c *Client) newRequest(request Request) *http.Request {
	address, path, escaped := *c.baseURL, "/v1", "/v1"
	for _, segment := range request.Segments {
		path += "/" + segment
		escaped += "/" + url.PathEscape(segment)
	}
	address.Path, address.RawPath = address.Path+path, address.EscapedPath()+escaped
	address.RawQuery = request.Query.Encode()
	header := http.Header{}
	for name, value := range c.config.Headers {
		header.Set(name, value)
	}
	header.Set("Accept", "application/json")
	header.Set("Cache-Control", "no-cache")
	header.Set("User-Agent", c.config.UserAgent)
	if request.Bearer {
		header.Set("Authorization", "Bearer "+c.config.APIKey)
	} else {
		header.Set("Api-Key", c.config.APIKey)
	}
	return &http.Request{Method: http.MethodGet, URL: &address, Header: header}
}
