package transport

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"
)

const (
	maxHeaderBytes = 256 << 10 // of one response
	maxConnections = 100       // to the API, idle or not
	maxRedirects   = 5         // more than any gateway in front of the API should need

	// pingAfter and pingTimeout find an HTTP/2 connection that is dead before a request on it times out.
	pingAfter, pingTimeout = 10 * time.Second, 5 * time.Second
)

// connections keeps connections for later requests, and can replace them: a retry must not use a connection that is
// dead, or that leads to a faulty server.
type connections struct {
	current atomic.Pointer[http.Transport]
	login   proxyLogin
}

// NewRoundTripper returns a round tripper with keep-alive and limits that sends requests through the proxy that proxyOf
// returns. config may be nil.
func NewRoundTripper(config *tls.Config, proxyOf func(*http.Request) (*url.URL, error)) http.RoundTripper {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.Proxy = proxyOf
	transport.OnProxyConnectResponse = reportRefusal
	transport.TLSClientConfig = config
	// Terraform reads ten data sources at a time unless configured otherwise (-parallelism); each may keep its connection.
	transport.MaxIdleConnsPerHost = maxConnections
	transport.MaxConnsPerHost = maxConnections
	transport.MaxResponseHeaderBytes = maxHeaderBytes
	transport.HTTP2 = &http.HTTP2Config{SendPingTimeout: pingAfter, PingTimeout: pingTimeout}
	return newConnections(transport)
}

func newConnections(transport *http.Transport) *connections {
	c := &connections{login: proxyLogin{turn: make(chan struct{}, 1)}}
	c.login.turn <- struct{}{}
	c.current.Store(transport)
	return c
}

// RoundTrip sends a request.
func (c *connections) RoundTrip(req *http.Request) (*http.Response, error) {
	transport := c.current.Load()
	proxy, err := transport.Proxy(req)
	switch {
	case err != nil:
		return nil, ErrProxyAddress
	case proxy == nil || proxy.User == nil:
		return transport.RoundTrip(req)
	default:
		return c.login.send(transport, req, proxy)
	}
}

// leave makes later requests use new connections. Requests in flight are not affected, and their connections are closed
// when they end.
func (c *connections) leave(used *http.Transport) {
	if c.current.CompareAndSwap(used, used.Clone()) {
		used.CloseIdleConnections()
	}
}

// checkRedirect follows a redirect only to the same scheme, host and port. Go itself keeps Authorization from
// another host but not Api-Key, and neither from another port.
func checkRedirect(next *http.Request, via []*http.Request) error {
	first := via[0].URL
	if next.URL.Scheme != first.Scheme || next.URL.Host != first.Host {
		return fmt.Errorf("%w: %s://%s", ErrCrossOriginRedirect, next.URL.Scheme, next.URL.Host)
	}
	if len(via) > maxRedirects {
		return ErrRedirectLoop
	}
	return nil
}
