package transport

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

// pair is a certificate with its private key, as PEM and as Go has them.
type pair struct {
	cert, key string
	leaf      *x509.Certificate
	signer    *ecdsa.PrivateKey
}

// newPair returns a certificate for 127.0.0.1 that an authority has signed. It is self-signed if authority is nil.
func newPair(t *testing.T, name string, from, until time.Time, authority *pair) *pair {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, NotBefore: from, NotAfter: until,
		IsCA: authority == nil, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	parent, signer := template, key
	if authority != nil {
		parent, signer = authority.leaf, authority.signer
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return &pair{
		cert: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
		key:  string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})),
		leaf: leaf, signer: key,
	}
}

var (
	yesterday = time.Now().Add(-24 * time.Hour)
	tomorrow  = time.Now().Add(24 * time.Hour)
)

func TestCertificates_refuses(t *testing.T) {
	t.Parallel()
	good, other := newPair(t, "good", yesterday, tomorrow, nil), newPair(t, "other", yesterday, tomorrow, nil)
	expired := newPair(t, "old", yesterday.Add(-time.Hour), yesterday, nil)
	early := newPair(t, "early", tomorrow, tomorrow.Add(time.Hour), nil)
	broken := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("broken")}))
	oldEncrypted := string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Headers: map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-128-CBC,00"}, Bytes: []byte("x")}))
	block := func(kind string) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: []byte("x")}))
	}
	for name, test := range map[string]struct {
		certificates Certificates
		argument     string
		problem      string
	}{
		"the name of a file":               {Certificates{CACertPEM: "/etc/ssl/office.pem"}, "ca_cert_pem", "is not PEM but probably the name of a file; give the content of the file, as with file()"},
		"words":                            {Certificates{CACertPEM: "my authority"}, "ca_cert_pem", "is not PEM with a block CERTIFICATE; give the content of the file"},
		"one word":                         {Certificates{CACertPEM: "office"}, "ca_cert_pem", "is not PEM with a block CERTIFICATE; give the content of the file"},
		"a sentence":                       {Certificates{CACertPEM: "the file office.pem"}, "ca_cert_pem", "is not PEM with a block CERTIFICATE; give the content of the file"},
		"a word too short for base64":      {Certificates{CACertPEM: strings.Repeat("A", 64)}, "ca_cert_pem", "is not PEM with a block CERTIFICATE; give the content of the file"},
		"base64 without the PEM around":    {Certificates{CACertPEM: base64.StdEncoding.EncodeToString(good.leaf.Raw)}, "ca_cert_pem", "is base64 without the lines BEGIN and END of PEM around it"},
		"PEM on one line":                  {Certificates{CACertPEM: strings.ReplaceAll(good.cert, "\n", " ")}, "ca_cert_pem", "is PEM that has lost its line breaks"},
		"PEM that is cut off":              {Certificates{CACertPEM: good.cert[:len(good.cert)-10]}, "ca_cert_pem", "is PEM that is not complete"},
		"a key as an authority":            {Certificates{CACertPEM: good.key}, "ca_cert_pem", "has no block CERTIFICATE, but PRIVATE KEY"},
		"a broken authority":               {Certificates{CACertPEM: broken + broken}, "ca_cert_pem", "has no certificate that can be read: number 1 (x509: malformed certificate), number 2 ("},
		"a broken client certificate":      {Certificates{ClientCertPEM: broken + good.cert, ClientKeyPEM: good.key}, "client_cert_pem", "has no certificate that can be read"},
		"an expired authority":             {Certificates{CACertPEM: expired.cert}, "ca_cert_pem", `has a certificate for "CN=old" that expired on `},
		"an authority of tomorrow":         {Certificates{CACertPEM: early.cert}, "ca_cert_pem", `has a certificate for "CN=early" that is not valid before `},
		"a certificate without a key":      {Certificates{ClientCertPEM: good.cert}, "client_cert_pem", "is set without client_key_pem"},
		"a key without a certificate":      {Certificates{ClientKeyPEM: good.key}, "client_key_pem", "is set without client_cert_pem"},
		"a key that does not fit":          {Certificates{ClientCertPEM: good.cert, ClientKeyPEM: other.key}, "client_key_pem", "does not belong to the first certificate in client_cert_pem"},
		"an expired client certificate":    {Certificates{ClientCertPEM: expired.cert, ClientKeyPEM: expired.key}, "client_cert_pem", `has a certificate for "CN=old" that expired on `},
		"a certificate that is no PEM":     {Certificates{ClientCertPEM: "client.pem", ClientKeyPEM: good.key}, "client_cert_pem", "is not PEM but probably the name of a file"},
		"a key that is no PEM":             {Certificates{ClientCertPEM: good.cert, ClientKeyPEM: "secret words"}, "client_key_pem", "is not PEM with a block PRIVATE KEY"},
		"a certificate instead of a key":   {Certificates{ClientCertPEM: good.cert, ClientKeyPEM: good.cert}, "client_key_pem", "has no block PRIVATE KEY, but CERTIFICATE"},
		"a key on one line":                {Certificates{ClientCertPEM: good.cert, ClientKeyPEM: strings.ReplaceAll(good.key, "\n", " ")}, "client_key_pem", "is PEM that has lost its line breaks"},
		"a key that is cut off":            {Certificates{ClientCertPEM: good.cert, ClientKeyPEM: good.key[:len(good.key)-10]}, "client_key_pem", "is PEM that is not complete"},
		"a broken key after parameters":    {Certificates{ClientCertPEM: good.cert, ClientKeyPEM: block("EC PARAMETERS") + block("EC PRIVATE KEY")}, "client_key_pem", "has a private key that cannot be read"},
		"an encrypted key":                 {Certificates{ClientCertPEM: good.cert, ClientKeyPEM: block("ENCRYPTED PRIVATE KEY")}, "client_key_pem", "is encrypted with a password"},
		"a key that cannot be read":        {Certificates{ClientCertPEM: good.cert, ClientKeyPEM: block("PRIVATE KEY")}, "client_key_pem", "has a private key that cannot be read"},
		"a key of the old kind, encrypted": {Certificates{ClientCertPEM: good.cert, ClientKeyPEM: oldEncrypted}, "client_key_pem", "is encrypted with a password"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := test.certificates.tlsConfig()
			var argument *ArgumentError
			if !errors.As(err, &argument) || argument.Argument != test.argument || !strings.HasPrefix(argument.Problem, test.problem) {
				t.Fatalf("got %v", err)
			}
			if strings.Contains(err.Error(), "secret words") || strings.Contains(err.Error(), "MIGH") {
				t.Errorf("a part of the key is in %v", err)
			}
		})
	}
	for name, certificates := range map[string]Certificates{
		"white space around":         {CACertPEM: "\n\n " + good.cert + "\n", ClientCertPEM: "\r\n" + good.cert, ClientKeyPEM: good.key + "\n\n"},
		"words between":              {CACertPEM: "# office\n" + good.cert + "# branch\n" + other.cert},
		"a bundle with an old one":   {CACertPEM: expired.cert + good.cert},
		"a bundle with a broken one": {CACertPEM: good.cert + broken},
		"a bundle with a key":        {CACertPEM: good.key + good.cert},
		"a certificate of OpenSSL":   {CACertPEM: string(pem.EncodeToMemory(&pem.Block{Type: "TRUSTED CERTIFICATE", Bytes: append(slices.Clone(good.leaf.Raw), 0x30, 0)}))},
		"written line breaks":        {CACertPEM: strings.ReplaceAll(good.cert, "\n", `\n`), ClientCertPEM: strings.ReplaceAll(good.cert, "\n", `\r\n`), ClientKeyPEM: strings.ReplaceAll(good.key, "\n", `\n`)},
		"base64": {
			CACertPEM: base64.StdEncoding.EncodeToString([]byte(good.cert)), ClientCertPEM: strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(good.cert+"\n")), "="),
			ClientKeyPEM: base64.StdEncoding.EncodeToString([]byte(good.key)),
		},
		"a certificate with its key": {ClientCertPEM: good.key + good.cert, ClientKeyPEM: good.cert + good.key},
	} {
		if config, _, err := certificates.tlsConfig(); err != nil || config == nil {
			t.Errorf("%s: %v, %v", name, config, err)
		}
	}
	if config, _, err := (Certificates{}).tlsConfig(); config.RootCAs != nil || config.GetClientCertificate != nil || err != nil {
		t.Errorf("without certificates: %v, %v", config, err)
	}
}

