package transport

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
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

// TLSConfig returns the configuration of TLS, nil if there are no certificates, and the authorities that cannot be read
// and are left out, "" if there are none. It returns an [*ArgumentError] for a text without a certificate or a key that
// can be used, for a certificate that is not valid now, and for a key that does not belong to the certificate. No error
// has any part of a key.
func (c Certificates) TLSConfig() (config *tls.Config, unreadable string, err error) {
	c = Certificates{normalizePEM(c.CACertPEM), normalizePEM(c.ClientCertPEM), normalizePEM(c.ClientKeyPEM)}
	if c == (Certificates{}) {
		return nil, "", nil
	}
	config = &tls.Config{MinVersion: tls.VersionTLS12}
	if c.CACertPEM != "" {
		if config.RootCAs, unreadable, err = c.authorities(); err != nil {
			return nil, "", err
		}
	}
	if c.ClientCertPEM != "" || c.ClientKeyPEM != "" {
		certificate, err := c.clientCertificate()
		if err != nil {
			return nil, "", err
		}
		// It is shown even if the server names other authorities: the server's refusal says more than no certificate.
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return certificate, nil }
	}
	return config, unreadable, nil
}

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

const pemStart = "-----BEGIN "

func decodeBase64(text string) ([]byte, error) {
	return base64.RawStdEncoding.DecodeString(strings.TrimRight(strings.Join(strings.Fields(text), ""), "="))
}

// authorities returns the authorities of the system and those that are given. Bundles often have some that cannot be
// read or are no longer valid, so one that is valid is enough.
func (c Certificates) authorities() (pool *x509.CertPool, unreadable string, err error) {
	if pool, err = x509.SystemCertPool(); err != nil {
		pool = x509.NewCertPool() // a system without authorities of its own
	}
	given, unreadable, err := parseCertificates("ca_cert_pem", c.CACertPEM)
	if err != nil {
		return nil, "", err
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
		return nil, "", &ArgumentError{Argument: "ca_cert_pem", Problem: problem}
	}
	return pool, unreadable, nil
}

// clientCertificate returns the client certificate with its key.
func (c Certificates) clientCertificate() (*tls.Certificate, error) {
	switch {
	case c.ClientKeyPEM == "":
		return nil, &ArgumentError{Argument: "client_cert_pem", Problem: "is set without client_key_pem, the private key that belongs to it"}
	case c.ClientCertPEM == "":
		return nil, &ArgumentError{Argument: "client_key_pem", Problem: "is set without client_cert_pem, the certificate that it belongs to"}
	}
	chain, unreadable, err := parseCertificates("client_cert_pem", c.ClientCertPEM)
	switch {
	case err != nil:
		return nil, err
	case strings.HasPrefix(unreadable, "number 1 "):
		return nil, &ArgumentError{Argument: "client_cert_pem", Problem: noCertificate + unreadable}
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

const noCertificate = "has no certificate that can be read: "

// parseCertificates returns the certificates in a text, at least one, and says which cannot be read. Other blocks are
// ignored.
func parseCertificates(argument, text string) (certificates []*x509.Certificate, unreadable string, err error) {
	var problems []string
	for block, rest := pem.Decode([]byte(text)); block != nil; block, rest = pem.Decode(rest) {
		if !strings.HasSuffix(block.Type, "CERTIFICATE") {
			continue
		}
		var first asn1.RawValue // a TRUSTED CERTIFICATE has settings of OpenSSL after it
		_, _ = asn1.Unmarshal(block.Bytes, &first)
		certificate, err := x509.ParseCertificate(first.FullBytes)
		if err != nil {
			problems = append(problems, fmt.Sprintf("number %d (%v)", len(certificates)+len(problems)+1, err))
			continue
		}
		certificates = append(certificates, certificate)
	}
	unreadable = strings.Join(problems, ", ")
	switch {
	case len(certificates) > 0:
		return certificates, unreadable, nil
	case unreadable != "":
		return nil, "", &ArgumentError{Argument: argument, Problem: noCertificate + unreadable}
	default:
		return nil, "", &ArgumentError{Argument: argument, Problem: whatItIs(text, "CERTIFICATE")}
	}
}

// invalidNow says why a certificate is not valid at a time, "" if it is.
func invalidNow(certificate *x509.Certificate, now time.Time) string {
	const format = "2 January 2006, 15:04 MST"
	var problem string
	switch {
	case now.After(certificate.NotAfter):
		problem = "that expired on " + certificate.NotAfter.UTC().Format(format)
	case now.Before(certificate.NotBefore):
		problem = "that is not valid before " + certificate.NotBefore.UTC().Format(format)
	default:
		return ""
	}
	return fmt.Sprintf("has a certificate for %q %s; by this machine's clock it is %s", certificate.Subject, problem, now.UTC().Format(format))
}

// checkKey refuses a text without a private key that can be used.
func checkKey(text string) error {
	problem := whatItIs(text, "PRIVATE KEY")
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

// whatItIs says what a text is that has no block of a kind, without any part of it.
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
