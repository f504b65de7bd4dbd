package client

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// Payloads are large and seldom requested. These tests count which requests are sent for them and which payloads are kept.

// newPayloadClient returns a client and its fake with a run. Each of the documents has a payload of 100 bytes.
func newPayloadClient(t *testing.T, serves fakeapi.Edition, setting Edition, documents int) (*Client, *fakeapi.Server) {
	t.Helper()
	fake := fakeapi.New(serves)
	for i := range documents {
		fake.Add(fakeapi.Result{
			ID: fmt.Sprintf("expresult_big_%d", i), RunID: "exprun_big", ExperimentID: "exp_abc", DocumentID: fmt.Sprintf("expdoc_%d", i), BlockKind: "extract",
			Stages: []fakeapi.Stage{{Status: "completed"}},
			Inputs: map[string]fakeapi.Handle{"input-json-0": {Data: payloadOf(i)}},
		})
	}
	api, err := New(Config{Edition: setting, Config: transport.Config{
		APIKey: fakeapi.Key, BaseURL: fake.URL, RoundTripper: fake, RetryWait: transport.Backoff{Base: time.Nanosecond, Max: time.Nanosecond},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return api, fake
}

func payloadOf(document int) string {
	return fmt.Sprintf(`"%s%03d"`, strings.Repeat("x", 95), document)
}

// readPayloads reads documents one after the other, and checks their payloads.
func readPayloads(t *testing.T, api *Client, documents int) {
	t.Helper()
	for i := range documents {
		result, err := api.ExperimentResult(t.Context(), "exprun_big", fmt.Sprintf("expdoc_%d", i), ResultOptions{IncludeContent: true})
		if err != nil {
			t.Fatal(err)
		}
		if len(result.HandleInputs) != 1 || result.HandleInputs[0].Data == nil || *result.HandleInputs[0].Data != payloadOf(i) {
			t.Fatalf("document %d has the handles %+v", i, result.HandleInputs)
		}
	}
}

// wantListsAndResults compares the number of requests for lists and for single results.
func wantListsAndResults(t *testing.T, fake *fakeapi.Server, lists, results int) {
	t.Helper()
	gotLists, gotResults := 0, 0
	for _, request := range fake.Journal() {
		switch {
		case strings.HasSuffix(request.Path, "/results"):
			gotLists++
		case strings.Contains(request.Path, "/results/"):
			gotResults++
		}
	}
	if gotLists != lists || gotResults != results {
		t.Errorf("%d lists and %d results were requested; want %d and %d", gotLists, gotResults, lists, results)
	}
}

func TestPayloads_costs(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		serves         fakeapi.Edition
		setting        Edition
		documents      int // read, of 30
		lists, results int
	}{
		"run-scoped, a few":             {fakeapi.RunScoped, EditionRunScoped, 4, 0, 4},
		"run-scoped, many":              {fakeapi.RunScoped, EditionRunScoped, 30, 1, 4},
		"flat, a few, from one list":    {fakeapi.Flat, EditionFlat, 4, 1, 4},
		"flat, many, from another list": {fakeapi.Flat, EditionFlat, 30, 2, 4},
		"auto, flat":                    {fakeapi.Flat, EditionAuto, 30, 2, 4},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api, fake := newPayloadClient(t, test.serves, test.setting, 30)
			readPayloads(t, api, test.documents)
			wantListsAndResults(t, fake, test.lists, test.results)
		})
	}
}

// TestPayloads_flatWithoutTheRouteOfAResult checks that a payload is taken from a list that keeps it if the route of the
// result is missing.
func TestPayloads_flatWithoutTheRouteOfAResult(t *testing.T) {
	t.Parallel()
	api, fake := newPayloadClient(t, fakeapi.Flat, EditionFlat, 30)
	fake.Script("/v1/workflows/experiments/results/expresult_big_0", fakeapi.Reply{Status: 404, Body: `{"detail":"Not Found"}`})
	readPayloads(t, api, 1)
	wantListsAndResults(t, fake, 2, 1)
}

// TestPayloads_listFails checks that the failure of a list with payloads is the error if the route of the result is missing.
func TestPayloads_listFails(t *testing.T) {
	t.Parallel()
	list := fakeapi.Reply{Status: 200, Body: `{"data":[{"id":"expresult_big_0","run_id":"exprun_big","document_id":"expdoc_0","lifecycle":{"status":"completed"}}]}`}
	for setting, test := range map[Edition]struct {
		serves     fakeapi.Edition
		list, path string
		lists      []fakeapi.Reply
	}{
		EditionRunScoped: {fakeapi.RunScoped, "/v1/workflows/experiments/runs/exprun_big/results", "/v1/workflows/experiments/runs/exprun_big/results/expdoc_0", []fakeapi.Reply{{Status: 501}}},
		EditionFlat:      {fakeapi.Flat, "/v1/workflows/experiments/results", "/v1/workflows/experiments/results/expresult_big_0", []fakeapi.Reply{list, {Status: 501}}},
	} {
		api, fake := newPayloadClient(t, test.serves, setting, 1)
		fake.Script(test.path, fakeapi.Reply{Status: 404, Body: `{"detail":"Not Found"}`})
		fake.Script(test.list, test.lists...)
		_, err := api.ExperimentResult(t.Context(), "exprun_big", "expdoc_0", ResultOptions{IncludeContent: true})
		if transport.StatusOf(err) != http.StatusNotImplemented {
			t.Errorf("%s: got %v", setting, err)
		}
	}
}

