package transport

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"syscall"
	"testing"
	"time"
)

// TestJudgeStatus checks for every status whether the request is repeated, which reads wait, and whose retries are used up.
func TestJudgeStatus(t *testing.T) {
	t.Parallel()
	tests := []struct {
		status        int
		without, with retryRule
		why           string
	}{
		{400, final, final, "the same request will be wrong again"},
		{401, final, final, "the key will not become valid"},
		{403, final, final, "the key will not gain permission"},
		{404, final, final, "absence is an answer"},
		{405, final, final, "the route will not appear"},
		{407, final, final, "the login at the proxy will not become right, and wrong logins lock accounts"},
		{408, retryAlone, retryAlone, "the server gave up waiting for this request"},
		{409, final, final, "reads have no conflicts; this is some other server"},
		{410, final, final, "gone is an answer"},
		{422, final, final, "the same values will be refused again"},
		{425, retryAlone, retryAlone, "the server asks to repeat this request later"},
		{429, retryFree, retryFree, "the limit holds for all reads, and ends"},
		{451, final, final, "lawyers are slow"},
		{500, retryAlone, retryAlone, "a read is safe to repeat, and 500 is often a moment's fault of one request"},
		{501, final, final, "the server says it cannot do this at all"},
		{502, retryAlone, retryAlone, "the server behind the gateway may come back"},
		{503, retryAlone, retryTogether, "the server says it will come back; with a pause, all may as well wait"},
		{504, retryAlone, retryAlone, "the server behind the gateway may be faster next time"},
		{505, final, final, "the protocol version will not change"},
		{520, retryAlone, retryAlone, "a content network got no sensible answer from the server"},
		{529, retryAlone, retryAlone, "the server is overloaded"},
		{530, final, final, "not a status that passes"},
		{301, final, final, "redirects are followed below, or refused"},
	}
	for _, test := range tests {
		if got := retryForStatus(test.status, 0); got != test.without {
			t.Errorf("status %d: %+v, want %+v: %s", test.status, got, test.without, test.why)
		}
		if got := retryForStatus(test.status, time.Second); got != test.with {
			t.Errorf("status %d with Retry-After: %+v, want %+v: %s", test.status, got, test.with, test.why)
		}
	}
}

// TestJudgeError checks for every kind of failure without an answer whether the request is repeated.
func TestJudgeError(t *testing.T) {
	t.Parallel()
	op := func(op string, err error) error { return &net.OpError{Op: op, Net: "tcp", Err: err} }
	alert := func(text string) error { return op("remote error", errors.New("tls: "+text)) }
	tests := []struct {
		name string
		err  error
		want retryRule
	}{
		{"a closed port", op("dial", syscall.ECONNREFUSED), retryAlone},
		{"a network that is down", op("dial", syscall.ENETUNREACH), retryAlone},
		{"a connection that is reset", op("read", syscall.ECONNRESET), retryAlone},
		{"a connection that ends", io.ErrUnexpectedEOF, retryAlone},
		{"an attempt without an answer in time", ErrRequestTimeout, retryAlone},
		{"a name server that does not answer", op("dial", &net.DNSError{IsTimeout: true}), retryAlone},
		{"a name server that fails", op("dial", &net.DNSError{IsTemporary: true}), retryAlone},
		{"a firewall on this machine", op("dial", os.NewSyscallError("connect", syscall.EACCES)), final},
		{"an address without a port", op("dial", &net.AddrError{Err: "missing port in address"}), final},
		{"an authority that nobody trusts", &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}, final},
		{"a certificate that does not verify", &tls.CertificateVerificationError{Err: io.EOF}, final},
		{"a certificate of another host", &tls.CertificateVerificationError{Err: x509.HostnameError{Certificate: &x509.Certificate{}}}, final},
		{"an expired certificate", &tls.CertificateVerificationError{Err: x509.CertificateInvalidError{Cert: &x509.Certificate{}, Reason: x509.Expired}}, final},
		{"a server that wants a certificate", alert("certificate required"), final},
		{"a server that does not know the certificate's authority", alert("unknown certificate authority"), final},
		{"no protocol version in common", alert("protocol version not supported"), final},
		{"a fault of the server in the handshake", alert("internal error"), retryAlone},
		{"a server without TLS", http.ErrSchemeMismatch, final},
		{"a proxy that wants a login", &ProxyError{StatusCode: 407}, final},
		{"a proxy that does not accept the login", &ProxyError{StatusCode: 401}, final},
		{"a SOCKS proxy that does not accept the login", &ProxyError{}, final},
		{"a proxy that forbids the host", &ProxyError{StatusCode: 403}, final},
		{"a proxy that knows no CONNECT", &ProxyError{StatusCode: 405}, final},
		{"a proxy that cannot reach the server", &ProxyError{StatusCode: 502}, retryAlone},
		{"a proxy without an answer in time", &ProxyError{StatusCode: 504}, retryAlone},
		{"an address of a proxy that is none", ErrProxyAddress, final},
		{"a redirect to another origin", ErrCrossOriginRedirect, final},
		{"a redirect without end", ErrRedirectLoop, final},
		{"too large an answer", ErrBodyTooLarge, final},
		{"another protocol", ErrOtherProtocol, final},
		{"an old copy", ErrStaleAnswer, final},
	}
	for _, test := range tests {
		for _, err := range []error{test.err, fmt.Errorf("wrapped: %w", test.err)} {
			if got := retryForError(err, true); got != test.want {
				t.Errorf("%s: %+v, want %+v", test.name, got, test.want)
			}
		}
	}
	if got := retryForError(unknownName, true); got != final {
		t.Errorf("a name that nobody has: %+v", got)
	}
	if got := retryForError(unknownName, false); got != retryAlone {
		t.Errorf("a name that somebody had: %v", got)
	}
}

// TestUnknownName checks that a host name that does not exist is final, unless it was resolved before. A wait
// does not continue for a name that was never resolved.
func TestUnknownName(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		attempts    []error // nil is an answer; the last one repeats
		requests    int
		isTemporary bool
	}{
		"at first":                           {[]error{unknownName}, 1, false},
		"after an answer":                    {[]error{nil, unknownName}, 6, true},
		"after a closed port":                {[]error{&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, unknownName}, 5, true},
		"after a name server without answer": {[]error{&net.OpError{Op: "dial", Err: &net.DNSError{IsTimeout: true}}, unknownName}, 2, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sent := 0
			withFakeClock(t, func(*http.Request) (int, time.Duration, error) {
				err := test.attempts[min(sent, len(test.attempts)-1)]
				sent++
				return http.StatusOK, 0, err
			}, func(t *testing.T, _ *countingServer, api *Client) {
				var err error
				for ended := false; !ended; ended = err != nil {
					_, err = api.Get(t.Context(), Request{Segments: []string{"result"}}, readAll(io.Discard))
				}
				if sent != test.requests || IsTemporary(err) != test.isTemporary {
					t.Errorf("%d requests, temporary %v: %v", sent, IsTemporary(err), err)
				}
			})
		})
	}
}