// TestCertificates_namesTheClock checks that the error for a certificate that is not valid now names the time of this machine.
func TestCertificates_namesTheClock(t *testing.T) {
	t.Parallel()
	for _, until := range []time.Time{yesterday, tomorrow.Add(time.Hour)} {
		pair := newPair(t, "office", until.Add(-time.Hour), until, nil)
		_, _, err := Certificates{CACertPEM: pair.cert}.tlsConfig()
		if want := "by this machine's clock it is " + time.Now().UTC().Format("2 January 2006"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v", err)
		}
	}
}

// TestCertificates_namesWhatIsLeftOut checks that an authority that cannot be read is named when the server's is not trusted, and
// that a read without trouble does not mention it.
func TestCertificates_namesWhatIsLeftOut(t *testing.T) {
	t.Parallel()
	office := newPair(t, "office", yesterday, tomorrow, nil)
	broken := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("broken")}))
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	t.Cleanup(server.Close)
	api := newClient(t, Config{APIKey: "rt_test_key", BaseURL: server.URL, Certificates: Certificates{CACertPEM: office.cert + broken}})
	if err := read(t, api); !IsUnknownAuthority(err) || !strings.HasSuffix(err.Error(), "; of ca_cert_pem, these certificates cannot be read: number 2 (x509: malformed certificate)") {
		t.Errorf("got %v", err)
	}
}

