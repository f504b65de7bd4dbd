package client_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// quickRetry retries without a pause.
var quickRetry = transport.Backoff{Base: time.Nanosecond, Max: time.Nanosecond, MaxRetryAfter: time.Nanosecond}

// newClient returns a client of the run-scoped edition.
func newClient(t *testing.T, baseURL string) *client.Client {
	t.Helper()
	api, err := client.New(client.Config{Edition: client.EditionRunScoped, Config: transport.Config{APIKey: fakeapi.Key, BaseURL: baseURL, UserAgent: "test", MaxRetries: 2, RetryWait: quickRetry}})
	if err != nil {
		t.Fatal(err)
	}
	return api
}

// startFake starts a fake of the run-scoped edition.
func startFake(t *testing.T) *fakeapi.Server {
	t.Helper()
	fake := fakeapi.Start(fakeapi.RunScoped)
	t.Cleanup(fake.Close)
	return fake
}

// readSeed reads the result that every fake has.
func readSeed(ctx context.Context, api *client.Client) (client.ExperimentResult, error) {
	return api.ExperimentResult(ctx, fakeapi.SeedRunID, fakeapi.SeedDocumentID, client.ResultOptions{})
}

const seedPath = "/v1/workflows/experiments/runs/exprun_2/results/expdoc_xyz"

const (
	resultsPath = "/v1/workflows/experiments/results"
	runsPath    = "/v1/workflows/experiments/runs"
	runPath     = "/v1/workflows/experiments/runs/exprun_2"
	bigList     = "/v1/workflows/experiments/runs/exprun_big/results"
)

// newEditionClient returns a client of an edition.
func newEditionClient(t *testing.T, fake *fakeapi.Server, edition client.Edition) *client.Client {
	t.Helper()
	api, err := client.New(client.Config{Edition: edition, Config: transport.Config{
		APIKey: fakeapi.Key, BaseURL: fake.URL, UserAgent: "test", MaxRetries: 2, RetryWait: quickRetry,
	}})
	if err != nil {
		t.Fatal(err)
	}
	return api
}

// inBubble runs a test against a fake without a network, on the clock of a synctest bubble, so that no list grows old between
// two reads on a slow machine.
func inBubble(t *testing.T, serves fakeapi.Edition, setting client.Edition, test func(t *testing.T, fake *fakeapi.Server, api *client.Client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		fake := fakeapi.New(serves)
		fake.SetLatency(time.Millisecond)
		api, err := client.New(client.Config{Edition: setting, Config: transport.Config{
			APIKey: fakeapi.Key, BaseURL: fake.URL, UserAgent: "test", MaxRetries: 2, RetryWait: quickRetry, RoundTripper: fake,
		}})
		if err != nil {
			t.Fatal(err)
		}
		test(t, fake, api)
	})
}

// startEdition starts a fake of an edition.
func startEdition(t *testing.T, edition fakeapi.Edition) *fakeapi.Server {
	t.Helper()
	fake := fakeapi.Start(edition)
	t.Cleanup(fake.Close)
	return fake
}

// requestCounts returns the number of requests by path and status.
func requestCounts(fake *fakeapi.Server) map[string]int {
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

// wantRequests compares [requestCounts].
func wantRequests(t *testing.T, fake *fakeapi.Server, want map[string]int) {
	t.Helper()
	got := requestCounts(fake)
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("requests: %v\nwant:     %v", got, want)
	}
}

// wantAtMost checks that [requestCounts] has no other requests, and no more of these.
func wantAtMost(t *testing.T, fake *fakeapi.Server, most map[string]int) {
	t.Helper()
	for request, count := range requestCounts(fake) {
		if count > most[request] {
			t.Errorf("%d requests %s, want at most %d", count, request, most[request])
		}
	}
}

// addRun adds a completed run with the documents expdoc_0, expdoc_1 and so on.
func addRun(fake *fakeapi.Server, runID string, documents int) {
	for i := range documents {
		fake.Add(fakeapi.Result{
			ID: fmt.Sprintf("expresult_%s_%d", runID, i), RunID: runID, ExperimentID: "exp_abc",
			DocumentID: fmt.Sprintf("expdoc_%d", i), BlockKind: "extract", Stages: []fakeapi.Stage{{Status: "completed"}},
		})
	}
}

// readAll reads documents as Terraform does: ten at a time.
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

const (
	flatExperimentPath      = "/v1/workflows/experiments/exp_abc"
	runScopedExperimentPath = "/v1/workflows/wf_1/experiments/exp_abc"
	flatExperimentsPath     = "/v1/workflows/experiments"
	runScopedListPath       = "/v1/workflows/wf_1/experiments"
)

// serverCase is an edition of the fake and the edition that the client is configured with.
type serverCase struct {
	serves  fakeapi.Edition
	setting client.Edition
}

// serverCases have both editions, configured and detected.
var serverCases = map[string]serverCase{
	"run-scoped":       {fakeapi.RunScoped, client.EditionRunScoped},
	"flat":             {fakeapi.Flat, client.EditionFlat},
	"auto, run-scoped": {fakeapi.RunScoped, client.EditionAuto},
	"auto, flat":       {fakeapi.Flat, client.EditionAuto},
	"auto, gate":       {fakeapi.FlatBehindGate, client.EditionAuto},
	"auto, both":       {fakeapi.Both, client.EditionAuto},
}

// forEachServer runs a test against each server case, in a bubble.
func forEachServer(t *testing.T, test func(t *testing.T, server serverCase, fake *fakeapi.Server, api *client.Client)) {
	t.Helper()
	for name, server := range serverCases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, server.serves, server.setting, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
				test(t, server, fake, api)
			})
		})
	}
}

// forEachEdition runs a test against a server of each edition, configured and detected, in a bubble.
func forEachEdition(t *testing.T, test func(t *testing.T, fake *fakeapi.Server, api *client.Client)) {
	t.Helper()
	for name, serverCase := range map[string]struct {
		serves  fakeapi.Edition
		setting client.Edition
	}{
		"run-scoped": {fakeapi.RunScoped, client.EditionRunScoped}, "flat": {fakeapi.Flat, client.EditionFlat},
		"auto, run-scoped": {fakeapi.RunScoped, client.EditionAuto}, "auto, flat": {fakeapi.Flat, client.EditionAuto},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, serverCase.serves, serverCase.setting, test)
		})
	}
}

func wantAbsence(t *testing.T, err error, reason client.AbsenceReason) {
	t.Helper()
	var absent *client.AbsentError
	if !errors.As(err, &absent) || absent.Reason != reason {
		t.Fatalf("got %v, want an absence for reason %d", err, reason)
	}
}

// forBothEditions runs a test against a server of each edition over HTTP; the client detects the edition.
func forBothEditions(t *testing.T, test func(t *testing.T, fake *fakeapi.Server, api *client.Client)) {
	t.Helper()
	for name, serves := range map[string]fakeapi.Edition{"run-scoped": fakeapi.RunScoped, "flat": fakeapi.Flat} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := startEdition(t, serves)
			test(t, fake, newEditionClient(t, fake, client.EditionAuto))
		})
	}
}
