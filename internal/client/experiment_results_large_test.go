package client_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// fullPageRun adds a run with as many documents as the run-scoped edition can list. The first one has another status.
func fullPageRun(fake *fakeapi.Server, runStatus, firstStatus string) {
	fake.AddRun(fakeapi.Run{
		ID: "exprun_big", ExperimentID: "exp_abc", BlockKind: "extract", Documents: 1000,
		Stages: []fakeapi.RunStage{{Status: runStatus, Completed: 1000}},
	})
	for i := range 1000 {
		status := "completed"
		if i == 0 {
			status = firstStatus
		}
		fake.Add(fakeapi.Result{
			ID: fmt.Sprintf("expresult_big_%d", i), RunID: "exprun_big", ExperimentID: "exp_abc", DocumentID: fmt.Sprintf("expdoc_%d", i),
			BlockKind: "extract", Stages: []fakeapi.Stage{{Status: status}},
		})
	}
}

// TestExperimentResults_fullPage checks that a full page without a cursor is complete if the run has no more documents.
func TestExperimentResults_fullPage(t *testing.T) {
	t.Parallel()
	for name, documentIDs := range map[string][]string{"all documents": nil, "requested documents": {"expdoc_0", "expdoc_1"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			forBothEditions(t, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
				fullPageRun(fake, "running", "running")
				got, err := api.ExperimentResults(t.Context(), "exprun_big", client.ResultsOptions{DocumentIDs: documentIDs})
				if err != nil || len(got.Results) != 1000 {
					t.Errorf("got %d results, %v", len(got.Results), err)
				}
			})
		})
	}
}

// TestExperimentResults_documentOutsideTheRun checks that a complete list is not read again for a document that it lacks.
func TestExperimentResults_documentOutsideTheRun(t *testing.T) {
	t.Parallel()
	forBothEditions(t, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
		fullPageRun(fake, "completed", "completed")
		got, err := api.ExperimentResults(t.Context(), "exprun_big", client.ResultsOptions{DocumentIDs: []string{"expdoc_1", "expdoc_none"}})
		if err != nil || len(got.Results) != 1000 {
			t.Errorf("got %d results, %v", len(got.Results), err)
		}
		counts := requestCounts(fake)
		if lists := counts[resultsPath+" 200"] + counts[bigList+" 200"]; lists != 1 || counts["result 404"] != 0 {
			t.Errorf("requests: %v", counts)
		}
	})
}

// TestExperimentResults_unlistedDocuments checks that reads of documents beyond the list stop at the first error, and do not
// read the run again.
func TestExperimentResults_unlistedDocuments(t *testing.T) {
	t.Parallel()
	documentIDs := make([]string, 500)
	for i := range documentIDs {
		documentIDs[i] = fmt.Sprintf("expdoc_unlisted_%d", i)
	}
	for name, test := range map[string]struct {
		reply        fakeapi.Reply
		status, most int
	}{
		"a refused key":     {fakeapi.InvalidKey(), 401, 20},
		"no results as yet": {fakeapi.Reply{}, 0, 500},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, fakeapi.RunScoped, client.EditionRunScoped, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
				fullPageRun(fake, "running", "completed")
				fake.AddRun(fakeapi.Run{ID: "exprun_big", ExperimentID: "exp_abc", BlockKind: "extract", Documents: 2000, Stages: []fakeapi.RunStage{{Status: "running"}}})
				if test.status > 0 {
					for _, id := range documentIDs {
						fake.Script(bigList+"/"+id, test.reply)
					}
				}
				_, err := api.ExperimentResults(t.Context(), "exprun_big", client.ResultsOptions{DocumentIDs: documentIDs})
				var refused *client.APIError
				if test.status > 0 && (!errors.As(err, &refused) || refused.StatusCode != test.status) || test.status == 0 && err != nil {
					t.Errorf("got %v", err)
				}
				reads, runs := 0, 0
				for path, count := range requestCounts(fake) {
					switch path {
					case "result 401", "result 404":
						reads += count
					case runsPath + "/exprun_big 200":
						runs += count
					}
				}
				if reads > test.most || runs != 1 {
					t.Errorf("%d reads of results and %d of the run: %v", reads, runs, requestCounts(fake))
				}
			})
		})
	}
}

// TestExperimentResults_checksEachDocumentID checks that an id that would change the path of a request is an error.
func TestExperimentResults_checksEachDocumentID(t *testing.T) {
	t.Parallel()
	fake := startFake(t)
	var argument *client.ArgumentError
	_, err := newClient(t, fake.URL).ExperimentResults(t.Context(), "exprun_2", client.ResultsOptions{DocumentIDs: []string{"expdoc_xyz", ".."}})
	if !errors.As(err, &argument) || argument.Argument != "document_ids" || len(fake.Journal()) != 0 {
		t.Errorf("got %v after %d requests", err, len(fake.Journal()))
	}
}
