package transport

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

const (
	proxyUser     = "svc_build"
	proxyPassword = "last months/password"
)

// listen calls serve for every connection to an address on loopback, which it returns.
func listen(t *testing.T, serve func(conn net.Conn)) (address string) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				serve(conn)
			}()
		}
	}()
	return listener.Addr().String()
}

// startProxy starts a proxy on loopback that calls answer for every CONNECT. It returns the URL of the proxy, with a login, and a
// counter of CONNECTs.
func startProxy(t *testing.T, answer func(conn net.Conn, connect *http.Request)) (*url.URL, *atomic.Int32) {
	t.Helper()
	var connects atomic.Int32
	address := listen(t, func(conn net.Conn) {
		connect, err := http.ReadRequest(bufio.NewReader(conn))
		if err != nil {
			return
		}
		connects.Add(1)
		answer(conn, connect)
	})
	return &url.URL{
		Scheme: "http", Host: address, User: url.UserPassword(proxyUser, proxyPassword), RawQuery: "token=secret_query",
	}, &connects
}

func writing(text string) func(net.Conn, *http.Request) {
	return func(conn net.Conn, _ *http.Request) { _, _ = io.WriteString(conn, text) }
}

// newProxiedClient returns a client that reads from a server through a proxy, without pauses.
func newProxiedClient(t *testing.T, proxy *url.URL, server string, config *tls.Config) *Client {
	t.Helper()
	return newClient(t, Config{
		APIKey: "rt_test_key", BaseURL: server, MaxRetries: 4, RetryWait: Backoff{Base: time.Nanosecond, Max: time.Nanosecond},
		RoundTripper: NewRoundTripper(config, http.ProxyURL(proxy)),
	})
}

// wantNoLogin fails if an error shows any part of the proxy's login.
func wantNoLogin(t *testing.T, err error) {
	t.Helper()
	for _, secret := range []string{proxyUser, proxyPassword, "last%20months", "last+months", "secret_query", "c3ZjX2J1aWxk"} {
		if strings.Contains(fmt.Sprintf("%+v", err), secret) || strings.Contains(err.Error(), secret) {
			t.Errorf("%q is in %v", secret, err)
		}
	}
}

// TestProxy_refusals checks that a refusal of a proxy is reported with the proxy's address and without its login. A permanent
// refusal ends the read at once, and a wrong login is sent once.
func TestProxy_refusals(t *testing.T) {
	t.Parallel()
	for status, test := range map[string]struct {
		code, connects int // connects are the most that ten reads may send, one after the other
	}{
		"401 Unauthorized":                  {401, 1},
		"407 Proxy Authentication Required": {407, 1},
		"407 who is svc_build:last months/password@proxy?token=secret_query": {407, 1},
		"403 Forbidden":          {403, 10},
		"405 Method Not Allowed": {405, 10},
		"502 Bad Gateway":        {502, 3*5 + 7},
	} {
		t.Run(status, func(t *testing.T) {
			t.Parallel()
			proxy, connects := startProxy(t, writing("HTTP/1.1 "+status+"\r\nContent-Length: 0\r\n\r\n"))
			api := newProxiedClient(t, proxy, "https://retab.example", nil)
			for range 10 {
				err := read(t, api)
				var refusal *ProxyError
				if !errors.As(err, &refusal) || refusal.StatusCode != test.code || refusal.Proxy != proxy.Host || refusal.Target != "retab.example:443" {
					t.Fatalf("got %+v", err)
				}
				want := fmt.Sprintf("the proxy %s answered HTTP %d %s", proxy.Host, test.code, http.StatusText(test.code))
				if !strings.HasSuffix(err.Error(), want) || IsTemporary(err) != (test.code == 502) {
					t.Errorf("got %q, temporary %v", err, IsTemporary(err))
				}
				wantNoLogin(t, err)
			}
			if int(connects.Load()) > test.connects {
				t.Errorf("%d requests to the proxy, want at most %d", connects.Load(), test.connects)
			}
		})
	}
}

