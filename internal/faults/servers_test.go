package faults_test

import (
	"bytes"
	"crypto/x509"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
	"github.com/retab-dev/terraform-provider-retab/internal/provider"
)

// This file has the faults that need a server of their own.

// TestFaults_notTheAPI checks that a server which answers 404 to every request is not reported as a missing run or result.
func TestFaults_notTheAPI(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]fakeapi.Reply{
		"text":             {Status: 404, Header: http.Header{"Content-Type": {"text/plain"}}, Body: "404 page not found"},
		"an unknown route": {Status: 404, Body: `{"detail":"Not Found"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, c := range serverCases {
				s := serve(t, provider.WithTransport(transportFunc(func(request *http.Request) (*http.Response, error) {
					recorder := httptest.NewRecorder()
					recorder.WriteHeader(answer.Status)
					_, _ = recorder.WriteString(answer.Body)
					response := recorder.Result()
					response.Request = request
					return response, nil
				})))
				if problem := s.Configure(t, values{"api_key": fakeapi.Key, "base_url": "https://wrong.example", "api_edition": c.Setting}); problem != "" {
					t.Fatal(problem)
				}
				_, problem := s.Read(t.Context(), t, resultType, values{"run_id": "r", "document_id": "d", "ignore_not_found": true})
				wantContains(t, problem, noAPI, "HTTP 404 Not Found: ", "Check base_url", "check the ids.")
			}
		})
	}
}

func TestFaults_unknownHost(t *testing.T) {
	t.Parallel()
	requests := 0
	notFound := transportFunc(func(*http.Request) (*http.Response, error) {
		requests++
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "api.retab.example", IsNotFound: true}}
	})
	for _, c := range editionCases {
		requests = 0
		s := serve(t, provider.WithTransport(notFound))
		if problem := s.Configure(t, values{"api_key": fakeapi.Key, "base_url": "https://api.retab.example", "api_edition": c.Setting}); problem != "" {
			t.Fatal(problem)
		}
		_, problem := s.Read(t.Context(), t, resultType, seedArguments)
		wantContains(t, problem, noAnswer, "lookup api.retab.example: no such host.", "name resolution")
		if requests != 1 {
			t.Errorf("%d requests, want 1", requests)
		}
	}
}

func TestFaults_certificates(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("the server received a request")
	}))
	server.Config.ErrorLog = log.New(&bytes.Buffer{}, "", 0) // it would log the failed handshakes
	server.StartTLS()
	t.Cleanup(server.Close)
	pool := x509.NewCertPool()
	pool.AddCert(server.Certificate())
	trusting := http.DefaultTransport.(*http.Transport).Clone()
	trusting.TLSClientConfig.RootCAs = pool
	for name, test := range map[string]struct {
		url     string
		options []provider.Option
		want    string
	}{
		"an untrusted authority": {server.URL, nil, "certificate signed by unknown authority"},
		"for another host":       {strings.Replace(server.URL, "127.0.0.1", "localhost", 1), []provider.Option{provider.WithTransport(trusting)}, "not localhost"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, c := range editionCases {
				s := serve(t, test.options...)
				if problem := s.Configure(t, values{"api_key": fakeapi.Key, "base_url": test.url, "api_edition": c.Setting}); problem != "" {
					t.Fatal(problem)
				}
				_, problem := s.Read(t.Context(), t, resultType, seedArguments)
				wantContains(t, problem, noAnswer, test.want, "certificates", "attempts: 1")
			}
		})
	}
}

// TestFaults_redirects checks that redirects are followed within the origin only, so that no other server receives the key.
func TestFaults_redirects(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		location func(e env, other string) string
		wantText []string
		requests int
	}{
		"to another path of the same host": {func(e env, _ string) string {
			return e.URL + e.ResultPath("exprun_2", "expdoc_xyz") + "?" + flatQuery(e)
		}, nil, 2},
		"to a relative path": {func(e env, _ string) string { return "?" + flatQuery(e) }, nil, 2},
		"to another port":    {func(_ env, other string) string { return other }, []string{redirectAnswer, "another origin, where the API key must not go", "Check base_url"}, 1},
		"to another host": {
			func(e env, _ string) string { return strings.Replace(e.URL, "127.0.0.1", "localhost", 1) }, []string{redirectAnswer, "another origin"}, 1,
		},
		"to another scheme": {func(e env, _ string) string { return strings.Replace(e.URL, "http:", "https:", 1) }, []string{redirectAnswer, "another origin"}, 1},
		"to nowhere":        {func(env, string) string { return "" }, []string{"302"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			forEachEdition(t, func(t *testing.T, e env) {
				other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
					t.Errorf("the other origin received a request with %v", request.Header)
				}))
				t.Cleanup(other.Close)
				header := http.Header{}
				if location := test.location(e, other.URL); location != "" {
					header.Set("Location", location)
				}
				e.ScriptSeed(fakeapi.Reply{Status: http.StatusFound, Header: header})
				got, problem := e.Connect(t).Read(t.Context(), t, resultType, seedArguments)
				fault{wantText: test.wantText, requests: test.requests}.check(t, e, got, problem)
			})
		})
	}
	t.Run("for ever", func(t *testing.T) {
		t.Parallel()
		forEachEdition(t, func(t *testing.T, e env) {
			for range 10 {
				e.ScriptSeed(fakeapi.Reply{Status: http.StatusTemporaryRedirect, Header: http.Header{"Location": {"?" + flatQuery(e)}}})
			}
			_, problem := e.Connect(t).Read(t.Context(), t, resultType, seedArguments)
			wantContains(t, problem, redirectAnswer, "The server redirected more than 5 times.")
		})
	})
}

// flatQuery returns the query that the flat edition's list requires.
func flatQuery(e env) string {
	if e.IsFlat() {
		return "run_id=exprun_2&limit=1000"
	}
	return "again"
}
