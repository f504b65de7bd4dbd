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

// ErrProxyAddress is the cause of a [*Error] if the address of the proxy in the environment is not one. It has no
// details, because they would contain the password.
var ErrProxyAddress = errors.New("the address of the proxy in the environment is not a URL")

// ProxyError is the cause of a [*Error] if a proxy refused to connect to the server.
type ProxyError struct {
	Proxy      string // its host and port, without user name and password
	Target     string // host and port of the server
	StatusCode int    // of the proxy's response, 0 if a SOCKS proxy refused the login
}

func (e *ProxyError) Error() string {
	if e.StatusCode == 0 {
		return fmt.Sprintf("the proxy %s refused the user name and password", e.Proxy)
	}
	return strings.TrimSpace(fmt.Sprintf("the proxy %s answered HTTP %d %s", e.Proxy, e.StatusCode, http.StatusText(e.StatusCode)))
}

// IsLogin reports whether the proxy requires a user name and password, or refused those that it got.
func (e *ProxyError) IsLogin() bool {
	return e.StatusCode == 0 || e.StatusCode == http.StatusUnauthorized || e.StatusCode == http.StatusProxyAuthRequired
}

// reportRefusal is the hook of a transport that makes the refusal of a proxy a [*ProxyError].
func reportRefusal(_ context.Context, proxy *url.URL, req *http.Request, resp *http.Response) error {
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	return &ProxyError{Proxy: proxy.Host, Target: req.Host, StatusCode: resp.StatusCode}
}

// proxyLogin lets one request at a time through a proxy until it has accepted the login, and none after a refusal:
// wrong logins lock the accounts of many directories.
type proxyLogin struct {
	turn    chan struct{} // has one element while no request tries the login; closed when the proxy has accepted it
	refusal atomic.Pointer[ProxyError]
}

// send sends a request through a proxy with a login.
func (l *proxyLogin) send(via *http.Transport, req *http.Request, proxy *url.URL) (resp *http.Response, err error) {
	select {
	case _, isUntested := <-l.turn:
		if isUntested {
			defer func() {
				if err == nil {
					close(l.turn)
				} else {
					l.turn <- struct{}{}
				}
			}()
		}
	case <-req.Context().Done():
		return nil, req.Context().Err()
	}
	if refusal := l.refusal.Load(); refusal != nil {
		return nil, refusal
	}
	if resp, err = via.RoundTrip(req); err == nil {
		return resp, nil
	}
	op, found := errors.AsType[*net.OpError](err) // the errors of SOCKS have no type
	if found && strings.HasPrefix(op.Op, "socks") && strings.Contains(op.Error(), "authentication") {
		err = &ProxyError{Proxy: proxy.Host}
	}
	if refusal, isRefusal := errors.AsType[*ProxyError](err); isRefusal && refusal.IsLogin() {
		l.refusal.Store(refusal)
	}
	return nil, fmt.Errorf("%s%.0w", withoutLogin(proxy, err.Error()), err) // %.0w wraps the error without its text
}

// withoutLogin removes the user information and the query of a proxy's URL from a text. A part of less than four
// characters is not searched for, since it could be part of any word.
func withoutLogin(proxy *url.URL, text string) string {
	password, _ := proxy.User.Password()
	login := proxy.User.Username() + ":" + password
	for _, secret := range []string{
		proxy.User.String(), login, base64.StdEncoding.EncodeToString([]byte(login)), proxy.RawQuery,
		password, url.QueryEscape(password), url.PathEscape(password),
	} {
		if len(secret) >= 4 {
			text = strings.ReplaceAll(text, secret, "[login]")
		}
	}
	return text
}