// TestProxy_oneLoginAtATime checks that concurrent reads send a login once if the proxy refuses it.
func TestProxy_oneLoginAtATime(t *testing.T) {
	t.Parallel()
	proxy, connects := startProxy(t, writing("HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n"))
	api := newProxiedClient(t, proxy, "https://retab.example", nil)
	var reads sync.WaitGroup
	for range 50 {
		reads.Go(func() {
			var refusal *ProxyError
			if err := read(t, api); !errors.As(err, &refusal) || !refusal.IsLogin() {
				t.Errorf("got %v", err)
			}
		})
	}
	reads.Wait()
	if connects.Load() != 1 {
		t.Errorf("%d logins", connects.Load())
	}
}

// TestProxy_acceptedLogin checks that requests which wait for the login of a proxy are sent at the same time once the proxy has
// accepted it.
func TestProxy_acceptedLogin(t *testing.T) {
	t.Parallel()
	const latency = 4 * time.Second
	synctest.Test(t, func(t *testing.T) {
		transport := &http.Transport{Proxy: http.ProxyURL(&url.URL{Scheme: "http", Host: "proxy.example:3128", User: url.UserPassword(proxyUser, proxyPassword)})}
		transport.DialContext = func(context.Context, string, string) (net.Conn, error) {
			conn, proxy := net.Pipe()
			go func() {
				requests := bufio.NewReader(proxy)
				for {
					if _, err := http.ReadRequest(requests); err != nil {
						_ = proxy.Close()
						return
					}
					<-time.After(latency)
					_, _ = io.WriteString(proxy, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
				}
			}()
			return conn, nil
		}
		kept := newConnections(transport)
		defer transport.CloseIdleConnections()
		api := newClient(t, Config{APIKey: "rt_test_key", BaseURL: "http://127.0.0.1", RequestTimeout: 30 * time.Second, RoundTripper: kept})
		began := time.Now()
		var reads sync.WaitGroup
		for range 20 {
			reads.Go(func() {
				if err := read(t, api); err != nil {
					t.Errorf("a read failed: %v", err)
				}
			})
		}
		reads.Wait()
		if took := time.Since(began); took != 2*latency {
			t.Errorf("took %v, want %v", took, 2*latency)
		}
	})
}

// TestProxy_hidesItsLogin checks that errors and logs do not contain the login, even if the proxy repeats it.
func TestProxy_hidesItsLogin(t *testing.T) {
	t.Parallel()
	echo := func(conn net.Conn, connect *http.Request) {
		_, login, _ := strings.Cut(connect.Header.Get("Proxy-Authorization"), " ")
		_, _ = io.WriteString(conn, "HTTP/1.1 "+login+"_http://"+proxyUser+":last%20months%2Fpassword@proxy?token=secret_query\r\n\r\n")
	}
	proxy, _ := startProxy(t, echo)
	var logged strings.Builder
	api := newClient(t, Config{
		APIKey: "rt_test_key", BaseURL: "https://retab.example", RoundTripper: NewRoundTripper(nil, http.ProxyURL(proxy)),
		Debug: func(_ context.Context, message string, fields ...map[string]any) {
			fmt.Fprintln(&logged, message, fields)
		},
	})
	err := read(t, api)
	if err == nil || !strings.Contains(err.Error(), "malformed HTTP") || !strings.Contains(logged.String(), "malformed HTTP") {
		t.Errorf("got %v, and in the log %s", err, &logged)
	}
	wantNoLogin(t, err)
	wantNoLogin(t, errors.New(logged.String()))

	api = newClient(t, Config{
		APIKey: "rt_test_key", BaseURL: "https://retab.example", MaxRetries: 4,
		RoundTripper: NewRoundTripper(nil, func(*http.Request) (*url.URL, error) {
			return nil, fmt.Errorf("invalid proxy address %q", "http://svc_build:last months/password@proxy")
		}),
	})
	err = read(t, api)
	var failed *Error
	if !errors.Is(err, ErrProxyAddress) || !errors.As(err, &failed) || failed.Attempts != 1 {
		t.Errorf("got %v", err)
	}
	wantNoLogin(t, err)
}

func TestWithoutLogin(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ proxy, text, want string }{
		{"http://user:pass@proxy:3128", "dial http://user:pass@proxy:3128", "dial http://[login]@proxy:3128"},
		{"http://user:pass@proxy:3128", "user:pass and dXNlcjpwYXNz", "[login] and [login]"},
		{"http://user:pass@proxy:3128", "a password that passes", "a [login]word that [login]es"},
		{"http://user:pas@proxy:3128", "a pass, too short to search for", "a pass, too short to search for"},
		{"http://user:a%2Fb%20c@proxy:3128", "a/b c, a%2Fb%20c and a%2Fb+c", "[login], [login] and [login]"},
		{"http://user:pass@proxy:3128", "why?", "why?"},
		{"http://user:pass@proxy:3128?token=x", "why?token=x", "why?[login]"},
	} {
		if got := withoutLogin(mustParse(t, test.proxy), test.text); got != test.want {
			t.Errorf("%s: got %q, want %q", test.proxy, got, test.want)
		}
	}
}

