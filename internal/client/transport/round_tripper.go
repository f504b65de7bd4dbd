package transport

import (
	"crypto/tls"
	"net/http"
	"net/url"
)

// NewRoundTripper returns a round tripper with keep-alive and limits that sends requests through the proxy that proxyOf
// names. config may be nil.
func NewRoundTripper(config *tls.Config, proxyOf func(*http.Request) (*url.URL, error)) http.RoundTripper {
	transport := newTransport()
	transport.Proxy = proxyOf
	if config != nil {
		transport.TLSClientConfig = config
	}
	return newProxied(transport)
}

func newTransport() *http.Transport {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	// Terraform reads ten data sources at a time unless configured otherwise (-parallelism); each may keep its connection.
	transport.MaxIdleConnsPerHost = maxConnections
	transport.MaxConnsPerHost = maxConnections
	transport.MaxResponseHeaderBytes = maxHeaderBytes
	return transport
}

// checkRedirect follows a redirect only to the same scheme, host and port. Go itself keeps Authorization from
// another host but not Api-Key, and neither from another port.
func checkRedirect(next *http.Request, via []*http.Request) error {
	first := via[0].URL
	if next.URL.Scheme != first.Scheme || next.URL.Host != first.Host {
		return ErrCrossOriginRedirect
	}
	if len(via) > maxRedirects {
		return ErrRedirectLoop
	}
	return nil
}
