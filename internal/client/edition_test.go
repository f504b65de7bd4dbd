package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

const (
	resultsPath = "/v1/workflows/experiments/results"
	runsPath    = "/v1/workflows/experiments/runs"
	runPath     = "/v1/workflows/experiments/runs/exprun_2"
	bigList     = "/v1/workflows/experiments/runs/exprun_big/results"
)

func newEditionClient(t *testing.T, fake *fakeapi.Server, edition client.Edition) *client.Client {
	t.Helper()
	api, err := client.New(client.Config{
		APIKey: fakeapi.Key, BaseURL: fake.URL, Edition: edition, UserAgent: "test", MaxRetries: 2, RetryWait: quick,
	})
	if err != nil {
		t.Fatal(err)
	}
	return api
}

// inBubble runs a test against a fake without a network, on a clock of its own, so that no slow machine makes a list grow
// old between two reads.
func inBubble(t *testing.T, serves fakeapi.Edition, setting client.Edition, test func(t *testing.T, fake *fakeapi.Server, api *client.Client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		fake := fakeapi.New(serves)
		fake.SetLatency(time.Millisecond)
		api, err := client.New(client.Config{
			APIKey: fakeapi.Key, BaseURL: fake.URL, Edition: setting, UserAgent: "test", MaxRetries: 2, RetryWait: quick, Transport: fake,
		})
		if err != nil {
			t.Fatal(err)
		}
		test(t, fake, api)
	})
}

func startEdition(t *testing.T, edition fakeapi.Edition) *fakeapi.Server {
	t.Helper()
	fake := fakeapi.Start(edition)
	t.Cleanup(fake.Close)
	return fake
}

// asked counts the requests by path and status.
func asked(fake *fakeapi.Server) map[string]int {
	counts := map[string]int{}
	for _, request := range fake.Journal() {
		path := request.Path
		if strings.Contains(path, "/results/") {
			path = "result"
		}
		counts[fmt.Sprintf("%s %d", path, request.Status)]++
	}
	return counts
}

func wantAsked(t *testing.T, fake *fakeapi.Server, want map[string]int) {
	t.Helper()
	got := asked(fake)
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("requests: %v\nwant:     %v", got, want)
	}
}

// addRun adds a completed run with so many documents, expdoc_0 and on.
func addRun(fake *fakeapi.Server, runID string, documents int) {
	for i := range documents {
		fake.Add(fakeapi.Result{
			ID: fmt.Sprintf("expresult_%s_%d", runID, i), RunID: runID, ExperimentID: "exp_abc",
			DocumentID: fmt.Sprintf("expdoc_%d", i), BlockKind: "extract", Stages: []fakeapi.Stage{{Status: "completed"}},
		})
	}
}

// readAll reads documents the way Terraform does: ten at a time.
func readAll(t *testing.T, api *client.Client, runID string, documents int) {
	t.Helper()
	var wait sync.WaitGroup
	slots := make(chan struct{}, 10)
	for i := range documents {
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			documentID := fmt.Sprintf("expdoc_%d", i)
			result, err := api.ExperimentResult(t.Context(), runID, documentID, client.ResultOptions{})
			if err != nil || result.DocumentID != documentID {
				t.Errorf("%s: got %q, %v", documentID, result.DocumentID, err)
			}
		})
	}
	wait.Wait()
}

// TestAuto_costs counts what finding out the edition costs, however many reads there are.
func TestAuto_costs(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		serves fakeapi.Edition
		want   map[string]int
	}{
		// The first read tries both editions. The others wait for it, and meanwhile have the list of their run sent.
		"run-scoped":       {fakeapi.RunScoped, map[string]int{"result 200": 1, bigList + " 200": 1, resultsPath + " 404": 1}},
		"flat":             {fakeapi.Flat, map[string]int{"result 404": 1, bigList + " 404": 1, resultsPath + " 200": 3}},
		"flat behind gate": {fakeapi.FlatBehindGate, map[string]int{"result 401": 1, bigList + " 401": 1, resultsPath + " 200": 3}},
		"both":             {fakeapi.Both, map[string]int{"result 200": 1, bigList + " 200": 1, resultsPath + " 200": 1}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, test.serves, client.EditionAuto, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
				addRun(fake, "exprun_big", 300)
				if test.serves == fakeapi.Flat || test.serves == fakeapi.FlatBehindGate {
					fake.SetPageSize(100)
				}
				readAll(t, api, "exprun_big", 300)
				wantAsked(t, fake, test.want)
			})
		})
	}
}

