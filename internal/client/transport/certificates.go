package transport

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"strings"
	"time"
)

// Certificates are PEM texts for connections by TLS. Empty texts are left out.
type Certificates struct {
	CACertPEM     string // authorities to trust besides those of the system
	ClientCertPEM string // the certificate to show to the server, then the certificates between it and its authority
	ClientKeyPEM  string // the private key of the client certificate
}

// TLSConfig returns the configuration of TLS, nil if there are no certificates. It returns an [*ArgumentError] for a text
// that is not what it must be, for a certificate that is not valid now, and for a key that does not belong to the
// certificate. No error has any part of a key.
func (c Certificates) TLSConfig() (*tls.Config, error) {
	c = Certificates{strings.TrimSpace(c.CACertPEM), strings.TrimSpace(c.ClientCertPEM), strings.TrimSpace(c.ClientKeyPEM)}
	if c == (Certificates{}) {
		return nil, nil
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if c.CACertPEM != "" {
		pool, err := c.authorities()
		if err != nil {
			return nil, err
		}
		config.RootCAs = pool
	}
	if c.ClientCertPEM != "" || c.ClientKeyPEM != "" {
		certificate, err := c.clientCertificate()
		if err != nil {
			return nil, err
		}
		// It is shown even if the server names other authorities: the server's refusal says more than no certificate.
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return certificate, nil }
	}
	return config, nil
}

// authorities returns the authorities of the system and those that are given. Bundles often have some that are no longer
// valid, so one that is valid is enough.
func (c Certificates) authorities() (*x509.CertPool, error) {
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool() // a system without authorities of its own
	}
	given, err := parseCertificates("ca_cert_pem", c.CACertPEM)
	if err != nil {
		return nil, err
	}
	problem, isValid := "", false
	for _, authority := range given {
		pool.AddCert(authority)
		if invalid := invalidNow(authority, time.Now()); invalid != "" {
			problem = invalid
		} else {
			isValid = true
		}
	}
	if !isValid {
		return nil, &ArgumentError{Argument: "ca_cert_pem", Problem: problem}
	}
	return pool, nil
}

// clientCertificate returns the client certificate with its key.
func (c Certificates) clientCertificate() (*tls.Certificate, error) {
	switch {
	case c.ClientKeyPEM == "":
		return nil, &ArgumentError{Argument: "client_cert_pem", Problem: "is set without client_key_pem, the private key that belongs to it"}
	case c.ClientCertPEM == "":
		return nil, &ArgumentError{Argument: "client_key_pem", Problem: "is set without client_cert_pem, the certificate that it belongs to"}
	}
	chain, err := parseCertificates("client_cert_pem", c.ClientCertPEM)
	if err != nil {
		return nil, err
	}
	if problem := invalidNow(chain[0], time.Now()); problem != "" {
		return nil, &ArgumentError{Argument: "client_cert_pem", Problem: problem}
	}
	if err := checkKey(c.ClientKeyPEM); err != nil {
		return nil, err
	}
	certificate, err := tls.X509KeyPair([]byte(c.ClientCertPEM), []byte(c.ClientKeyPEM))
	switch {
	case err == nil:
		return &certificate, nil
	case strings.Contains(err.Error(), "does not match"):
		return nil, &ArgumentError{Argument: "client_key_pem", Problem: "does not belong to the first certificate in client_cert_pem"}
	default:
		return nil, &ArgumentError{Argument: "client_key_pem", Problem: "has a private key that cannot be read"}
	}
}

// parseCertificates returns the certificates in a text, at least one.
func parseCertificates(argument, text string) ([]*x509.Certificate, error) {
	refuse := func(problem string) ([]*x509.Certificate, error) {
		return nil, &ArgumentError{Argument: argument, Problem: problem}
	}
	var certificates []*x509.Certificate
	for block, rest := pem.Decode([]byte(text)); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			return refuse("has a block " + block.Type + ", but must have certificates alone")
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return refuse(fmt.Sprintf("has a certificate that cannot be read, number %d", len(certificates)+1))
		}
		certificates = append(certificates, certificate)
	}
	if len(certificates) == 0 {
		return refuse(notPEM("CERTIFICATE"))
	}
	return certificates, nil
}

// invalidNow says why a certificate is not valid at a time, "" if it is.
func invalidNow(certificate *x509.Certificate, now time.Time) string {
	const format = "2 January 2006, 15:04 MST"
	switch {
	case now.After(certificate.NotAfter):
		return fmt.Sprintf("has a certificate for %q that expired on %s", certificate.Subject, certificate.NotAfter.UTC().Format(format))
	case now.Before(certificate.NotBefore):
		return fmt.Sprintf("has a certificate for %q that is not valid before %s", certificate.Subject, certificate.NotBefore.UTC().Format(format))
	default:
		return ""
	}
}

// checkKey refuses a text without a private key that can be used.
func checkKey(text string) error {
	problem := notPEM("PRIVATE KEY")
	for block, rest := pem.Decode([]byte(text)); block != nil; block, rest = pem.Decode(rest) {
		switch {
		case strings.Contains(block.Type, "ENCRYPTED") || block.Headers["DEK-Info"] != "":
			problem = "is encrypted with a password; give the key without one"
		case strings.HasSuffix(block.Type, "PRIVATE KEY"):
			return nil
		}
	}
	return &ArgumentError{Argument: "client_key_pem", Problem: problem}
}

func notPEM(kind string) string {
	return fmt.Sprintf("is not PEM with a block %s; give the content of the file, not its name, as with file()", kind)
}
