package faults_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
	"github.com/retab-dev/terraform-provider-retab/internal/provider"
)

// startProxy starts a proxy on loopback that answers every CONNECT with a status line. It returns its URL, with a login, and
// the number of CONNECTs.
func startProxy(t *testing.T, status string) (*url.URL, *atomic.Int32) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	connects := &atomic.Int32{}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
					connects.Add(1)
					_, _ = io.WriteString(conn, "HTTP/1.1 "+status+"\r\nContent-Length: 0\r\n\r\n")
				}
			}()
		}
	}()
	return &url.URL{Scheme: "http", Host: listener.Addr().String(), User: url.UserPassword("svc_build", "last_months_password")}, connects
}

// TestFaults_proxies checks that the refusal of a proxy is reported as such, also ends waits, and does not show the login.
func TestFaults_proxies(t *testing.T) {
	t.Parallel()
	for status, test := range map[string]struct {
		connects int // the most CONNECTs of four waiting blocks; 0 for blocks that do not wait, whose requests are retried
		wantText []string
	}{
		"407 Proxy Authentication Required":           {1, []string{"ERROR: The proxy refused the login", "HTTP 407 Proxy Authentication Required. It was asked to connect to retab.example:443.", "HTTPS_PROXY", "NO_PROXY"}},
		"401 svc_build:last_months_password is wrong": {1, []string{"ERROR: The proxy refused the login", "answered HTTP 401 Unauthorized."}},
		"403 Forbidden":         {4, []string{"ERROR: The proxy refused the connection to Retab", "answered HTTP 403 Forbidden.", "Retab itself was not reached."}},
		"408 Request Timeout":   {0, []string{"ERROR: The proxy could not connect to Retab", "answered HTTP 408 Request Timeout.", "try again later"}},
		"429 Too Many Requests": {0, []string{"ERROR: The proxy could not connect to Retab", "answered HTTP 429 Too Many Requests.", "try again later"}},
		"502 Bad Gateway":       {0, []string{"ERROR: The proxy could not connect to Retab", "answered HTTP 502 Bad Gateway."}},
	} {
		t.Run(status, func(t *testing.T) {
			t.Parallel()
			for _, c := range editionCases {
				proxy, connects := startProxy(t, status)
				s := serve(t, provider.WithTransport(transport.NewRoundTripper(nil, http.ProxyURL(proxy))))
				if problem := s.Configure(t, values{"api_key": fakeapi.Key, "base_url": "https://retab.example", "api_edition": c.Setting}); problem != "" {
					t.Fatal(problem)
				}
				for block := range 4 {
					arguments := values{"run_id": "exprun_2", "document_id": "expdoc_" + strconv.Itoa(block), "wait_for_completion": test.connects > 0}
					_, problem := s.Read(t.Context(), t, resultType, arguments)
					if block == 0 {
						wantContains(t, problem, append(test.wantText, "The proxy "+proxy.Host+" answered")...)
					}
					wantContains(t, problem, test.wantText[0], "proxy "+proxy.Host)
					if strings.Contains(problem, "svc_build") || strings.Contains(problem, "last_months") {
						t.Errorf("the login is in:\n%s", problem)
					}
				}
				if test.connects > 0 && int(connects.Load()) > test.connects { // fewer in the flat edition, in which reads share a list and its failure
					t.Errorf("%d requests to the proxy, want at most %d", connects.Load(), test.connects)
				}
			}
		})
	}
}

// TestFaults_proxyAddress checks that the error about an invalid address of a proxy does not show it.
func TestFaults_proxyAddress(t *testing.T) {
	t.Parallel()
	s := serve(t, provider.WithTransport(transport.NewRoundTripper(nil, func(*http.Request) (*url.URL, error) {
		return nil, fmt.Errorf("invalid proxy address %q", "http://svc_build:last/password@proxy")
	})))
	if problem := s.Configure(t, values{"api_key": fakeapi.Key, "base_url": "https://retab.example"}); problem != "" {
		t.Fatal(problem)
	}
	_, problem := s.Read(context.WithoutCancel(t.Context()), t, resultType, seedArguments)
	wantContains(t, problem, "ERROR: Invalid proxy address", "HTTPS_PROXY", "attempts: 1")
	if strings.Contains(problem, "svc_build") || strings.Contains(problem, "last/password") {
		t.Errorf("the login is in:\n%s", problem)
	}
}