// TestAuto_takesNoExtraRoundTrip compares the time of a detected edition with that of one that is set, on a clock that only
// the latency of the server moves.
func TestAuto_takesNoExtraRoundTrip(t *testing.T) {
	t.Parallel()
	elapsed := func(t *testing.T, serves fakeapi.Edition, setting client.Edition, documents int) (took time.Duration) {
		t.Helper()
		inBubble(t, serves, setting, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
			addRun(fake, "exprun_big", documents)
			began := time.Now()
			readAll(t, api, "exprun_big", documents)
			took = time.Since(began)
		})
		return took
	}
	for serves, edition := range map[fakeapi.Edition]client.Edition{
		fakeapi.RunScoped: client.EditionRunScoped, fakeapi.Flat: client.EditionFlat, fakeapi.FlatBehindGate: client.EditionFlat,
	} {
		for _, documents := range []int{1, 10} {
			t.Run(fmt.Sprintf("%v, %d documents", serves, documents), func(t *testing.T) {
				t.Parallel()
				if auto, set := elapsed(t, serves, client.EditionAuto, documents), elapsed(t, serves, edition, documents); auto != set {
					t.Errorf("%v with a detected edition, %v with a configured one", auto, set)
				}
			})
		}
	}
}

func TestEdition_sendsOneCredential(t *testing.T) {
	t.Parallel()
	for _, serves := range []fakeapi.Edition{fakeapi.RunScoped, fakeapi.Flat, fakeapi.FlatBehindGate, fakeapi.Both} {
		fake := startEdition(t, serves)
		api := newEditionClient(t, fake, client.EditionAuto)
		for _, documentID := range []string{"expdoc_xyz", "expdoc_404"} {
			_, _ = api.ExperimentResult(t.Context(), "exprun_2", documentID, client.ResultOptions{})
		}
		for _, request := range fake.Journal() {
			apiKey, bearer := request.Header.Get("Api-Key"), request.Header.Get("Authorization")
			if (apiKey == fakeapi.Key) == (bearer == "Bearer "+fakeapi.Key) {
				t.Errorf("%s carries Api-Key %q and Authorization %q", request.Path, apiKey, bearer)
			}
		}
	}
}

// TestAuto_fallsBackOnlyWhenTheRouteMayBeMissing scripts the first answers of a server that speaks both editions.
func TestAuto_fallsBackOnlyWhenTheRouteMayBeMissing(t *testing.T) {
	t.Parallel()
	for status, fallsBack := range map[int]bool{
		401: true, 404: true, 405: true,
		400: false, 403: false, 409: false, 410: false, 422: false, 429: false, 500: false, 502: false, 503: false,
	} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			fake := startEdition(t, fakeapi.Both)
			for range 10 { // an answer of the other edition makes room for more attempts after a 429
				fake.Script(seedPath, fakeapi.Reply{Status: status})
			}
			_, err := readSeed(t.Context(), newEditionClient(t, fake, client.EditionAuto))
			var api *client.APIError
			if fallsBack != (err == nil) || !fallsBack && (!errors.As(err, &api) || api.StatusCode != status) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestAuto_remembersSuccessOnly: a server that fails to answer at first is asked in full again.
func TestAuto_remembersSuccessOnly(t *testing.T) {
	t.Parallel()
	fake := startEdition(t, fakeapi.Both)
	api := newEditionClient(t, fake, client.EditionAuto)
	fake.Script(seedPath, fakeapi.InvalidKey())
	fake.Script(resultsPath, fakeapi.InvalidKey())
	if _, err := readSeed(t.Context(), api); err == nil {
		t.Fatal("the first read must fail")
	}
	for range 2 {
		if _, err := readSeed(t.Context(), api); err != nil {
			t.Fatal(err)
		}
	}
	wantAsked(t, fake, map[string]int{"result 401": 1, resultsPath + " 401": 1, "result 200": 2})
}

// TestAuto_probeThatFailsHoldsNobodyUp: reads that wait for a probe that fails go on by themselves, all at once: ten
// requests are under way together before one of them is answered.
func TestAuto_probeThatFailsHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.RunScoped, client.EditionAuto, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
		addRun(fake, "exprun_big", 10)
		fake.Script(seedPath, fakeapi.Reply{Hang: true})
		for i := range 10 {
			fake.Script(fmt.Sprintf("/v1/workflows/experiments/runs/exprun_big/results/expdoc_%d", i), fakeapi.Reply{Hang: true})
		}
		probing, endProbe := context.WithCancel(t.Context())
		reading, endReads := context.WithCancel(t.Context())
		var wait sync.WaitGroup
		wait.Go(func() { _, _ = readSeed(probing, api) })
		<-fake.Hanging()
		for i := range 10 {
			wait.Go(func() {
				_, _ = api.ExperimentResult(reading, "exprun_big", fmt.Sprintf("expdoc_%d", i), client.ResultOptions{})
			})
		}
		synctest.Wait() // until they all wait for the probe
		began := time.Now()
		endProbe()
		for range 10 {
			<-fake.Hanging()
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("the reads wait for one another: %s", took)
		}
		endReads()
		wait.Wait()
	})
}

