package provider_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// startTLS starts the fake behind TLS, with a self-signed certificate. It returns that certificate and its key.
func startTLS(t *testing.T, c serverCase, clientAuth tls.ClientAuthType) (e env, cert, key string) {
	t.Helper()
	e = env{ServerCase: c, Server: fakeapi.New(c.Serves)}
	server := httptest.NewUnstartedServer(e.Server)
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // it would log the failed handshakes
	// In TLS 1.3 a client learns from its first read that its certificate is refused, and a reset can come before that.
	server.TLS = &tls.Config{ClientAuth: clientAuth, MinVersion: tls.VersionTLS12}
	server.TLS.MaxVersion = tls.VersionTLS12
	server.StartTLS()
	t.Cleanup(server.Close)
	e.URL = server.URL + strings.TrimPrefix(e.URL, "http://127.0.0.1")
	der, err := x509.MarshalPKCS8PrivateKey(server.TLS.Certificates[0].PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	return e, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// TestFaults_authorities checks that the error for an unknown authority or a required client certificate names the arguments
// to set, and that these arguments help.
func TestFaults_authorities(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		clientAuth tls.ClientAuthType
		arguments  func(cert, key string) values
		want       []string // without any, the read must succeed
	}{
		"an unknown authority": {
			tls.NoClientCert, func(string, string) values { return values{} },
			[]string{"ERROR: Could not get an answer from Retab", "certificate signed by unknown authority.", "attribute ca_cert_pem in the provider block, or the environment variable RETAB_CA_CERT_PEM", "SSL_CERT_FILE", "attempts: 1"},
		},
		"an authority in ca_cert_pem": {tls.NoClientCert, func(cert, _ string) values { return values{"ca_cert_pem": cert} }, nil},
		"a required client certificate": {
			tls.RequireAnyClientCert, func(cert, _ string) values { return values{"ca_cert_pem": cert} },
			[]string{"ERROR: Could not get an answer from Retab", "handshake failure.", "client_cert_pem and client_key_pem", "RETAB_CLIENT_CERT_PEM", "attempts: 1"},
		},
		"a client certificate in client_cert_pem": {
			tls.RequireAnyClientCert, func(cert, key string) values {
				return values{"ca_cert_pem": cert, "client_cert_pem": cert, "client_key_pem": key}
			}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, c := range serverCases {
				e, cert, key := startTLS(t, c, test.clientAuth)
				arguments := test.arguments(cert, key)
				arguments["api_key"], arguments["base_url"], arguments["api_edition"] = fakeapi.Key, e.URL, c.Setting
				s := serve(t)
				if problem := s.Configure(t, arguments); problem != "" {
					t.Fatal(problem)
				}
				got, problem := s.Read(t.Context(), t, resultType, seedArguments)
				if len(test.want) == 0 && (problem != "" || got["status"] != "completed") {
					t.Errorf("%s: got %v %s", c.Name, got["status"], problem)
				}
				wantContains(t, problem, test.want...)
			}
		})
	}
}

// TestConfigure_certificates checks the errors for invalid certificates, which must not show them.
func TestConfigure_certificates(t *testing.T) {
	_, cert, key := startTLS(t, serverCases[0], tls.NoClientCert)
	for name, test := range map[string]struct {
		environment map[string]string
		arguments   values
		want        []string
	}{
		"the name of a file": {
			nil,
			values{"ca_cert_pem": "/etc/ssl/office.pem"},
			[]string{"ERROR: Invalid CA certificate", "The value of the attribute ca_cert_pem is not PEM but probably the name of a file; give the content of the file", "RETAB_CA_CERT_PEM"},
		},
		"a variable": {
			map[string]string{"RETAB_CA_CERT_PEM": "words"},
			nil,
			[]string{"ERROR: Invalid CA certificate", "The value of the environment variable RETAB_CA_CERT_PEM is not PEM"},
		},
		"a key without its certificate": {
			map[string]string{"RETAB_CLIENT_KEY_PEM": key},
			nil,
			[]string{"ERROR: Invalid client key", "The value of the environment variable RETAB_CLIENT_KEY_PEM is set without client_cert_pem"},
		},
		"a certificate without its key": {
			nil,
			values{"client_cert_pem": cert},
			[]string{"ERROR: Invalid client certificate", "The value of the attribute client_cert_pem is set without client_key_pem"},
		},
		"a key that is not PEM": {
			map[string]string{"RETAB_CLIENT_CERT_PEM": cert},
			values{"client_key_pem": "private words"},
			[]string{"ERROR: Invalid client key", "The value of the attribute client_key_pem is not PEM with a block PRIVATE KEY"},
		},
		"an unknown value": {nil, values{"client_key_pem": unknownString}, []string{"Provider setting is not known yet", "its attribute client_key_pem", "add depends_on"}},
	} {
		t.Run(name, func(t *testing.T) {
			for variable, value := range test.environment {
				t.Setenv(variable, value)
			}
			arguments := values{"api_key": fakeapi.Key}
			for argument, value := range test.arguments {
				arguments[argument] = value
			}
			s := serve(t)
			got := s.Configure(t, arguments)
			if got == "" { // the first read reports problems of these settings
				_, got = s.Read(t.Context(), t, resultType, seedArguments)
			}
			wantContains(t, got, test.want...)
			if strings.Contains(got, "AttributeName") || strings.Contains(got, "private words") || strings.Contains(got, "BEGIN") {
				t.Errorf("a certificate or a key could be shown:\n%s", got)
			}
		})
	}
}

// TestConfigure_certificateVariables checks that variables replace the arguments.
func TestConfigure_certificateVariables(t *testing.T) {
	e, cert, key := startTLS(t, serverCases[0], tls.RequireAnyClientCert)
	t.Setenv("RETAB_CA_CERT_PEM", "\n"+cert)
	t.Setenv("RETAB_CLIENT_CERT_PEM", cert)
	t.Setenv("RETAB_CLIENT_KEY_PEM", key+"\n")
	if _, problem := e.Connect(t).Read(t.Context(), t, resultType, seedArguments); problem != "" {
		t.Error(problem)
	}
}

// TestConfigure_trimsWhiteSpace checks that white space around settings, as from a file or a variable, is ignored.
func TestConfigure_trimsWhiteSpace(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		s := serve(t)
		if problem := s.Configure(t, values{"api_key": fakeapi.Key + "\r\n", "base_url": " " + e.URL + "\t\n", "api_edition": e.Setting + "\n"}); problem != "" {
			t.Fatal(problem)
		}
		if _, problem := s.Read(t.Context(), t, resultType, seedArguments); problem != "" {
			t.Error(problem)
		}
	})
}
