package transport

import (
	"crypto/tls"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"slices"
	"time"
)

// retryRule says what an attempt that failed means for the next one.
type retryRule int

const (
	final         retryRule = iota // no other attempt can succeed
	retryAlone                     // the read pauses, and uses up a retry
	retryTogether                  // every read of the client pauses, and this one uses up a retry
	retryFree                      // every read of the client pauses, and none uses up a retry
)

// retryForStatus returns the rule for a status and the pause that the response asks for, 0 if it asks for none.
func retryForStatus(status int, asked time.Duration) retryRule {
	switch {
	case status == http.StatusTooManyRequests:
		return retryFree
	case status == http.StatusServiceUnavailable && asked > 0:
		return retryTogether
	case retryableStatus(status):
		return retryAlone
	default:
		return final
	}
}

// retryForError returns the rule for an attempt without a response. All are retryable except those that would fail the same
// way again. With unknownNameIsFinal, a host name that does not exist is one of these.
func retryForError(err error, unknownNameIsFinal bool) retryRule {
	var proxy *ProxyError
	var dns *net.DNSError
	switch {
	case errors.As(err, &proxy) && !retryableStatus(proxy.StatusCode),
		errors.As(err, &dns) && dns.IsNotFound && unknownNameIsFinal,
		slices.ContainsFunc(answered, func(answer error) bool { return errors.Is(err, answer) }),
		errors.Is(err, ErrProxyAddress), errors.Is(err, http.ErrSchemeMismatch), errors.Is(err, fs.ErrPermission),
		errors.As(err, new(*net.AddrError)), // of the base URL or of a proxy
		errors.As(err, new(*tls.CertificateVerificationError)), isTLSRefusal(err):
		return final
	default:
		return retryAlone
	}
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
