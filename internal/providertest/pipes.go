package providertest

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
	"github.com/retab-dev/terraform-provider-retab/internal/provider"
)

// pipes is a network of pipes within this process. Its connections carry HTTP and work on the fake clock of testing/synctest,
// so an attempt that times out takes no time and does not depend on the speed of the machine.
type pipes struct {
	Dialed chan net.Conn
	Closed chan struct{}
	Once   sync.Once
}

func newPipes() *pipes { return &pipes{Dialed: make(chan net.Conn), Closed: make(chan struct{})} }

// DialContext connects to the listener.
func (p *pipes) DialContext(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case p.Dialed <- far:
		return near, nil
	case <-p.Closed:
		return nil, errors.New("the network is closed")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept waits for a connection.
func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.Dialed:
		return conn, nil
	case <-p.Closed:
		return nil, net.ErrClosed
	}
}

// Close refuses all later connections.
func (p *pipes) Close() error {
	p.Once.Do(func() { close(p.Closed) })
	return nil
}

// Addr returns an address that nobody uses.
func (p *pipes) Addr() net.Addr { return &net.IPAddr{} }

// OnFakeClockOverPipes runs a test with a fake server behind a network of pipes, on a fake clock. The settings are added to
// those that every provider needs.
func OnFakeClockOverPipes(t *testing.T, c ServerCase, settings Values, test func(t *testing.T, e Env, s Server)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		network := newPipes()
		e := Env{c, fakeapi.New(c.Serves)}
		listening := &http.Server{Handler: e.Server, ErrorLog: log.New(io.Discard, "", 0)} //nolint:gosec // its timeouts would end what hangs on purpose
		go func() { _ = listening.Serve(network) }()
		roundTripper := &http.Transport{DialContext: network.DialContext}
		defer func() {
			_ = listening.Close()
			roundTripper.CloseIdleConnections()
		}()
		arguments := Values{"api_key": fakeapi.Key, "base_url": e.URL, "api_edition": c.Setting}
		for name, value := range settings {
			arguments[name] = value
		}
		s := Serve(t, provider.WithTransport(roundTripper), provider.WithBackoff(transport.Backoff{}))
		if problem := s.Configure(t, arguments); problem != "" {
			t.Fatal(problem)
		}
		test(t, e, s)
	})
}
