package transport

import (
	"bytes"
	"compress/gzip"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// TestTransport_reusesConnections checks that reads at -parallelism=100 open a hundred connections and keep them.
func TestTransport_reusesConnections(t *testing.T) {
	t.Parallel()
	const parallelism, rounds = 100, 4
	fake := fakeapi.Start(fakeapi.RunScoped)
	t.Cleanup(fake.Close)
	fake.SetLatency(10 * time.Millisecond) // so that all are under way together
	for i := range parallelism {
		fake.Add(fakeapi.Result{
			ID: fmt.Sprintf("expresult_p%d", i), RunID: fmt.Sprintf("exprun_p%d", i), DocumentID: "expdoc_1", BlockKind: "extract",
			Stages: []fakeapi.Stage{{Status: "running"}},
		})
	}
	api := newClient(t, Config{APIKey: fakeapi.Key, BaseURL: fake.URL})
	for range rounds {
		var wait sync.WaitGroup
		for i := range parallelism {
			wait.Go(func() {
				request := Request{Segments: []string{"workflows", "experiments", "runs", fmt.Sprintf("exprun_p%d", i)}}
				if _, err := api.Get(t.Context(), request, readAll(io.Discard)); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
	}
	// On a busy machine net/http closes a few connections, because it has not yet seen that their request was written.
	if connections := fake.Connections(); connections > parallelism*11/10 {
		t.Errorf("%d rounds of %d reads took %d connections", rounds, parallelism, connections)
	}
	if requests := len(fake.Journal()); requests != rounds*parallelism {
		t.Errorf("%d requests, want %d", requests, rounds*parallelism)
	}
}

// TestTransport_http2AndGzip checks that reads share one HTTP/2 connection, and accept compressed bodies.
func TestTransport_http2AndGzip(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	_, _ = writer.Write([]byte(`{"id":"expresult_1"}`))
	_ = writer.Close()
	var connections, older, unpacked atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		if request.ProtoMajor != 2 {
			older.Add(1)
		}
		if request.Header.Get("Accept-Encoding") != "gzip" {
			unpacked.Add(1)
		}
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(packed.Bytes())
	}))
	server.EnableHTTP2 = true
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	server.StartTLS()
	t.Cleanup(server.Close)
	api := newClient(t, Config{APIKey: fakeapi.Key, BaseURL: server.URL, Certificates: trusting(server)})
	read := func() {
		var body bytes.Buffer
		if _, err := api.Get(t.Context(), Request{Segments: []string{"result"}}, readAll(&body)); err != nil || body.String() != `{"id":"expresult_1"}` {
			t.Errorf("got %q, %v", &body, err)
		}
	}
	read()
	var wait sync.WaitGroup
	for range 50 {
		wait.Go(read)
	}
	wait.Wait()
	if older.Load() > 0 || unpacked.Load() > 0 || connections.Load() != 1 {
		t.Errorf("%d requests were not HTTP/2, %d did not accept gzip, on %d connections", older.Load(), unpacked.Load(), connections.Load())
	}
}

// TestConnections_leave checks that a repeated attempt uses another connection than the one on which the attempt before failed.
func TestConnections_leave(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status     int // of every answer on the first connection after the first one; 0 if the connection is dead
		maxRetries int
		isRead     bool
	}{
		"a dead connection":                         {0, 1, true},
		"a connection to a server with a fault":     {502, 1, true},
		"a connection to another server":            {421, 1, true},
		"a connection to another server, no retry":  {421, 0, false},
		"a dead connection, at the read after that": {0, 0, false},
	} {
		for _, isHTTP2 := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s/HTTP2 %v", name, isHTTP2), func(t *testing.T) {
				t.Parallel()
				var first atomic.Pointer[string]
				var requests atomic.Int32
				server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
					first.CompareAndSwap(nil, &request.RemoteAddr)
					if requests.Add(1) > 1 && request.RemoteAddr == *first.Load() {
						if test.status == 0 {
							<-request.Context().Done()
							return
						}
						w.WriteHeader(test.status)
					}
					_, _ = w.Write([]byte(`{}`))
				}))
				server.EnableHTTP2 = isHTTP2
				server.StartTLS()
				t.Cleanup(server.Close)
				api := newClient(t, Config{
					APIKey: fakeapi.Key, BaseURL: server.URL, MaxRetries: test.maxRetries, RequestTimeout: 10 * time.Second,
					RetryWait: Backoff{Base: 1, Max: 1}, Certificates: trusting(server),
				})
				if err := read(t, api); err != nil {
					t.Fatal(err)
				}
				if test.status == 0 {
					api.config.RequestTimeout = 200 * time.Millisecond
				}
				err := read(t, api)
				if (err == nil) != test.isRead {
					t.Errorf("got %v", err)
				}
				api.config.RequestTimeout = 10 * time.Second
				if err := read(t, api); err != nil {
					t.Errorf("the read after that: %v", err)
				}
			})
		}
	}
}

