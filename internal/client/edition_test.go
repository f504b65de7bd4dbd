package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// TestAuto_costs counts the requests of many reads while the edition is unknown.
func TestAuto_costs(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		serves fakeapi.Edition
		want   map[string]int
		others []string
	}{
		// The first read tries both editions. The others wait for it, and meanwhile request the list of their run.
		"run-scoped":            {fakeapi.RunScoped, map[string]int{"result 200": 1, bigList + " 200": 1}, []string{resultsPath + " 404"}},
		"flat":                  {fakeapi.Flat, map[string]int{resultsPath + " 200": 3}, []string{"result 404", bigList + " 404"}},
		"flat behind a gateway": {fakeapi.FlatBehindGate, map[string]int{resultsPath + " 200": 3}, []string{"result 401", bigList + " 401"}},
		"both":                  {fakeapi.Both, map[string]int{"result 200": 1, bigList + " 200": 1}, []string{resultsPath + " 200"}},
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
				wantRequestsBeside(t, fake, test.others, test.want)
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
			addRun(fake, "exprun_big", max(documents, 1))
			began := time.Now()
			if documents == 0 {
				if _, err := api.ExperimentResults(t.Context(), "exprun_big", client.ResultsOptions{}); err != nil {
					t.Error(err)
				}
			}
			readAll(t, api, "exprun_big", documents)
			took = time.Since(began)
		})
		return took
	}
	for serves, edition := range map[fakeapi.Edition]client.Edition{
		fakeapi.RunScoped: client.EditionRunScoped, fakeapi.Flat: client.EditionFlat, fakeapi.FlatBehindGate: client.EditionFlat,
	} {
		for _, documents := range []int{0, 1, 10} { // 0 for all documents at once
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

// TestAuto_usesTheOtherEditionOnlyIfTheRouteMayBeMissing scripts the first answers of a server that speaks both editions.
func TestAuto_usesTheOtherEditionOnlyIfTheRouteMayBeMissing(t *testing.T) {
	t.Parallel()
	for status, fallsBack := range map[int]bool{
		401: true, 404: true, 405: true,
		400: false, 403: false, 409: false, 410: false, 422: false, 429: false, 500: false, 502: false, 503: false,
	} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			fake := startEdition(t, fakeapi.Both)
			for range 10 { // an answer of the other edition allows more attempts after a 429
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

// TestAuto_faultOfTheOtherEdition checks that a fault of the flat edition is the error if the run-scoped route may be missing. It
// does not mean that anything is absent.
func TestAuto_faultOfTheOtherEdition(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.Flat, client.EditionAuto, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
		fake.Script(resultsPath, fakeapi.Reply{Status: 500}, fakeapi.Reply{Status: 500}, fakeapi.Reply{Status: 500})
		_, err := readSeed(t.Context(), api)
		var fault *client.APIError
		if !errors.As(err, &fault) || fault.StatusCode != http.StatusInternalServerError {
			t.Errorf("got %v", err)
		}
		wantRequests(t, fake, map[string]int{resultsPath + " 500": 3, "result 404": 1})
	})
}

// TestEdition_refusedKey checks that a configured edition is the only one that is tried.
func TestEdition_refusedKey(t *testing.T) {
	t.Parallel()
	for _, edition := range []client.Edition{client.EditionRunScoped, client.EditionFlat} {
		inBubble(t, fakeapi.Both, edition, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
			fake.Script(runPath, fakeapi.InvalidKey())
			_, err := api.ExperimentRun(t.Context(), "exprun_2")
			var refusal *client.APIError
			if !errors.As(err, &refusal) || refusal.StatusCode != http.StatusUnauthorized {
				t.Errorf("%s: got %v", edition, err)
			}
			wantRequests(t, fake, map[string]int{runPath + " 401": 1})
		})
	}
}

// TestAuto_remembersOnlySuccess checks that both editions are tried again after a first read that failed.
func TestAuto_remembersOnlySuccess(t *testing.T) {
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
	wantRequests(t, fake, map[string]int{"result 401": 1, resultsPath + " 401": 1, "result 200": 2})
}

// TestAuto_failedProbeReleasesTheOthers checks that reads which wait for a failed probe continue at the same time: ten
// requests are in flight before one of them is answered.
func TestAuto_failedProbeReleasesTheOthers(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.RunScoped, client.EditionAuto, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
		addRun(fake, "exprun_big", 10)
		fake.Script(seedPath, fakeapi.Reply{Hang: true})
		for i := range 10 {
			fake.Script(fmt.Sprintf("/v1/workflows/experiments/runs/exprun_big/results/expdoc_%d", i), fakeapi.Reply{Hang: true})
		}
		probing, cancelProbe := context.WithCancel(t.Context())
		reading, cancelReads := context.WithCancel(t.Context())
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
		cancelProbe()
		for range 10 {
			<-fake.Hanging()
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("the reads waited for one another: %s", took)
		}
		cancelReads()
		wait.Wait()
	})
}

