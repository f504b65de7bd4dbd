package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// TestAuto_costs checks that many reads of one run cost a few requests while the edition is unknown.
func TestAuto_costs(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		serves fakeapi.Edition
		most   map[string]int
	}{
		"run-scoped":            {fakeapi.RunScoped, map[string]int{"result 200": 4, bigList + " 200": 1, resultsPath + " 404": 1}},
		"flat":                  {fakeapi.Flat, map[string]int{resultsPath + " 200": 3}},
		"flat behind a gateway": {fakeapi.FlatBehindGate, map[string]int{resultsPath + " 200": 3}},
		"both":                  {fakeapi.Both, map[string]int{resultsPath + " 200": 3}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, test.serves, client.EditionAuto, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
				addRun(fake, "exprun_big", 300)
				if test.serves != fakeapi.RunScoped {
					fake.SetPageSize(100)
				}
				readAll(t, api, "exprun_big", 300)
				wantAtMost(t, fake, test.most)
			})
		})
	}
}

// TestAuto_takesOneRoundTripAtMost compares the time of many reads with a detected edition and with one that is set, on a clock that
// only the latency of the server moves.
func TestAuto_takesOneRoundTripAtMost(t *testing.T) {
	t.Parallel()
	elapsed := func(t *testing.T, serves fakeapi.Edition, setting client.Edition) (took time.Duration) {
		t.Helper()
		inBubble(t, serves, setting, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
			addRun(fake, "exprun_big", 10)
			began := time.Now()
			readAll(t, api, "exprun_big", 10)
			if _, err := api.ExperimentRun(t.Context(), "exprun_big", false); err != nil {
				t.Error(err)
			}
			if _, err := api.Experiment(t.Context(), "exp_abc", "wf_1", false); err != nil {
				t.Error(err)
			}
			if _, err := api.ExperimentResults(t.Context(), "exprun_big", client.ResultsOptions{}); err != nil {
				t.Error(err)
			}
			took = time.Since(began)
		})
		return took
	}
	for serves, edition := range map[fakeapi.Edition]client.Edition{
		fakeapi.RunScoped: client.EditionRunScoped, fakeapi.Flat: client.EditionFlat, fakeapi.FlatBehindGate: client.EditionFlat,
	} {
		auto, set := elapsed(t, serves, client.EditionAuto), elapsed(t, serves, edition)
		if roundTrip := time.Millisecond; auto > set+roundTrip || edition == client.EditionFlat && auto != set {
			t.Errorf("%s: %v with a detected edition, %v with a configured one", edition, auto, set)
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
			inBubble(t, fakeapi.Both, client.EditionAuto, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
				fake.AddFault(fakeapi.Fault{Path: resultsPath, Reply: fakeapi.Reply{Status: status}})
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				_, err := readSeed(ctx, api)
				var refusal *transport.APIError
				var ended *transport.Error
				if errors.As(err, &ended) { // a 429 is repeated while there is time
					err = ended.Last
				}
				if fallsBack != (err == nil) || !fallsBack && (!errors.As(err, &refusal) || refusal.StatusCode != status) {
					t.Errorf("got %v", err)
				}
			})
		})
	}
}

// TestAuto_faultOfTheOtherEdition checks that a fault of the run-scoped edition is the error if the flat route may be missing. It
// does not mean that anything is absent.
func TestAuto_faultOfTheOtherEdition(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.RunScoped, client.EditionAuto, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
		fake.Script(seedPath, fakeapi.Reply{Status: 500}, fakeapi.Reply{Status: 500}, fakeapi.Reply{Status: 500})
		_, err := readSeed(t.Context(), api)
		var fault *transport.APIError
		if !errors.As(err, &fault) || fault.StatusCode != http.StatusInternalServerError {
			t.Errorf("got %v", err)
		}
		wantRequests(t, fake, map[string]int{resultsPath + " 404": 1, "result 500": 3})
	})
}

// TestEdition_refusedKey checks that a configured edition is the only one that is tried.
func TestEdition_refusedKey(t *testing.T) {
	t.Parallel()
	for _, edition := range []client.Edition{client.EditionRunScoped, client.EditionFlat} {
		inBubble(t, fakeapi.Both, edition, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
			fake.Script(runPath, fakeapi.InvalidKey())
			_, err := api.ExperimentRun(t.Context(), "exprun_2", false)
			var refusal *transport.APIError
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
	wantAtMost(t, fake, map[string]int{"result 401": 1, resultsPath + " 401": 1, resultsPath + " 200": 2})
}

// TestAuto_serverChangesItsEdition checks that a detected edition is detected again when its routes are missing.
func TestAuto_serverChangesItsEdition(t *testing.T) {
	t.Parallel()
	for _, before := range []fakeapi.Edition{fakeapi.RunScoped, fakeapi.Flat} {
		inBubble(t, before, client.EditionAuto, func(t *testing.T, fake *fakeapi.Server, _ *client.Client) {
			after := fakeapi.New(map[fakeapi.Edition]fakeapi.Edition{fakeapi.RunScoped: fakeapi.Flat, fakeapi.Flat: fakeapi.RunScoped}[before])
			changing := &changingServer{fake}
			api, err := client.New(client.Config{Edition: client.EditionAuto, Config: transport.Config{
				APIKey: fakeapi.Key, BaseURL: fake.URL, RetryWait: quickRetry, RoundTripper: changing,
			}})
			if err != nil {
				t.Fatal(err)
			}
			read := func() {
				t.Helper()
				if result, err := api.ExperimentResult(t.Context(), fakeapi.SeedRunID, fakeapi.SeedDocumentID, client.ResultOptions{Fresh: true}); err != nil || result.ID != "expresult_1" {
					t.Errorf("got %q, %v", result.ID, err)
				}
				if _, err := api.ExperimentRun(t.Context(), fakeapi.SeedRunID, false); err != nil {
					t.Error(err)
				}
				options := client.ResultsOptions{ResultOptions: client.ResultOptions{Fresh: true}}
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

// TestAuto_prefersTheFlatEdition checks that the flat edition is read wherever it answers, whatever was read before: only that edition
// says whether a score is fresh.
func TestAuto_prefersTheFlatEdition(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.Both, client.EditionAuto, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
		_, err := api.ExperimentResult(t.Context(), fakeapi.SeedRunID, "expdoc_404", client.ResultOptions{})
		wantAbsence(t, err, client.RunOver)
		if _, err := api.ExperimentResult(t.Context(), fakeapi.ActiveRunID, "expdoc_running", client.ResultOptions{}); err != nil {
			t.Fatal(err)
		}
		if experiment, err := api.Experiment(t.Context(), "exp_abc", "wf_1", false); err != nil || experiment.RunPlanMode == nil {
			t.Errorf("got %+v, %v", experiment, err)
		}
		for _, request := range fake.Journal() {
			if request.Header.Get("Api-Key") != "" {
				t.Errorf("the run-scoped edition was asked: %s", request.Path)
			}
		}
	})
}