// TestTransport_healthChecks checks that a dead HTTP/2 connection is found before a request on it times out.
func TestTransport_healthChecks(t *testing.T) {
	t.Parallel()
	checks := newClient(t, Config{APIKey: fakeapi.Key, BaseURL: "https://api.retab.example"}).connections.current.Load().HTTP2
	if checks == nil || checks.SendPingTimeout == 0 || checks.PingTimeout == 0 || checks.SendPingTimeout+checks.PingTimeout > 20*time.Second {
		t.Errorf("got %+v", checks)
	}
}

// TestGet_oldCopy checks that every request forbids caches, and that a response which a cache has kept is requested once more,
// and is then an error that names the cache.
func TestGet_oldCopy(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		ages     []string // of the responses in turn; the last one repeats
		status   int
		via      string
		requests int
		want     string // in the error, "" for none
	}{
		"no age":               {[]string{""}, 200, "", 1, ""},
		"ten seconds":          {[]string{"10"}, 200, "", 1, ""},
		"garbage":              {[]string{"old"}, 200, "", 1, ""},
		"a day, and then none": {[]string{"86400", ""}, 200, "", 2, ""},
		"a day":                {[]string{"86400"}, 200, "1.1 squid.example", 2, `the cache "1.1 squid.example" sent one of 86400 seconds ago`},
		"eleven seconds":       {[]string{"11"}, 200, "", 2, "a cache between here and the server sent one of 11 seconds ago"},
		"an absence":           {[]string{"11"}, 404, "", 2, "11 seconds ago"},
	} {
		requests := 0
		api := newClient(t, Config{
			APIKey: fakeapi.Key, BaseURL: "https://api.retab.example", MaxRetries: 4,
			RoundTripper: roundTrip(func(req *http.Request) (*http.Response, error) {
				if got := req.Header.Get("Cache-Control"); got != "no-cache" {
					t.Errorf("Cache-Control: %q", got)
				}
				header := http.Header{"Age": {test.ages[min(requests, len(test.ages)-1)]}, "Via": {test.via}}
				requests++
				return &http.Response{StatusCode: test.status, Header: header, Body: io.NopCloser(strings.NewReader("{}")), Request: req}, nil
			}),
		})
		err := read(t, api)
		if requests != test.requests || (err == nil) != (test.want == "") || errors.Is(err, ErrStaleAnswer) != (test.want != "") {
			t.Errorf("%s: got %v after %d requests", name, err, requests)
		}
		if err != nil && (!strings.Contains(err.Error(), test.want) || IsTemporary(err)) {
			t.Errorf("%s: got %v, temporary %v", name, err, IsTemporary(err))
		}
	}
}

// trusting returns certificates with that of a server.
func trusting(server *httptest.Server) Certificates {
	return Certificates{CACertPEM: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))}
}

// newClient returns a client with a valid configuration.
func newClient(tb testing.TB, config Config) *Client {
	tb.Helper()
	api, err := New(config)
	if err != nil {
		tb.Fatal(err)
	}
	return api
}

func mustParse(t *testing.T, text string) *url.URL {
	t.Helper()
	parsed, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// readAll returns a decode function that copies the body.
func readAll(target io.Writer) func(io.Reader) error {
	return func(body io.Reader) error {
		_, err := io.Copy(target, body)
		return err
	}
}
