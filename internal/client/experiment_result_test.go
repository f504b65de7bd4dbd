package client_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

func TestExperimentResult_sendsOneRequest(t *testing.T) {
	t.Parallel()
	for _, suffix := range []string{"", "/", "/v1", "/v1/"} {
		t.Run("base URL with "+suffix, func(t *testing.T) {
			t.Parallel()
			fake := startFake(t)
			result, err := readSeed(t.Context(), newClient(t, fake.URL+suffix))
			if err != nil {
				t.Fatal(err)
			}
			if result.ID != "expresult_1" {
				t.Errorf("read %+v", result)
			}
			journal := fake.Journal()
			if len(journal) != 1 {
				t.Fatalf("%d requests, want 1", len(journal))
			}
			request := journal[0]
			if request.Method != http.MethodGet || request.Path != seedPath || request.Query != "" {
				t.Errorf("requested %s %s?%s", request.Method, request.Path, request.Query)
			}
			for header, want := range map[string]string{
				"Api-Key": fakeapi.Key, "Authorization": "", "User-Agent": "test", "Accept": "application/json",
			} {
				if got := request.Header.Get(header); got != want {
					t.Errorf("header %s is %q, want %q", header, got, want)
				}
			}
		})
	}
}

func TestExperimentResult_escapesIDs(t *testing.T) {
	t.Parallel()
	fake := startFake(t)
	_, err := newClient(t, fake.URL).ExperimentResult(t.Context(), "run?x=1#y", "ü %2F..", client.ResultOptions{})
	if !client.IsAbsent(err) {
		t.Fatalf("got %v", err)
	}
	want := "/v1/workflows/experiments/runs/run%3Fx=1%23y/results/%C3%BC%20%252F.."
	if got := fake.Journal()[0]; got.Path != want || got.Query != "" {
		t.Errorf("requested %s?%s, want %s", got.Path, got.Query, want)
	}
}

func TestExperimentResult_refusesIDsBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	fake := startFake(t)
	api := newClient(t, fake.URL)
	for _, id := range []string{"", ".", "..", "a/b", `a\b`, "a\nb", "a\x00", " a", "a\t", "\u0085"} {
		for _, ids := range [][2]string{{id, "expdoc_xyz"}, {"exprun_2", id}} {
			_, err := api.ExperimentResult(t.Context(), ids[0], ids[1], client.ResultOptions{})
			var refused *transport.ArgumentError
			if !errors.As(err, &refused) {
				t.Errorf("ids %q: got %v", ids, err)
			}
		}
	}
	if journal := fake.Journal(); len(journal) != 0 {
		t.Errorf("%d requests were made", len(journal))
	}
}

func TestExperimentResult_refusesAnotherResult(t *testing.T) {
	t.Parallel()
	for member, body := range map[string]string{
		"run_id":      `{"id":"r","run_id":"exprun_9","document_id":"expdoc_xyz","lifecycle":{"status":"completed"}}`,
		"document_id": `{"id":"r","run_id":"exprun_2","document_id":"expdoc_9","lifecycle":{"status":"completed"}}`,
	} {
		t.Run(member, func(t *testing.T) {
			t.Parallel()
			fake := startFake(t)
			fake.Script(seedPath, fakeapi.Reply{Status: 200, Body: body})
			_, err := readSeed(t.Context(), newClient(t, fake.URL))
			var malformed *transport.ResponseError
			if !errors.As(err, &malformed) || !strings.HasPrefix(malformed.Problem, member+" is ") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestExperimentResult_errorHasTheServersMessage(t *testing.T) {
	t.Parallel()
	fake := startFake(t)
	fake.Script(seedPath, fakeapi.InvalidKey())
	_, err := readSeed(t.Context(), newClient(t, fake.URL))
	var api *transport.APIError
	if !errors.As(err, &api) {
		t.Fatalf("got %v", err)
	}
	if api.StatusCode != http.StatusUnauthorized || api.Message != "Invalid API Key." ||
		api.RequestID != "req_fake" || api.Attempts != 1 {
		t.Errorf("got %+v", api)
	}
}

func TestExperimentResult_redactsTheKey(t *testing.T) {
	t.Parallel()
	fake := startFake(t)
	echo := func(status int) fakeapi.Reply {
		return fakeapi.Reply{
			Status: status, Body: `{"detail":"no such key: ` + fakeapi.Key + `"}`, Header: http.Header{"Content-Type": {fakeapi.Key}},
		}
	}
	fake.Script(seedPath, echo(403), echo(200), fakeapi.Reply{Status: 200, Body: "key " + fakeapi.Key})
	api := newClient(t, fake.URL)
	for range 3 {
		_, err := readSeed(t.Context(), api)
		if err == nil || strings.Contains(err.Error(), fakeapi.Key) {
			t.Errorf("got %v", err)
		}
		var malformed *transport.ResponseError
		if errors.As(err, &malformed) && strings.Contains(malformed.Excerpt+malformed.ContentType, fakeapi.Key) {
			t.Errorf("got %+v", malformed)
		}
	}
}

func TestExperimentResult_retries(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		replies  []fakeapi.Reply
		requests int
		status   int // 0: the read succeeds
	}{
		"a server that recovers":     {[]fakeapi.Reply{{Status: 503}, {Status: 502}}, 3, 0},
		"a limit that ends":          {[]fakeapi.Reply{{Status: 429, Header: http.Header{"Retry-After": {"30"}}}}, 2, 0},
		"a server that always fails": {[]fakeapi.Reply{{Status: 500}, {Status: 500}, {Status: 504}}, 3, 504},
		"a refused request":          {[]fakeapi.Reply{{Status: 403}}, 1, 403},
		"a permanent fault":          {[]fakeapi.Reply{{Status: 501}}, 1, 501},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := startFake(t)
			fake.Script(seedPath, test.replies...)
			_, err := readSeed(t.Context(), newClient(t, fake.URL))
			var api *transport.APIError
			switch {
			case test.status == 0 && err != nil:
				t.Errorf("got %v", err)
			case test.status != 0 && (!errors.As(err, &api) || api.StatusCode != test.status || api.Attempts != test.requests):
				t.Errorf("got %+v", err)
			}
			if got := len(fake.Journal()); got != test.requests {
				t.Errorf("%d requests, want %d", got, test.requests)
			}
		})
	}
}

func TestExperimentResult_retriesATruncatedBody(t *testing.T) {
	t.Parallel()
	requests := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests++
		w.Header().Set("Content-Length", "1000")
		_, _ = w.Write([]byte(`{"id":`)) // and the connection closes
	}))
	defer server.Close()
	_, err := readSeed(t.Context(), newClient(t, server.URL))
	var transport *transport.Error
	if !errors.As(err, &transport) || transport.Attempts != 3 || requests != 3 {
		t.Errorf("got %v after %d requests", err, requests)
	}
	if !strings.Contains(transport.Problem, "broke off") {
		t.Errorf("got %q", transport.Problem)
	}
}

