package transport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"time"
)

// Backoff bounds the pauses between the attempts of one request. A zero field means its default.
type Backoff struct {
	Base          time.Duration // longest first pause; doubles with every attempt. Default 500 ms.
	Max           time.Duration // longest pause. Default 30 s.
	MaxRetryAfter time.Duration // longest Retry-After that is honoured in full. Default 60 s.
}

func (b Backoff) orDefault() Backoff {
	if b.Base == 0 {
		b.Base = 500 * time.Millisecond
	}
	if b.Max == 0 {
		b.Max = 30 * time.Second
	}
	if b.MaxRetryAfter == 0 {
		b.MaxRetryAfter = time.Minute
	}
	return b
}

// next returns the pause after the given attempt, counted from zero: Retry-After, or full jitter, which spreads the
// retries of many readers best. It implements retryablehttp's Backoff hook; the hook's minimum and maximum are not used.
func (b Backoff) next(_, _ time.Duration, attempt int, resp *http.Response) time.Duration {
	if wait, ok := retryAfter(resp, time.Now()); ok {
		return min(wait, b.MaxRetryAfter)
	}
	ceiling := b.Max
	if attempt < 32 { // beyond that the shift would overflow, and the maximum is long reached
		ceiling = min(b.Max, b.Base<<attempt)
	}
	if ceiling <= 0 {
		return 0
	}
	return rand.N(ceiling) //nolint:gosec // spreads load, guards nothing
}

// retryAfter reads the Retry-After header: seconds or an HTTP date (RFC 9110, section 10.2.3). The API does not
// document it, so any other value is ignored.
func retryAfter(resp *http.Response, now time.Time) (time.Duration, bool) {
	if resp == nil {
		return 0, false
	}
	value := resp.Header.Get("Retry-After")
	if seconds, err := strconv.ParseInt(value, 10, 32); err == nil && seconds >= 0 {
		return time.Duration(seconds) * time.Second, true
	}
	if date, err := http.ParseTime(value); err == nil {
		return max(0, date.Sub(now)), true
	}
	return 0, false
}

// checkRetry implements retryablehttp's policy hook: it reports whether another attempt may help. If the server asks for a
// longer pause than the readers have time for, its answer is returned now, because it says more than a timeout would.
func (b Backoff) checkRetry(ctx context.Context, resp *http.Response, err error) (bool, error) {
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if err != nil {
		return retryableError(err), nil
	}
	deadline, bounded := deadlineOf(ctx)
	wait, asked := retryAfter(resp, time.Now())
	if bounded && asked && min(wait, b.MaxRetryAfter) > time.Until(deadline) {
		return false, nil
	}
	return retryableStatus(resp.StatusCode), nil
}

// retryableStatus reports whether a status can pass by itself. The vendor's SDKs repeat 429 and 5xx; 501 and 505
// mean that the server will never do it, so they are not repeated.
func retryableStatus(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests,
		http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	default:
		// Content networks answer 520 to 529 when the origin behind them does not answer.
		return status >= 520 && status <= 529
	}
}

// retryableError reports whether an attempt without an answer may succeed when repeated. Any may, except one that
// would fail in the same way again.
func retryableError(err error) bool {
	switch {
	case errors.Is(err, ErrCrossOriginRedirect), errors.Is(err, ErrRedirectLoop), errors.Is(err, ErrBodyTooLarge), errors.Is(err, ErrOtherProtocol):
		return false
	case isCertificateError(err):
		return false
	}
	var dns *net.DNSError
	return !errors.As(err, &dns) || !dns.IsNotFound
}

func isCertificateError(err error) bool {
	var verification *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	return errors.As(err, &verification) || errors.As(err, &authority) || errors.As(err, &host) || errors.As(err, &invalid)
}
