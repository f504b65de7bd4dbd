package provider_test

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

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
	"github.com/retab-dev/terraform-provider-retab/internal/provider"
)

// pipes is a network of pipes within this process. Its connections carry HTTP and work on the fake clock of testing/synctest,
// so an attempt that times out takes no time and does not depend on the speed of the machine.
type pipes struct {
	dialed chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newPipes() *pipes { return &pipes{dialed: make(chan net.Conn), closed: make(chan struct{})} }

// DialContext connects to the listener.
func (p *pipes) DialContext(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case p.dialed <- far:
		return near, nil
	case <-p.closed:
		return nil, errors.New("the network is closed")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept, Close and Addr make the network a net.Listener.
func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.dialed:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.IPAddr{} }

// onFakeClockOverPipes runs a test with a fake server behind a network of pipes, on a fake clock. The settings are added to
// those that every provider needs.
func onFakeClockOverPipes(t *testing.T, c serverCase, settings values, test func(t *testing.T, e env, s server)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		network := newPipes()
		e := env{c, fakeapi.New(c.serves)}
		listening := &http.Server{Handler: e.Server, ErrorLog: log.New(io.Discard, "", 0)} //nolint:gosec // its timeouts would end what hangs on purpose
		go func() { _ = listening.Serve(network) }()
		transport := &http.Transport{DialContext: network.DialContext}
		defer func() {
			_ = listening.Close()
			transport.CloseIdleConnections()
		}()
		arguments := values{"api_key": fakeapi.Key, "base_url": e.URL, "api_edition": c.setting}
		for name, value := range settings {
			arguments[name] = value
		}
		s := serve(t, provider.WithTransport(transport), provider.WithBackoff(client.Backoff{}))
		if problem := s.configure(t, arguments); problem != "" {
			t.Fatal(problem)
		}
		test(t, e, s)
	})
}
