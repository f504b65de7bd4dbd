package client

import (
	"cmp"
	"fmt"
	"slices"
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
	transport.Config
	Edition Edition // of the API that the server speaks; required
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
	api, err := transport.New(config.Config)
	if err != nil {
		return nil, err
	}
	if !slices.Contains([]Edition{EditionAuto, EditionRunScoped, EditionFlat}, config.Edition) {
		problem := fmt.Sprintf("is %q; it must be auto, run_scoped or flat", config.Edition)
		return nil, &transport.ArgumentError{Argument: "api_edition", Problem: problem}
	}
	return &Client{
		transport:      api,
		decoder:        wire.NewDecoder(sanitize.NewRedactor(config.APIKey)),
		editions:       editions{configured: config.Edition},
		cache:          newCache(),
		listPolicy:     listPolicy{documents: map[string][]string{}},
		shortListPause: cmp.Or(config.RetryWait.Base, time.Second),
	}, nil
}

// UnreadMembers returns the descriptive members that the API sent in another form than this version knows, so that
// they are null. Each name is returned once.
func (c *Client) UnreadMembers() []string { return c.decoder.Unread() }
