package transport

import (
	"bytes"
	"compress/gzip"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
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
	api := New(Config{APIKey: fakeapi.Key, BaseURL: mustParse(t, fake.URL)})
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
	transport := newTransport()
	transport.TLSClientConfig.RootCAs = x509.NewCertPool()
	transport.TLSClientConfig.RootCAs.AddCert(server.Certificate())
	api := New(Config{APIKey: fakeapi.Key, BaseURL: mustParse(t, server.URL), RoundTripper: newProxied(transport)})
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
