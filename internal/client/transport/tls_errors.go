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
	_, found := errors.AsType[*tls.CertificateVerificationError](err)
	return found
}

// IsUnknownAuthority reports whether the certificate of the server comes from an authority that is not trusted here.
func IsUnknownAuthority(err error) bool {
	_, found := errors.AsType[x509.UnknownAuthorityError](err)
	return found
}

// IsOutsideValidity reports whether the certificate of the server has expired or is not valid yet, by the clock of this
// machine.
func IsOutsideValidity(err error) bool {
	invalid, found := errors.AsType[x509.CertificateInvalidError](err)
	return found && invalid.Reason == x509.Expired
}

// isTLSRefusal reports whether one side ended the TLS handshake with an alert, other than for an internal error.
func isTLSRefusal(err error) bool {
	alert := tlsAlert(err)
	return alert != "" && alert != "tls: internal error" && alert != "tls: user canceled"
}

// MayWantClientCertificate reports whether the server refused the TLS handshake as servers do that want a client
// certificate, or another one than they got.
func MayWantClientCertificate(err error) bool {
	alert := tlsAlert(err)
	return strings.Contains(alert, "certificate") || strings.Contains(alert, "access denied") || strings.Contains(alert, "handshake failure")
}

// tlsAlert returns the text of the TLS alert that ended a connection, "" if none did. The type of an alert is not
// exported.
func tlsAlert(err error) string {
	op, found := errors.AsType[*net.OpError](err)
	if !found || op.Op != "remote error" && op.Op != "local error" {
		return ""
	}
	return op.Err.Error()
}