// TestIsOutsideValidity checks that a server's certificate which is not valid now is told from other certificates.
func TestIsOutsideValidity(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		err  error
		want bool
	}{
		{&tls.CertificateVerificationError{Err: x509.CertificateInvalidError{Cert: &x509.Certificate{}, Reason: x509.Expired}}, true},
		{x509.CertificateInvalidError{Cert: &x509.Certificate{}, Reason: x509.NotAuthorizedToSign}, false},
		{x509.UnknownAuthorityError{}, false},
		{io.EOF, false},
	} {
		if got := IsOutsideValidity(test.err); got != test.want {
			t.Errorf("%v: got %v", test.err, got)
		}
	}
}

// TestMayWantClientCertificate checks which alerts a server sends that requires a client certificate.
func TestMayWantClientCertificate(t *testing.T) {
	t.Parallel()
	for alert, want := range map[string]bool{
		"tls: certificate required": true, "tls: unknown certificate authority": true, "tls: access denied": true, "tls: handshake failure": true,
		"tls: protocol version not supported": false, "tls: internal error": false,
	} {
		if got := MayWantClientCertificate(&net.OpError{Op: "remote error", Err: errors.New(alert)}); got != want {
			t.Errorf("%s: got %v", alert, got)
		}
	}
	if MayWantClientCertificate(&net.OpError{Op: "dial", Err: errors.New("tls: certificate required")}) {
		t.Error("an error that is not an alert counts as one")
	}
}

// TestCertificates_addToTheSystem checks that the authorities of the system stay trusted.
func TestCertificates_addToTheSystem(t *testing.T) {
	t.Parallel()
	authority := newPair(t, "office", yesterday, tomorrow, nil)
	want, err := x509.SystemCertPool()
	if err != nil {
		t.Skip("the system has no authorities")
	}
	want.AddCert(authority.leaf)
	config, _, err := Certificates{CACertPEM: authority.cert}.tlsConfig()
	if err != nil || !config.RootCAs.Equal(want) {
		t.Errorf("got %v, %v", config, err)
	}
}

// TestCertificates_connect checks reads from a server with a private authority, with and without client certificates.
func TestCertificates_connect(t *testing.T) {
	t.Parallel()
	office, other := newPair(t, "office", yesterday, tomorrow, nil), newPair(t, "other", yesterday, tomorrow, nil)
	host, laptop := newPair(t, "host", yesterday, tomorrow, office), newPair(t, "laptop", yesterday, tomorrow, office)
	start := func(clientAuth tls.ClientAuthType) string {
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{}`)) }))
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		certificate, err := tls.X509KeyPair([]byte(host.cert), []byte(host.key))
		if err != nil {
			t.Fatal(err)
		}
		clients := x509.NewCertPool()
		clients.AddCert(office.leaf)
		// In TLS 1.3 a client learns only from its first read that its certificate is refused, and a reset can come before.
		server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, ClientAuth: clientAuth, ClientCAs: clients, MinVersion: tls.VersionTLS12}
		server.TLS.MaxVersion = tls.VersionTLS12
		server.StartTLS()
		t.Cleanup(server.Close)
		return server.URL
	}
	open, mutual := start(tls.NoClientCert), start(tls.RequireAndVerifyClientCert)
	for name, test := range map[string]struct {
		url          string
		certificates Certificates
		want         func(error) bool
	}{
		"nobody knows the authority":   {open, Certificates{}, IsUnknownAuthority},
		"another authority":            {open, Certificates{CACertPEM: other.cert}, IsUnknownAuthority},
		"the authority":                {open, Certificates{CACertPEM: other.cert + office.cert}, func(err error) bool { return err == nil }},
		"a client certificate":         {mutual, Certificates{CACertPEM: office.cert, ClientCertPEM: laptop.cert, ClientKeyPEM: laptop.key}, func(err error) bool { return err == nil }},
		"no client certificate":        {mutual, Certificates{CACertPEM: office.cert}, MayWantClientCertificate},
		"another authority's client":   {mutual, Certificates{CACertPEM: office.cert, ClientCertPEM: other.cert, ClientKeyPEM: other.key}, MayWantClientCertificate},
		"a client certificate in vain": {open, Certificates{CACertPEM: office.cert, ClientCertPEM: laptop.cert, ClientKeyPEM: laptop.key}, func(err error) bool { return err == nil }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := newClient(t, Config{APIKey: "rt_test_key", BaseURL: test.url, MaxRetries: 4, Certificates: test.certificates})
			var body bytes.Buffer
			info, err := api.Get(t.Context(), Request{Segments: []string{"result"}}, readAll(&body))
			if !test.want(err) || err != nil && strings.Contains(err.Error(), "cannot be read") {
				t.Errorf("got %v", err)
			}
			if info.Attempts != 1 {
				t.Errorf("%d attempts", info.Attempts)
			}
		})
	}
}
