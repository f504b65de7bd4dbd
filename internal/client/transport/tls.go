package transport

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"
)

// Certificates has the certificates for TLS connections in PEM. Empty ones are ignored.
type Certificates struct {
	CACertPEM     string // authorities to trust besides those of the system
	ClientCertPEM string // the certificate to show to the server, then the certificates between it and its authority
	ClientKeyPEM  string // the private key of the client certificate
}

// tlsConfig returns the configuration of TLS, and the authorities that cannot be read and are left out, "" if there are
// none. It returns an [*ArgumentError] if a certificate or a key cannot be used, if a certificate is not valid now, and
// if a key does not belong to the certificate. No error has any part of a key.
func (c Certificates) tlsConfig() (config *tls.Config, unreadable string, err error) {
	c = Certificates{normalizePEM(c.CACertPEM), normalizePEM(c.ClientCertPEM), normalizePEM(c.ClientKeyPEM)}
	config = &tls.Config{MinVersion: tls.VersionTLS12}
	if c.CACertPEM != "" {
		config.RootCAs, unreadable, err = c.authorities()
	}
	if c.ClientCertPEM+c.ClientKeyPEM != "" && err == nil {
		var certificate *tls.Certificate
		certificate, err = c.clientCertificate()
		// It is sent even if the server names other authorities: the server's refusal says more than no certificate.
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return certificate, nil }
	}
	return config, unreadable, err
}

const pemStart = "-----BEGIN "

// normalizePEM returns PEM with its line breaks. Variables of pipelines often hold them as \n, or the whole text in
// base64.
func normalizePEM(text string) string {
	text = strings.TrimSpace(strings.TrimPrefix(text, utf8BOM))
	if decoded, err := decodeBase64(text); err == nil && bytes.Contains(decoded, []byte(pemStart)) {
		text = string(decoded)
	}
	if !strings.Contains(text, "\n") {
		text = strings.NewReplacer(`\r\n`, "\n", `\n`, "\n").Replace(text)
	}
	return strings.TrimSpace(text)
}

func decodeBase64(text string) ([]byte, error) {
	return base64.RawStdEncoding.DecodeString(strings.TrimRight(strings.Join(strings.Fields(text), ""), "="))
}

// authorities returns the authorities of the system and of the configuration. Bundles often have some that cannot be
// read or have expired, so one valid authority is enough.
func (c Certificates) authorities() (pool *x509.CertPool, unreadable string, err error) {
	if pool, err = x509.SystemCertPool(); err != nil {
		pool = x509.NewCertPool() // a system without authorities of its own
	}
	given, unreadable, problem := parseCertificates(c.CACertPEM)
	invalid := 0
	for _, authority := range given {
		pool.AddCert(authority)
		if outside := outsideValidity(authority); outside != "" {
			problem, invalid = outside, invalid+1
		}
	}
	if invalid == len(given) {
		return nil, "", &ArgumentError{Argument: "ca_cert_pem", Problem: problem}
	}
	return pool, unreadable, nil
}

// clientCertificate returns the client certificate with its key.
func (c Certificates) clientCertificate() (*tls.Certificate, error) {
	refuse := func(argument, problem string) (*tls.Certificate, error) {
		return nil, &ArgumentError{Argument: argument, Problem: problem}
	}
	chain, unreadable, problem := parseCertificates(c.ClientCertPEM)
	pair, err := tls.X509KeyPair([]byte(c.ClientCertPEM), []byte(c.ClientKeyPEM))
	switch {
	case c.ClientKeyPEM == "":
		return refuse("client_cert_pem", "is set without client_key_pem, the private key that belongs to it")
	case c.ClientCertPEM == "":
		return refuse("client_key_pem", "is set without client_cert_pem, the certificate that it belongs to")
	case problem != "":
		return refuse("client_cert_pem", problem)
	case strings.HasPrefix(unreadable, "number 1 "):
		return refuse("client_cert_pem", noCertificate+unreadable)
	case outsideValidity(chain[0]) != "":
		return refuse("client_cert_pem", outsideValidity(chain[0]))
	case err == nil:
		return &pair, nil
	case strings.Contains(err.Error(), "does not match"):
		return refuse("client_key_pem", "does not belong to the first certificate in client_cert_pem")
	case strings.Contains(c.ClientKeyPEM, "ENCRYPTED"): // in the name of the block, or in a header of an older one
		return refuse("client_key_pem", "is encrypted with a password; give the key without one")
	case len(pemBlocks(c.ClientKeyPEM, "PRIVATE KEY")) > 0:
		return refuse("client_key_pem", "has a private key that cannot be read")
	default:
		return refuse("client_key_pem", whatItIs(c.ClientKeyPEM, "PRIVATE KEY"))
	}
}

