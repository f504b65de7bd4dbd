package transport

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"strings"
)

// isCertificateError reports whether the certificate of the server does not verify.
func isCertificateError(err error) bool {
	var verification *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	return errors.As(err, &verification) || errors.As(err, &authority) || errors.As(err, &host) || errors.As(err, &invalid)
}

// IsUnknownAuthority reports whether the certificate of the server comes from an authority that is not trusted here.
func IsUnknownAuthority(err error) bool {
	var authority x509.UnknownAuthorityError
	return errors.As(err, &authority)
}

// IsOutsideValidity reports whether the certificate of the server has expired or is not valid yet, by the clock of this
// machine.
func IsOutsideValidity(err error) bool {
	var invalid x509.CertificateInvalidError
	return errors.As(err, &invalid) && invalid.Reason == x509.Expired
}

// isTLSRefusal reports whether one side ended the TLS handshake with an alert, other than for an internal error. The
// type of such an alert is not exported, so its text decides.
func isTLSRefusal(err error) bool {
	alert := tlsAlert(err)
	return alert != "" && alert != "tls: internal error" && alert != "tls: user canceled"
}

// tlsAlert returns the text of the TLS alert that ended a connection, "" if none did.
func tlsAlert(err error) string {
	var op *net.OpError
	if !errors.As(err, &op) || op.Err == nil || op.Op != "remote error" && op.Op != "local error" {
		return ""
	}
	return op.Err.Error()
}

// MayWantClientCertificate reports whether the server refused the TLS handshake as servers do that want a client
// certificate, or another one than they got.
func MayWantClientCertificate(err error) bool {
	alert := tlsAlert(err)
	for _, words := range []string{"certificate", "access denied", "handshake failure"} {
		if strings.Contains(alert, words) {
			return true
		}
	}
	return false
}