// TestAuto_serverChangesItsEdition checks that a detected edition is detected again when its routes are missing.
func TestAuto_serverChangesItsEdition(t *testing.T) {
	t.Parallel()
	for _, before := range []fakeapi.Edition{fakeapi.RunScoped, fakeapi.Flat} {
		inBubble(t, before, client.EditionAuto, func(t *testing.T, fake *fakeapi.Server, _ *client.Client) {
			after := fakeapi.New(map[fakeapi.Edition]fakeapi.Edition{fakeapi.RunScoped: fakeapi.Flat, fakeapi.Flat: fakeapi.RunScoped}[before])
			changing := &changingServer{fake}
			api, err := client.New(client.Config{APIKey: fakeapi.Key, BaseURL: fake.URL, Edition: client.EditionAuto, RetryWait: quickRetry, Transport: changing})
			if err != nil {
				t.Fatal(err)
			}
			read := func() {
				t.Helper()
				if result, err := api.ExperimentResult(t.Context(), fakeapi.SeedRunID, fakeapi.SeedDocumentID, client.ResultOptions{Poll: true}); err != nil || result.ID != "expresult_1" {
					t.Errorf("got %q, %v", result.ID, err)
				}
				if _, err := api.ExperimentRun(t.Context(), fakeapi.SeedRunID); err != nil {
					t.Error(err)
				}
				options := client.ResultsOptions{ResultOptions: client.ResultOptions{Poll: true}}
				if results, err := api.ExperimentResults(t.Context(), fakeapi.SeedRunID, options); err != nil || len(results.Results) != 3 {
					t.Errorf("got %d results, %v", len(results.Results), err)
				}
			}
			read()
			changing.Server = after
			read()
			_, err = api.ExperimentResult(t.Context(), fakeapi.SeedRunID, "expdoc_404", client.ResultOptions{})
			wantAbsence(t, err, client.RunOver)
		})
	}
}

// changingServer is a server that is replaced while the client uses it.
type changingServer struct{ *fakeapi.Server }

// TestAuto_missingDocumentDetectsNothing checks that, with a server that speaks both editions, the order of the reads does not
// decide which edition is read: the run-scoped one is preferred.
func TestAuto_missingDocumentDetectsNothing(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.Both, client.EditionAuto, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
		_, err := api.ExperimentResult(t.Context(), fakeapi.SeedRunID, "expdoc_404", client.ResultOptions{})
		wantAbsence(t, err, client.RunOver)
		<-time.After(time.Minute) // no answer is shared any more
		for range 2 {
			if _, err := api.ExperimentResult(t.Context(), fakeapi.ActiveRunID, "expdoc_running", client.ResultOptions{}); err != nil {
				t.Fatal(err)
			}
		}
		if counts := requestCounts(fake); counts["result 200"] != 2 {
			t.Errorf("the run-scoped edition is not preferred: %v", counts)
		}
	})
}
