package client_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// TestRunScoped_listReplacesManyReads counts requests in the run-scoped edition, where a list costs one. Reads at the same time may find
// the list of another one, so the counts are upper bounds.
func TestRunScoped_listReplacesManyReads(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		documents int
		script    []fakeapi.Reply // for the list
		pageSize  int
		most      int
	}{
		"a few documents are read one by one": {documents: 4, most: 4},
		"one list replaces a thousand":        {documents: 999, most: 5},
		"a full list":                         {documents: 1000, most: 5},
		"a list that is forbidden": {
			documents: 20, script: []fakeapi.Reply{{Status: 403}}, most: 21,
		},
		"a missing list": {
			documents: 20, script: []fakeapi.Reply{{Status: 404}}, most: 21,
		},
		"a malformed list": {
			documents: 20, script: []fakeapi.Reply{{Status: 200, Body: "<html>"}}, most: 21,
		},
		"documents that a list lacks are read one by one": {
			documents: 30, pageSize: 10, most: 21,
		},
		"a run too large for the list": {
			documents: 1010, most: 11, // the ten oldest are not in the list
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, fakeapi.RunScoped, client.EditionRunScoped, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
				addRun(fake, "exprun_big", test.documents)
				fake.SetPageSize(test.pageSize)
				fake.Script(bigList, test.script...)
				readAll(t, api, "exprun_big", test.documents)
				if got := len(fake.Journal()); got > test.most {
					t.Errorf("%d requests, want at most %d: %v", got, test.most, requestCounts(fake))
				}
			})
		})
	}
}

// TestRunScoped_pollsOfOneDocumentReadNoList checks that polls of a document do not count as further documents.
func TestRunScoped_pollsOfOneDocumentReadNoList(t *testing.T) {
	t.Parallel()
	fake := startEdition(t, fakeapi.RunScoped)
	api := newEditionClient(t, fake, client.EditionRunScoped)
	for i := range 20 {
		if _, err := api.ExperimentResult(t.Context(), fakeapi.SeedRunID, fakeapi.SeedDocumentID, client.ResultOptions{Fresh: i > 0}); err != nil {
			t.Fatal(err)
		}
	}
	wantRequests(t, fake, map[string]int{"result 200": 20})
}

// TestRunScoped_listOfAPluralIsReused checks that reads of single documents use the list that a plural has read after the end of its
// run was seen.
func TestRunScoped_listOfAPluralIsReused(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.RunScoped, client.EditionRunScoped, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
		addRun(fake, "exprun_big", 3)
		for range 2 {
			if _, err := api.ExperimentResults(t.Context(), "exprun_big", client.ResultsOptions{}); err != nil {
				t.Fatal(err)
			}
		}
		readAll(t, api, "exprun_big", 3)
		wantRequests(t, fake, map[string]int{bigList + " 200": 2, "/v1/workflows/experiments/runs/exprun_big 200": 1})
	})
}

// TestExperimentResult_reuse checks that a completed result is used for longer than one that can still change.
func TestExperimentResult_reuse(t *testing.T) {
	t.Parallel()
	forEachEdition(t, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
		for documentID, isReused := range map[string]bool{fakeapi.SeedDocumentID: true, "expdoc_running": false} {
			runID := fakeapi.SeedRunID
			if !isReused {
				runID = fakeapi.ActiveRunID
			}
			var sent [2]int // requests after each read
			for i := range sent {
				if _, err := api.ExperimentResult(t.Context(), runID, documentID, client.ResultOptions{}); err != nil {
					t.Error(err)
				}
				sent[i] = len(fake.Journal())
				<-time.After(5 * time.Second)
			}
			if (sent[0] == sent[1]) != isReused {
				t.Errorf("%s: %d requests after the first read, %d after the second", documentID, sent[0], sent[1])
			}
		}
	})
}

// TestRunScoped_hangingList checks that a list that is never answered leaves every read enough time, and is tried once.
func TestRunScoped_hangingList(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.RunScoped, client.EditionRunScoped, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
		addRun(fake, "exprun_big", 20)
		for range 100 {
			fake.Script(bigList, fakeapi.Reply{Hang: true})
		}
		began := time.Now()
		for i := range 20 {
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			if _, err := api.ExperimentResult(ctx, "exprun_big", fmt.Sprintf("expdoc_%d", i), client.ResultOptions{}); err != nil {
				t.Error(err)
			}
			cancel()
		}
		if took := time.Since(began); took > 16*time.Second { // half of a read's time, once
			t.Errorf("the reads took %s", took)
		}
	})
}

// TestRunScoped_readWithLittleTime checks that a read whose time is too short for the list does not keep other reads from it.
func TestRunScoped_readWithLittleTime(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.RunScoped, client.EditionRunScoped, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
		addRun(fake, "exprun_big", 20)
		fake.Script(bigList, fakeapi.Reply{Hang: true})
		readAll(t, api, "exprun_big", 4)
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		if _, err := api.ExperimentResult(ctx, "exprun_big", "expdoc_4", client.ResultOptions{}); err != nil {
			t.Error(err)
		}
		readAll(t, api, "exprun_big", 20)
		if counts := requestCounts(fake); counts[bigList+" 200"] != 1 || counts["result 200"] > 10 {
			t.Errorf("the list is not used: %v", counts)
		}
	})
}

// TestFreshReads_costs checks that fresh reads of many documents, ten at a time, cost at most one request each, and a few lists in
// the flat edition.
func TestFreshReads_costs(t *testing.T) {
	t.Parallel()
	const documents = 100
	forEachEdition(t, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
		addRun(fake, "exprun_big", documents)
		var wait sync.WaitGroup
		slots := make(chan struct{}, 10)
		for i := range documents {
			slots <- struct{}{}
			wait.Go(func() {
				defer func() { <-slots }()
				if _, err := api.ExperimentResult(t.Context(), "exprun_big", fmt.Sprintf("expdoc_%d", i), client.ResultOptions{Fresh: true}); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if requests := len(fake.Journal()); requests > documents {
			t.Errorf("%d requests for %d documents: %v", requests, documents, requestCounts(fake))
		} else {
			t.Logf("%d requests", requests)
		}
	})
}

// TestRunScoped_rowFromBeforeA404 checks that the row of a document is not used after its own route has answered 404.
func TestRunScoped_rowFromBeforeA404(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.RunScoped, client.EditionRunScoped, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
		addRun(fake, "exprun_big", 3)
		content := client.ResultOptions{IncludeContent: true}
		for range 2 { // the second list is from after the end of the run
			if _, err := api.ExperimentResults(t.Context(), "exprun_big", client.ResultsOptions{ResultOptions: content}); err != nil {
				t.Fatal(err)
			}
		}
		gone := fakeapi.Reply{Status: 404, Body: `{"detail":"Experiment result not found: document_id=expdoc_0"}`}
		fake.Script(bigList+"/expdoc_0", gone, gone)
		list := `{"data":[{"id":"r","run_id":"exprun_big","document_id":"expdoc_1","lifecycle":{"status":"completed"}}],"list_metadata":{"after":null}}`
		for range 20 {
			fake.Script(bigList, fakeapi.Reply{Status: 200, Body: list})
		}
		if _, err := api.ExperimentResult(t.Context(), "exprun_big", "expdoc_0", client.ResultOptions{Fresh: true}); err == nil {
			t.Error("a result that is gone was read")
		}
		if _, err := api.ExperimentResult(t.Context(), "exprun_big", "expdoc_0", content); err == nil {
			t.Error("the row from before the 404 was used")
		}
	})
}