// TestPayloads_runScopedWithoutTheRouteOfAResult checks that a payload is taken from a list if the route of the result is missing.
func TestPayloads_runScopedWithoutTheRouteOfAResult(t *testing.T) {
	t.Parallel()
	noRoute := fakeapi.Reply{Status: 404, Body: `{"detail":"Not Found"}`}
	api, fake := newPayloadClient(t, fakeapi.RunScoped, EditionRunScoped, 1)
	fake.Script("/v1/workflows/experiments/runs/exprun_big/results/expdoc_0", noRoute, noRoute, noRoute)
	for _, isRequested := range []bool{true, false} {
		result, err := api.ExperimentResult(t.Context(), "exprun_big", "expdoc_0", ResultOptions{IncludeContent: isRequested})
		if err != nil || (result.HandleInputs[0].Data != nil) != isRequested {
			t.Errorf("got %+v, %v", result, err)
		}
	}
}

// TestPayloads_flatListIsUnavailable checks that payloads are read one by one if a list with payloads fails, and that the
// list of a plural without payloads does not cause a list with payloads.
func TestPayloads_flatListIsUnavailable(t *testing.T) {
	t.Parallel()
	api, fake := newPayloadClient(t, fakeapi.Flat, EditionFlat, 30)
	_, runErr := api.ExperimentRun(t.Context(), "exprun_big", false) // a list from before the end of the run is not used
	_, err := api.ExperimentResults(t.Context(), "exprun_big", ResultsOptions{})
	if runErr != nil || err != nil {
		t.Fatal(runErr, err)
	}
	readPayloads(t, api, 4)
	wantListsAndResults(t, fake, 1, 4)
	fake.Script("/v1/workflows/experiments/results", fakeapi.Reply{Status: 503})
	readPayloads(t, api, 30)
	wantListsAndResults(t, fake, 2, 30)
}

// TestPayloads_flatRefusesAnotherResult checks that a result read by its id must match the row of the list.
func TestPayloads_flatRefusesAnotherResult(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"another id":       `{"id":"expresult_big_1","experiment_run_id":"exprun_big","document_id":"expdoc_0","lifecycle":{"status":"completed"}}`,
		"another run":      `{"id":"expresult_big_0","experiment_run_id":"exprun_1","document_id":"expdoc_0","lifecycle":{"status":"completed"}}`,
		"another document": `{"id":"expresult_big_0","experiment_run_id":"exprun_big","document_id":"expdoc_1","lifecycle":{"status":"completed"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api, fake := newPayloadClient(t, fakeapi.Flat, EditionFlat, 2)
			fake.Script("/v1/workflows/experiments/results/expresult_big_0", fakeapi.Reply{Status: 200, Body: body})
			_, err := api.ExperimentResult(t.Context(), "exprun_big", "expdoc_0", ResultOptions{IncludeContent: true})
			if err == nil || !strings.Contains(err.Error(), "was requested") {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestPayloads_invalidID checks that an id from a list cannot lead to another route.
func TestPayloads_invalidID(t *testing.T) {
	t.Parallel()
	api, fake := newPayloadClient(t, fakeapi.Flat, EditionFlat, 0)
	fake.Add(fakeapi.Result{
		ID: "..", RunID: "exprun_big", DocumentID: "expdoc_0", BlockKind: "extract", Stages: []fakeapi.Stage{{Status: "completed"}},
		Inputs: map[string]fakeapi.Handle{"input-json-0": {Data: payloadOf(0)}},
	})
	readPayloads(t, api, 1)
	wantListsAndResults(t, fake, 2, 0)
}

// TestPayloads_pluralKeepsAll checks that a plural has all payloads, even if a list without them is cached.
func TestPayloads_pluralKeepsAll(t *testing.T) {
	t.Parallel()
	for setting, serves := range map[Edition]fakeapi.Edition{EditionRunScoped: fakeapi.RunScoped, EditionFlat: fakeapi.Flat} {
		api, _ := newPayloadClient(t, serves, setting, 30)
		readPayloads(t, api, 6) // caches a list with some of the payloads
		got, err := api.ExperimentResults(t.Context(), "exprun_big", ResultsOptions{ResultOptions: ResultOptions{IncludeContent: true}})
		if err != nil || len(got.Results) != 30 {
			t.Fatalf("%s: %d results, %v", setting, len(got.Results), err)
		}
		for _, result := range got.Results {
			if result.HandleInputs[0].Data == nil {
				t.Errorf("%s: %s has no payload", setting, result.DocumentID)
			}
		}
	}
}

// TestPayloads_keptOnlyOnRequest reads a run of 30 MB, of which less than a tenth may stay in memory. It runs alone, so that
// memory can be measured.
func TestPayloads_keptOnlyOnRequest(t *testing.T) { //nolint:paralleltest // see above
	const documents, payload = 2000, 15 << 10
	for name, options := range map[string]ResultOptions{"without payloads": {}, "with the payload of one": {IncludeContent: true}} {
		before := inUse()
		api := newBenchmarkClient(t, listOf{documents, 1000, payload})
		result, err := api.ExperimentResult(t.Context(), "exprun_big", "expdoc_001999", options)
		if err != nil || result.DocumentID != "expdoc_001999" {
			t.Fatalf("%s: got %q, %v", name, result.DocumentID, err)
		}
		if kept := int64(inUse() - before); kept > documents*payload/10 { //nolint:gosec // far from overflowing
			t.Errorf("%s: %d bytes are kept of a document", name, kept/documents)
		}
		runtime.KeepAlive(api)
	}
}