// TestAuto_absence counts what it takes to say for certain that there is no result.
func TestAuto_absence(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		serves fakeapi.Edition
		want   map[string]int // of a first read and a second
	}{
		"run-scoped":       {fakeapi.RunScoped, map[string]int{"result 404": 2, resultsPath + " 404": 1, runPath + " 200": 1, runPath + "/results 200": 1}},
		"flat":             {fakeapi.Flat, map[string]int{"result 404": 1, resultsPath + " 200": 2, runPath + " 200": 1}},
		"flat behind gate": {fakeapi.FlatBehindGate, map[string]int{"result 401": 1, resultsPath + " 200": 2, runPath + " 200": 1}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, test.serves, client.EditionAuto, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
				for range 2 {
					_, err := api.ExperimentResult(t.Context(), "exprun_2", "expdoc_404", client.ResultOptions{})
					var absent *client.AbsentError
					if !errors.As(err, &absent) || absent.Reason != client.RunOver {
						t.Fatalf("got %v", err)
					}
				}
				wantAsked(t, fake, test.want)
			})
		})
	}
}

// TestEdition_missingRouteIsNoAbsence: a 404 of a route that the server does not have says nothing of the document,
// even where the run is there to be read.
func TestEdition_missingRouteIsNoAbsence(t *testing.T) {
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
			var api *client.APIError
			if !errors.As(err, &api) || api.StatusCode != http.StatusNotFound && api.StatusCode != http.StatusMethodNotAllowed {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestAbsence_onlyTheAPIsOwnWords: a server that answers 404 to everything is not Retab, and knows of no runs.
func TestAbsence_onlyTheAPIsOwnWords(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"text": "404 page not found", "page": "<html><title>Oops</title>", "nothing": "", "an unknown route": `{"detail":"Not Found"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusNotFound)
				_, _ = w.Write([]byte(body))
			}))
			defer server.Close()
			for _, edition := range []client.Edition{client.EditionAuto, client.EditionRunScoped, client.EditionFlat} {
				api, err := client.New(client.Config{APIKey: fakeapi.Key, BaseURL: server.URL, Edition: edition})
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

// TestAbsence_runThatTheListDoesNotKnow: a list may answer 404, or no rows, for a run that does not exist.
func TestAbsence_runThatTheListDoesNotKnow(t *testing.T) {
	t.Parallel()
	for _, serves := range []fakeapi.Edition{fakeapi.RunScoped, fakeapi.Flat, fakeapi.FlatBehindGate, fakeapi.Both} {
		for _, notFound := range []bool{false, true} {
			fake := startEdition(t, serves)
			fake.SetUnknownRunIsNotFound(notFound)
			_, err := newEditionClient(t, fake, client.EditionAuto).ExperimentResult(t.Context(), "exprun_404", "expdoc_xyz", client.ResultOptions{})
			var absent *client.AbsentError
			if !errors.As(err, &absent) || absent.Reason != client.NoSuchRun {
				t.Errorf("server %v, list answers 404: %v: got %v", serves, notFound, err)
			}
		}
	}
}

// TestAbsence_aGatewaysWordIsNotEnough: once a run is known to be over, a 404 of the API says that there is no such result;
// that of a gateway in front of it does not, and neither does one without words.
func TestAbsence_aGatewaysWordIsNotEnough(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{"a page": "<html><title>404 Not Found</title></html>", "no words": `{"detail":"Not Found"}`} {
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
						result, err := api.ExperimentResult(t.Context(), runID, "expdoc_there", client.ResultOptions{Poll: true})
						// The list of a run that goes on is not read again at once: the 404 is an error then, and no absence.
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

// TestAbsence_runThatIsDeleted: what was read of a run before does not keep it alive.
func TestAbsence_runThatIsDeleted(t *testing.T) {
	t.Parallel()
	for serves, setting := range map[fakeapi.Edition]client.Edition{fakeapi.RunScoped: client.EditionRunScoped, fakeapi.Flat: client.EditionFlat} {
		fake := startEdition(t, serves)
		api := newEditionClient(t, fake, setting)
		if _, err := readSeed(t.Context(), api); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{seedPath, resultsPath, runPath} {
			fake.Script(path, fakeapi.Reply{Status: 404, Body: `{"detail":"Experiment run not found: exprun_2"}`})
		}
		fake.Script(runsPath, fakeapi.Reply{Status: 200, Body: `{"data":[],"list_metadata":{"before":null,"after":null}}`})
		_, err := api.ExperimentResult(t.Context(), fakeapi.SeedRunID, fakeapi.SeedDocumentID, client.ResultOptions{Poll: true})
		var absent *client.AbsentError
		if !errors.As(err, &absent) || absent.Reason != client.NoSuchRun {
			t.Errorf("%s: got %v", setting, err)
		}
	}
}