// TestProxy_SOCKS checks that a login is sent once to a SOCKS proxy that refuses it, and that a SOCKS proxy which cannot connect has
// not refused the login.
func TestProxy_SOCKS(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		verdict byte   // on the login
		want    string // the end of the error
		logins  int32
	}{
		"a wrong login":            {1, "refused the user name and password", 1},
		"a server that is unknown": {0, "host unreachable", 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var logins atomic.Int32
			address := listen(t, func(conn net.Conn) {
				buffer := make([]byte, 512)
				_, _ = conn.Read(buffer)                                // the methods
				_, _ = conn.Write([]byte{5, 2})                         // user name and password
				_, _ = conn.Read(buffer)                                // which are these
				logins.Add(1)                                           // before the verdict, which can end the read
				_, _ = conn.Write([]byte{1, test.verdict})              // the verdict
				_, _ = conn.Read(buffer)                                // the request to connect
				_, _ = conn.Write([]byte{5, 4, 0, 1, 0, 0, 0, 0, 0, 0}) // host unreachable
			})
			proxy := &url.URL{Scheme: "socks5", Host: address, User: url.UserPassword(proxyUser, proxyPassword)}
			api := newProxiedClient(t, proxy, "https://retab.example", nil)
			api.config.MaxRetries = 0
			for range 3 {
				err := read(t, api)
				_, isRefusal := errors.AsType[*ProxyError](err)
				if !strings.HasSuffix(err.Error(), test.want) || isRefusal != (test.logins == 1) {
					t.Errorf("got %v", err)
				}
				wantNoLogin(t, err)
			}
			if logins.Load() != test.logins {
				t.Errorf("%d logins", logins.Load())
			}
		})
	}
}

// TestProxy_tunnels checks that concurrent reads reach the server through a proxy that accepts the login.
func TestProxy_tunnels(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{}`)) }))
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // connections that turn out not to be needed end in the handshake
	server.StartTLS()
	t.Cleanup(server.Close)
	proxy, _ := startProxy(t, func(conn net.Conn, connect *http.Request) {
		if connect.Header.Get("Proxy-Authorization") == "" {
			_, _ = io.WriteString(conn, "HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n")
			return
		}
		upstream, err := (&net.Dialer{}).DialContext(connect.Context(), "tcp", connect.Host)
		if err != nil {
			return // the read fails, and says so
		}
		defer func() { _ = upstream.Close() }()
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n")
		go func() { _, _ = io.Copy(upstream, conn) }()
		_, _ = io.Copy(conn, upstream)
	})
	pool := x509.NewCertPool()
	pool.AddCert(server.Certificate())
	api := newProxiedClient(t, proxy, server.URL, &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12})
	for _, err := range failed(plan(t, api, 30)) {
		t.Error(err)
	}
}
