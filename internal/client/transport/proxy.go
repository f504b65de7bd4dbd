package transport

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
)

// ErrProxyAddress is the cause of a [*Error] if the address of the proxy in the environment is not one. It has no details,
// because they would show the password.
var ErrProxyAddress = errors.New("the address of the proxy in the environment is not a URL")

// ProxyError is the cause of a [*Error] if a proxy refused to connect to the server.
type ProxyError struct {
	Proxy      string // its host and port, without user name and password
	Target     string // host and port of the server
	StatusCode int    // of the proxy's answer, 0 if a SOCKS proxy refused the login
}

func (e *ProxyError) Error() string {
	if e.StatusCode == 0 {
		return fmt.Sprintf("the proxy %s refused the user name and password", e.Proxy)
	}
	status := strings.TrimSpace(fmt.Sprintf("%d %s", e.StatusCode, http.StatusText(e.StatusCode)))
	return fmt.Sprintf("the proxy %s answered HTTP %s", e.Proxy, status)
}

// IsLogin reports whether the proxy wants a user name and password, or others than it got.
func (e *ProxyError) IsLogin() bool {
	return e.StatusCode == 0 || e.StatusCode == http.StatusUnauthorized || e.StatusCode == http.StatusProxyAuthRequired
}

// proxied sends requests through the proxy that belongs to them, if any.
//
// Wrong logins lock the accounts of many directories. So as long as a proxy has not accepted a user name and password, one
// request at a time goes to it, and after a refusal none. Once it has accepted them, the waiting requests are sent together.
type proxied struct {
	transport *http.Transport
	login     chan struct{} // has the one request under way while it is not known whether the login is right
	accepted  atomic.Bool
	refused   atomic.Pointer[ProxyError]
}

// newProxied makes transport report refusals of a proxy as a [*ProxyError].
func newProxied(transport *http.Transport) *proxied {
	if proxyOf := transport.Proxy; proxyOf != nil {
		transport.Proxy = func(req *http.Request) (*url.URL, error) {
			proxy, err := proxyOf(req)
			if err != nil {
				return nil, ErrProxyAddress
			}
			return proxy, nil
		}
	}
	transport.OnProxyConnectResponse = func(_ context.Context, proxy *url.URL, req *http.Request, resp *http.Response) error {
		if resp.StatusCode == http.StatusOK {
			return nil
		}
		return &ProxyError{Proxy: proxy.Host, Target: req.Host, StatusCode: resp.StatusCode}
	}
	return &proxied{transport: transport, login: make(chan struct{}, 1)}
}

// RoundTrip sends a request.
func (p *proxied) RoundTrip(req *http.Request) (*http.Response, error) {
	if p.transport.Proxy == nil {
		return p.transport.RoundTrip(req)
	}
	proxy, err := p.transport.Proxy(req)
	if err != nil {
		return nil, err
	}
	if proxy == nil || proxy.User == nil {
		return p.transport.RoundTrip(req)
	}
	if !p.accepted.Load() {
		select {
		case p.login <- struct{}{}:
			if p.accepted.Load() { // while this request waited
				<-p.login
			} else {
				defer func() { <-p.login }()
			}
		case <-req.Context().Done():
			return nil, req.Context().Err()
		}
	}
	if refused := p.refused.Load(); refused != nil {
		return nil, refused
	}
	resp, err := p.transport.RoundTrip(req)
	if err != nil {
		return nil, p.explain(proxy, err)
	}
	p.accepted.Store(true)
	return resp, nil
}

// explain returns the error of a request through a proxy without the proxy's password, and remembers a refused login.
func (p *proxied) explain(proxy *url.URL, err error) error {
	if isSOCKSRefusal(err) {
		err = &ProxyError{Proxy: proxy.Host}
	}
	var refusal *ProxyError
	if errors.As(err, &refusal) && refusal.IsLogin() {
		p.refused.Store(refusal)
	}
	if text := err.Error(); withoutLogin(proxy, text) != text {
		return &cleanError{text: withoutLogin(proxy, text), err: err}
	}
	return err
}

// isSOCKSRefusal reports whether a SOCKS proxy refused the login. Its errors have no type.
func isSOCKSRefusal(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && strings.HasPrefix(op.Op, "socks") && op.Err != nil && strings.Contains(op.Err.Error(), "authentication")
}

// cleanError is an error with another text.
type cleanError struct {
	text string
	err  error
}

func (e *cleanError) Error() string { return e.text }
func (e *cleanError) Unwrap() error { return e.err }

// shortPassword is the length below which a password is not searched for by itself, since it could be part of any word.
const shortPassword = 4

// withoutLogin removes the user information and the query of a proxy's URL from a text.
func withoutLogin(proxy *url.URL, text string) string {
	user := proxy.User.Username()
	password, _ := proxy.User.Password()
	secrets := []string{proxy.User.String() + "@", user + ":" + password, base64.StdEncoding.EncodeToString([]byte(user + ":" + password))}
	if len(password) >= shortPassword {
		secrets = append(secrets, password, url.QueryEscape(password), url.PathEscape(password))
	}
	if proxy.RawQuery != "" {
		secrets = append(secrets, "?"+proxy.RawQuery)
	}
	for _, secret := range secrets {
		text = strings.ReplaceAll(text, secret, "[login]")
	}
	return text
}
