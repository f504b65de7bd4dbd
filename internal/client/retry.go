package client

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

// Backoff bounds the pauses between the attempts of one request. A zero field takes its default.
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

// next says how long to pause after the given attempt, counted from zero: what the server asked for, or full
// jitter, which spreads the retries of many readers best. Its form is retryablehttp's Backoff hook; the minimum and
// maximum of that hook are not used.
func (b Backoff) next(_, _ time.Duration, attempt int, answer *http.Response) time.Duration {
	if wait, ok := retryAfter(answer, time.Now()); ok {
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
// document it, so anything else is as if it were absent.
func retryAfter(answer *http.Response, now time.Time) (time.Duration, bool) {
	if answer == nil {
		return 0, false
	}
	value := answer.Header.Get("Retry-After")
	if seconds, err := strconv.ParseInt(value, 10, 32); err == nil && seconds >= 0 {
		return time.Duration(seconds) * time.Second, true
	}
	if date, err := http.ParseTime(value); err == nil {
		return max(0, date.Sub(now)), true
	}
	return 0, false
}

// checkRetry is retryablehttp's policy hook: whether another attempt may help. It does not when the server asks for a
// longer pause than those who wait have time for: then its answer is worth more than the end of their time would be.
func (b Backoff) checkRetry(ctx context.Context, answer *http.Response, err error) (bool, error) {
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if err != nil {
		return retryableError(err), nil
	}
	deadline, bounded := deadlineOf(ctx)
	wait, asked := retryAfter(answer, time.Now())
	if bounded && asked && min(wait, b.MaxRetryAfter) > time.Until(deadline) {
		return false, nil
	}
	return retryableStatus(answer.StatusCode), nil
}

// retryableStatus names the statuses that can pass by themselves. The vendor's SDKs repeat 429 and 5xx; 501 and 505
// say that the server will never do it, so they are left out.
func retryableStatus(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests,
		http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	default:
		// 520 to 529 are what content networks answer when the origin behind them does not.
		return status >= 520 && status <= 529
	}
}

// retryableError reports whether an attempt without an answer may succeed when repeated. Everything may, except
// what would fail the same way again.
func retryableError(err error) bool {
	switch {
	case errors.Is(err, ErrLeavesOrigin), errors.Is(err, ErrRedirectLoop), errors.Is(err, ErrBodyTooLarge), errors.Is(err, ErrOtherProtocol):
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