// pemBlocks returns the complete blocks in a text whose type ends with a kind, whatever is in them.
func pemBlocks(text, kind string) (blocks []*pem.Block) {
	for block, rest := pem.Decode([]byte(text)); block != nil; block, rest = pem.Decode(rest) {
		if strings.HasSuffix(block.Type, kind) {
			blocks = append(blocks, block)
		}
	}
	return blocks
}

const noCertificate = "has no certificate that can be read: "

// parseCertificates returns the certificates in a text, and those that cannot be read, "" if there are none. Other
// blocks are ignored. problem says why there is no certificate.
func parseCertificates(text string) (certificates []*x509.Certificate, unreadable, problem string) {
	var errs []string
	for i, block := range pemBlocks(text, "CERTIFICATE") {
		var first asn1.RawValue // a TRUSTED CERTIFICATE has settings of OpenSSL after it
		_, _ = asn1.Unmarshal(block.Bytes, &first)
		if certificate, err := x509.ParseCertificate(first.FullBytes); err == nil {
			certificates = append(certificates, certificate)
		} else {
			errs = append(errs, fmt.Sprintf("number %d (%v)", i+1, err))
		}
	}
	unreadable = strings.Join(errs, ", ")
	switch {
	case len(certificates) > 0:
		return certificates, unreadable, ""
	case unreadable != "":
		return nil, "", noCertificate + unreadable
	default:
		return nil, "", whatItIs(text, "CERTIFICATE")
	}
}

// outsideValidity returns why a certificate is not valid now, "" if it is.
func outsideValidity(certificate *x509.Certificate) string {
	const format = "2 January 2006, 15:04 MST"
	now := time.Now()
	var problem string
	switch {
	case now.After(certificate.NotAfter):
		problem = "expired on " + certificate.NotAfter.UTC().Format(format)
	case now.Before(certificate.NotBefore):
		problem = "is not valid before " + certificate.NotBefore.UTC().Format(format)
	default:
		return ""
	}
	return fmt.Sprintf("has a certificate for %q that %s; by this machine's clock it is %s", certificate.Subject, problem, now.UTC().Format(format))
}

// whatItIs describes a text without a PEM block of a kind. It never quotes the text.
func whatItIs(text, kind string) string {
	block, _ := pem.Decode([]byte(text))
	_, err := decodeBase64(text)
	switch {
	case block != nil:
		return fmt.Sprintf("has no block %s, but %s", kind, block.Type)
	case strings.Contains(text, pemStart) && !strings.Contains(text, "\n"):
		return "is PEM that has lost its line breaks"
	case strings.Contains(text, pemStart):
		return "is PEM that is not complete"
	case err == nil && len(text) > 64:
		return "is base64 without the lines BEGIN and END of PEM around it"
	case !strings.ContainsAny(text, " \n") && strings.ContainsAny(text, `./\`):
		return "is not PEM but probably the name of a file; give the content of the file, as with file()"
	default:
		return fmt.Sprintf("is not PEM with a block %s; give the content of the file", kind)
	}
}

// IsUnknownAuthority reports whether the certificate of the server comes from an authority that is not trusted here.
func IsUnknownAuthority(err error) bool { return errors.As(err, new(x509.UnknownAuthorityError)) }

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

// MayWantClientCertificate reports whether the server refused the TLS handshake with an alert that servers send if the
// client certificate is missing or wrong.
func MayWantClientCertificate(err error) bool {
	alert := tlsAlert(err)
	return strings.Contains(alert, "certificate") || alert == "tls: access denied" || alert == "tls: handshake failure"
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
