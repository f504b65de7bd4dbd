package client

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// What most people want in a [Config].
const (
	DefaultBaseURL        = "https://api.retab.com" // the spec's only server
	DefaultRequestTimeout = 30 * time.Second
	DefaultMaxRetries     = 4
)

// Config says how to reach Retab and as whom.
type Config struct {
	// APIKey is the credential; it also selects the Retab environment. Required. See [CheckAPIKey].
	APIKey string
	// BaseURL is where the API lives, with or without a trailing /v1. Required. See [ParseBaseURL] for what is
	// refused, and [DefaultBaseURL].
	BaseURL string
	// Edition says which edition of the API the server speaks. Required.
	Edition Edition
	// UserAgent is sent with every request.
	UserAgent string
	// RequestTimeout bounds one attempt, reading the body included. Zero means no bound.
	RequestTimeout time.Duration
	// MaxRetries is how many times a request is repeated after its first attempt.
	MaxRetries int
	// RetryWait bounds the pauses between attempts. Its zero value means 500 ms to 30 s.
	RetryWait Backoff
	// MaxBodyBytes caps one answer. Zero means 64 MiB.
	MaxBodyBytes int64
	// Logger receives one debug record an attempt, without headers, query values or bodies. Nil discards them.
	Logger *slog.Logger
	// Transport sends the requests. Nil means a transport of the client's own.
	Transport http.RoundTripper
}

// Client reads from one Retab API with one key. It is safe for concurrent use.
type Client struct {
	apiKey    string
	baseURL   *url.URL
	userAgent string
	logger    *slog.Logger
	http      *retryablehttp.Client
	edition   editionChoice
	scoped    atomic.Bool // whether a run-scoped route of results has been seen to be there
	endings   endings
	runsTake  atomic.Pointer[credential] // what worked on the routes that both editions have; nil until something did
	lists     sharedLists
	demand    demand

	keptPayloads int // how many bytes of payloads a list keeps
}

// New checks the configuration and returns a client. It makes no request.
func New(config Config) (*Client, error) {
	if err := CheckAPIKey(config.APIKey); err != nil {
		return nil, err
	}
	baseURL, err := ParseBaseURL(config.BaseURL)
	if err != nil {
		return nil, err
	}
	if err := CheckEdition(config.Edition); err != nil {
		return nil, err
	}
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	c := &Client{
		apiKey:    config.APIKey,
		baseURL:   baseURL,
		userAgent: config.UserAgent,
		logger:    config.Logger,
		edition:   editionChoice{known: config.Edition},

		keptPayloads: defaultKeptPayloads,
	}
	c.lists.walk = c.walkResults
	c.http = c.newHTTPClient(config)
	return c, nil
}

// response is a complete 2xx answer. Its body is there until it is closed.
type response struct {
	*http.Response
	body     []byte
	attempts int
}

// request is what to ask: GET /v1/<segments>?<query>. Each segment is escaped, so no id can reach another route.
type request struct {
	segments   []string
	query      url.Values
	credential credential
}

// get asks and returns the 2xx answer, which the caller must close, or one of the package's errors.
func (c *Client) get(ctx context.Context, asked request) (response, error) {
	ctx, trace := withTrace(ctx)
	request, err := retryablehttp.NewRequestWithContext(ctx, http.MethodGet, c.url(asked), nil)
	if err != nil {
		return response{}, &ArgumentError{Argument: "request", Problem: err.Error()}
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", c.userAgent)
	asked.credential.authorize(request.Header, c.apiKey)

	answer, err := c.http.Do(request)
	if err != nil {
		return response{}, c.transportError(request.Request, trace, err)
	}
	body := bodyOf(answer)
	attempts := int(trace.attempts.Load())
	if answer.StatusCode < 200 || answer.StatusCode > 299 {
		defer answer.Body.Close()
		return response{}, c.apiError(answer, body, attempts)
	}
	return response{Response: answer, body: body, attempts: attempts}, nil
}

func (c *Client) url(asked request) string {
	text := c.baseURL.String() + "/v1"
	for _, segment := range asked.segments {
		text += "/" + url.PathEscape(segment)
	}
	if len(asked.query) > 0 {
		text += "?" + asked.query.Encode()
	}
	return text
}

// ParseBaseURL checks a base URL and brings it into the form requests are built from: no trailing slash and no
// trailing version segment, because the vendor's own SDKs disagree on whether /v1 belongs to it.
//
// Refused with an [*ArgumentError]: anything but http and https, a missing host, user information, a query, a
// fragment, another version than v1, and plain http to a host that is not loopback, which would send the key in clear.
func ParseBaseURL(raw string) (*url.URL, error) {
	refuse := func(problem string) (*url.URL, error) {
		return nil, &ArgumentError{Argument: "base_url", Problem: problem}
	}
	if !strings.Contains(raw, "://") {
		return refuse("has no scheme; it must start with " + schemeFor(raw))
	}
	u, err := url.Parse(raw)
	if err != nil {
		return refuse("is not a URL")
	}
	switch {
	case u.User != nil:
		return refuse("must not carry a user name or password")
	case u.Scheme != "https" && u.Scheme != "http":
		return refuse("has the scheme " + u.Scheme + "; only https is possible, or http to this machine")
	case u.Hostname() == "":
		return refuse("has no host")
	case u.Port() != "" && !isPort(u.Port()):
		return refuse("has an invalid port; the highest is 65535") // not quoted, since it may be a part of a password
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return refuse("must not have a query or a fragment")
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return refuse("uses http, which would send the API key in clear to " + u.Hostname() + "; use https")
	}
	trimmed := strings.TrimRight(u.EscapedPath(), "/")
	if i := strings.LastIndexByte(trimmed, '/'); i >= 0 && isVersion(trimmed[i+1:]) {
		if version := trimmed[i+1:]; version != "v1" {
			return refuse("ends with /" + version + ", and this provider reads version 1 of the API; leave the version out")
		}
		trimmed = strings.TrimRight(trimmed[:i], "/")
	}
	return url.Parse(u.Scheme + "://" + u.Host + trimmed)
}

// schemeFor returns the scheme that a base URL without one needs.
func schemeFor(raw string) string {
	host := strings.TrimPrefix(raw, "//")
	if end := strings.IndexAny(host, "/?#"); end >= 0 {
		host = host[:end]
	}
	if isLoopback(host) || isLoopback(hostOf(host)) {
		return "http://, since it names this machine"
	}
	return "https://"
}

// hostOf cuts the port off, and the brackets of an IPv6 address.
func hostOf(authority string) string {
	host, _, err := net.SplitHostPort(authority)
	if err != nil {
		return strings.Trim(authority, "[]")
	}
	return host
}

func isPort(text string) bool {
	port, err := strconv.ParseUint(text, 10, 16)
	return err == nil && port > 0
}

// isVersion reports whether a path segment is v followed by digits.
func isVersion(segment string) bool {
	digits, found := strings.CutPrefix(segment, "v")
	return found && digits != "" && strings.Trim(digits, "0123456789") == ""
}
