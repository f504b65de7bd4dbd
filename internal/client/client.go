package client

import (
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// Defaults for a [Config].
const (
	DefaultBaseURL        = "https://api.retab.com" // the only server of the vendor's spec
	DefaultRequestTimeout = 30 * time.Second
	DefaultMaxRetries     = 4
)

// Config configures a [Client].
type Config struct {
	// APIKey is the credential; it also selects the Retab environment. Required. White space around it is dropped. See
	// [CheckAPIKey].
	APIKey string
	// BaseURL is the address of the API, with or without a trailing /v1. Required. See [ParseBaseURL] for what is
	// refused, and [DefaultBaseURL].
	BaseURL string
	// Edition is the edition of the API that the server speaks. Required.
	Edition Edition
	// UserAgent is sent with every request.
	UserAgent string
	// Headers are sent with every request, for a gateway in front of the API. See [CheckHeaders].
	Headers map[string]string
	// RequestTimeout bounds one attempt including the body. Zero means no bound.
	RequestTimeout time.Duration
	// MaxRetries is how many times a request is repeated after its first attempt.
	MaxRetries int
	// RetryWait bounds the pauses between attempts. Its zero value means 500 ms to 30 s.
	RetryWait transport.Backoff
	// MaxBodyBytes is the maximum size of one answer. Zero means 64 MiB.
	MaxBodyBytes int64
	// Logger receives one debug record per attempt, without headers, query values and bodies. Nil discards them.
	Logger *slog.Logger
	// Certificates are used for connections by TLS.
	Certificates transport.Certificates
	// Transport sends the requests. Nil means a transport of the client's own, with Certificates and the proxies that the
	// environment names.
	Transport http.RoundTripper
}

// Client reads from one Retab API with one key. It is safe for concurrent use.
type Client struct {
	transport  *transport.Client
	decoder    *wire.Decoder
	editions   editions
	cache      *cache
	listPolicy listPolicy

	shortListPause time.Duration // the first pause before a short list is read again
}

// New checks the configuration and returns a client. It makes no request.
func New(config Config) (*Client, error) {
	config.APIKey = strings.TrimSpace(config.APIKey)
	if err := transport.CheckAPIKey(config.APIKey); err != nil {
		return nil, err
	}
	baseURL, err := transport.ParseBaseURL(config.BaseURL)
	if err != nil {
		return nil, err
	}
	if err := CheckEdition(config.Edition); err != nil {
		return nil, err
	}
	if err := transport.CheckHeaders(config.Headers); err != nil {
		return nil, err
	}
	tlsConfig, unreadable, err := config.Certificates.TLSConfig()
	if err != nil {
		return nil, err
	}
	c := &Client{
		transport: transport.New(transport.Config{
			APIKey: config.APIKey, BaseURL: baseURL, UserAgent: config.UserAgent, Headers: config.Headers, RequestTimeout: config.RequestTimeout, MaxRetries: config.MaxRetries,
			RetryWait: config.RetryWait, MaxBodyBytes: config.MaxBodyBytes, Logger: config.Logger, TLS: tlsConfig, UnreadableCAs: unreadable, RoundTripper: config.Transport,
		}),
		decoder:        wire.NewDecoder(sanitize.NewRedactor(config.APIKey)),
		editions:       editions{configured: config.Edition},
		cache:          newCache(),
		listPolicy:     listPolicy{documents: map[string]map[string]bool{}, failed: map[string]bool{}},
		shortListPause: time.Second,
	}
	if config.RetryWait.Base > 0 {
		c.shortListPause = config.RetryWait.Base
	}
	return c, nil
}

// UnreadMembers returns the descriptive members that the API sent in another form than this version knows, so that
// they are null. Each name is returned once.
func (c *Client) UnreadMembers() []string { return c.decoder.Unread() }
