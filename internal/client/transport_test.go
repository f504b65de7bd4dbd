package client

import (
	"bytes"
	"compress/gzip"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// TestTransport_reusesConnections: reads at -parallelism=100, of runs that have nothing in common, take a hundred
// connections and keep them.
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
	api, err := New(Config{APIKey: fakeapi.Key, BaseURL: fake.URL, Edition: EditionRunScoped})
	if err != nil {
		t.Fatal(err)
	}
	for range rounds {
		var wait sync.WaitGroup
		for i := range parallelism {
			wait.Go(func() {
				if _, err := api.ExperimentResult(t.Context(), fmt.Sprintf("exprun_p%d", i), "expdoc_1", ResultOptions{Poll: true}); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
	}
	if connections := fake.Connections(); connections > parallelism {
		t.Errorf("%d rounds of %d reads took %d connections", rounds, parallelism, connections)
	}
	if requests := len(fake.Journal()); requests != rounds*parallelism {
		t.Errorf("%d requests, want %d", requests, rounds*parallelism)
	}
}

// TestTransport_speaksHTTP2AndGzip: where the server has them, one connection carries many reads, and bodies are packed.
func TestTransport_speaksHTTP2AndGzip(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	_, _ = writer.Write([]byte(`{"id":"expresult_1","run_id":"exprun_2","document_id":"expdoc_xyz","lifecycle":{"status":"running"}}`))
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
	api, err := New(Config{APIKey: fakeapi.Key, BaseURL: server.URL, Edition: EditionRunScoped, Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	read := func() {
		result, err := api.ExperimentResult(t.Context(), "exprun_2", "expdoc_xyz", ResultOptions{Poll: true})
		if err != nil || result.ID != "expresult_1" {
			t.Errorf("got %q, %v", result.ID, err)
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

// TestBodies_areNotSharedWhileTheyAreRead: a body that was closed may be written over, and no other.
func TestBodies_areNotSharedWhileTheyAreRead(t *testing.T) {
	t.Parallel()
	transport := &attemptTransport{client: &Client{}, maxBody: 100}
	var wait sync.WaitGroup
	for i := range 50 {
		wait.Go(func() {
			for round := range 50 {
				text := fmt.Sprintf("body %d of %d", round, i)
				got := &http.Response{Body: io.NopCloser(strings.NewReader(text)), ContentLength: int64(len(text)), Header: http.Header{}}
				if err := transport.bufferBody(got); err != nil {
					t.Error(err)
					return
				}
				if string(bodyOf(got)) != text {
					t.Errorf("got %q, want %q", bodyOf(got), text)
				}
				_ = got.Body.Close()
				_ = got.Body.Close() // twice is no harm
			}
		})
	}
	wait.Wait()
}