func TestExperimentResult_crossOriginRedirect(t *testing.T) {
	t.Parallel()
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("the other origin got a request")
	}))
	defer other.Close()
	fake := startFake(t)
	fake.Script(seedPath, fakeapi.Reply{Status: 307, Header: http.Header{"Location": {other.URL + seedPath}}})
	_, err := readSeed(t.Context(), newClient(t, fake.URL))
	if err == nil || !strings.Contains(err.Error(), "another origin") {
		t.Errorf("got %v", err)
	}
	if got := len(fake.Journal()); got != 1 {
		t.Errorf("%d requests, want 1", got)
	}
}

func TestExperimentResult_cancellation(t *testing.T) {
	t.Parallel()
	arrived := make(chan struct{})
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		close(arrived)
		<-release
	}))
	defer server.Close()
	defer close(release)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-arrived
		cancel()
	}()
	_, err := readSeed(ctx, newClient(t, server.URL))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// TestExperimentResult_lastErrorIsOfTheLastRequest checks that an error does not report a failure of an earlier request
// whose retry succeeded.
func TestExperimentResult_lastErrorIsOfTheLastRequest(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.Flat, client.EditionFlat, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
		fake.Script(resultsPath,
			fakeapi.Reply{Status: 503}, fakeapi.Reply{Status: 200, Body: `{"data":[],"list_metadata":{"after":"next"}}`}, fakeapi.Reply{Hang: true})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := readSeed(ctx, api)
		var transport *transport.Error
		if !errors.As(err, &transport) || transport.Last != nil {
			t.Errorf("got %v, and as the last answer %v", err, transport.Last)
		}
	})
}

// TestExperimentResult_redactsADisguisedKey checks that the key is found even if it appears only after characters were
// removed from a text.
func TestExperimentResult_redactsADisguisedKey(t *testing.T) {
	t.Parallel()
	for edition, path := range map[client.Edition]string{client.EditionRunScoped: seedPath, client.EditionFlat: resultsPath} {
		fake := startEdition(t, fakeapi.Both)
		row := `{"id":"r","run_id":"exprun_2","document_id":"expdoc_xyz","error":"key ` + fakeapi.Key[:5] + `\u200b` + fakeapi.Key[5:] +
			`","lifecycle":{"status":"error","reason":"` + fakeapi.Key[:5] + `\u0000` + fakeapi.Key[5:] + `"},"handle_inputs":{"h":{"filename":"` + fakeapi.Key[:5] + `\u001b[0m` + fakeapi.Key[5:] + `"}}}`
		if edition == client.EditionFlat {
			row = `{"data":[` + row + `]}`
		}
		fake.Script(path, fakeapi.Reply{Status: 200, Body: row})
		result, err := readSeed(t.Context(), newEditionClient(t, fake, edition))
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{result.ErrorMessage, result.CancelReason, *result.HandleInputs[0].Filename} {
			if strings.Contains(text, fakeapi.Key) || !strings.Contains(text, "[API key]") {
				t.Errorf("%s: %q", edition, text)
			}
		}
	}
}
