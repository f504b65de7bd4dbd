package client_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// TestEdition_missingRouteIsNotAbsence checks that the 404 of a missing route does not prove that a document is absent,
// even if the run exists.
func TestEdition_missingRouteIsNotAbsence(t *testing.T) {
	t.Parallel()
	noRoute := fakeapi.Reply{Status: 404, Body: `{"detail":"Not Found"}`}
	for name, test := range map[string]struct {
		edition client.Edition
		missing map[string]fakeapi.Reply
	}{
		"flat":       {client.EditionFlat, map[string]fakeapi.Reply{resultsPath: noRoute}},
		"run-scoped": {client.EditionRunScoped, map[string]fakeapi.Reply{seedPath: noRoute, runPath + "/results": noRoute}},
		"auto":       {client.EditionAuto, map[string]fakeapi.Reply{seedPath: noRoute, runPath + "/results": noRoute, resultsPath: noRoute}},
		"auto behind a gate": {client.EditionAuto, map[string]fakeapi.Reply{
			seedPath: {Status: 401, Body: `{"detail":"no"}`}, resultsPath: noRoute,
		}},
		"auto, method not allowed": {client.EditionAuto, map[string]fakeapi.Reply{seedPath: {Status: 405}, runPath + "/results": {Status: 405}, resultsPath: noRoute}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := startEdition(t, fakeapi.Both)
			for path, reply := range test.missing {
				fake.Script(path, reply, reply, reply)
			}
			_, err := readSeed(t.Context(), newEditionClient(t, fake, test.edition))
			var api *transport.APIError
			if !errors.As(err, &api) || api.StatusCode != http.StatusNotFound && api.StatusCode != http.StatusMethodNotAllowed {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestAbsence_serverIsNotTheAPI checks that a server that answers 404 to everything proves no absence.
func TestAbsence_serverIsNotTheAPI(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"text": "404 page not found", "HTML": "<html><title>Oops</title>", "an empty body": "", "an unknown route": `{"detail":"Not Found"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusNotFound)
				_, _ = w.Write([]byte(body))
			}))
			defer server.Close()
			for _, edition := range []client.Edition{client.EditionAuto, client.EditionRunScoped, client.EditionFlat} {
				api, err := client.New(client.Config{Edition: edition, Config: transport.Config{APIKey: fakeapi.Key, BaseURL: server.URL}})
				if err != nil {
					t.Fatal(err)
				}
				if _, err := readSeed(t.Context(), api); !client.IsNotFound(err) || client.IsAbsent(err) {
					t.Errorf("%s: got %v", edition, err)
				}
			}
		})
	}
}

// TestAbsence_notFoundByAGateway checks that the 404 of a gateway, or one without a message, does not prove that a result
// is absent, even if the run is over.
func TestAbsence_notFoundByAGateway(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{"HTML": "<html><title>404 Not Found</title></html>", "no message": `{"detail":"Not Found"}`} {
		for _, read := range []struct {
			serves  fakeapi.Edition
			setting client.Edition
			path    string
		}{
			{fakeapi.RunScoped, client.EditionRunScoped, seedPath},
			{fakeapi.RunScoped, client.EditionAuto, seedPath},
			{fakeapi.Flat, client.EditionFlat, resultsPath},
		} {
			for _, runID := range []string{"exprun_2", fakeapi.ActiveRunID} {
				t.Run(fmt.Sprintf("%s, %s, %s", name, read.setting, runID), func(t *testing.T) {
					t.Parallel()
					inBubble(t, read.serves, read.setting, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
						fake.Add(fakeapi.Result{
							ID: "expresult_there", RunID: runID, ExperimentID: "exp_abc", DocumentID: "expdoc_there", BlockKind: "extract",
							Stages: []fakeapi.Stage{{Status: "completed"}},
						})
						if _, err := api.ExperimentResult(t.Context(), runID, "expdoc_404", client.ResultOptions{}); !client.IsAbsent(err) {
							t.Fatal(err)
						}
						<-time.After(time.Minute)
						fake.Script(strings.NewReplacer("exprun_2", runID, fakeapi.SeedDocumentID, "expdoc_there").Replace(read.path), fakeapi.Reply{Status: 404, Body: body})
						result, err := api.ExperimentResult(t.Context(), runID, "expdoc_there", client.ResultOptions{Fresh: true})
						// The list of an active run is not read again at once. Then the 404 is an error, not an absence.
						isError := read.setting == client.EditionFlat && runID == fakeapi.ActiveRunID && client.IsNotFound(err) && !client.IsAbsent(err)
						if !isError && (err != nil || result.ID != "expresult_there") {
							t.Errorf("got %q, %v", result.ID, err)
						}
					})
				})
			}
		}
	}
}

// TestMissing_listFails checks the error if the result and the list of its run are not found, or the list fails: neither decides
// that the result is absent.
func TestMissing_listFails(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		list   fakeapi.Reply
		status int
		path   string // of the request in the error
	}{
		"a list without a route": {fakeapi.Reply{Status: 404, Body: `{"detail":"Not Found"}`}, 404, seedPath},
		"a list that fails":      {fakeapi.Reply{Status: 501}, 501, runPath + "/results?limit=1000"},
	} {
		inBubble(t, fakeapi.RunScoped, client.EditionRunScoped, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
			fake.Script(seedPath, fakeapi.Reply{Status: 404, Body: `{"detail":"Experiment result not found: expdoc_xyz"}`})
			fake.Script(runPath+"/results", test.list)
			_, err := readSeed(t.Context(), api)
			var failure *transport.APIError
			if !errors.As(err, &failure) || failure.StatusCode != test.status || failure.URL != fake.URL+test.path {
				t.Errorf("%s: got %v", name, err)
			}
		})
	}
}
