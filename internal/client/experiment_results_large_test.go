package client_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
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

// TestExperimentResults_laterAttempts checks that a list which ends at its limit decides nothing if documents have several attempts: a
// later one may be beyond its end. The route of the one result decides.
func TestExperimentResults_laterAttempts(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.RunScoped, client.EditionRunScoped, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
		fake.AddRun(fakeapi.Run{ID: "exprun_big", ExperimentID: "exp_abc", BlockKind: "extract", Documents: 600, Stages: []fakeapi.RunStage{{Status: "completed", Completed: 600}}})
		for i := range 600 {
			fake.Add(fakeapi.Result{
				ID: fmt.Sprintf("expresult_%d", i), RunID: "exprun_big", DocumentID: fmt.Sprintf("expdoc_%d", i), BlockKind: "extract",
				Stages: []fakeapi.Stage{{Status: "error"}},
			})
		}
		var list strings.Builder
		for i := range 1000 { // the first 400 documents have the rows of two attempts
			fmt.Fprintf(&list, `{"id":"expresult_%d","run_id":"exprun_big","document_id":"expdoc_%d","attempt":%d,"lifecycle":{"status":"completed"}},`, i, i%600, i/600)
		}
		body := `{"data":[` + strings.TrimSuffix(list.String(), ",") + `],"list_metadata":{"before":null,"after":null}}`
		for range 10 {
			fake.Script(bigList, fakeapi.Reply{Status: 200, Body: body})
		}
		for i := range 20 {
			result, err := api.ExperimentResult(t.Context(), "exprun_big", fmt.Sprintf("expdoc_%d", i), client.ResultOptions{})
			if err != nil || result.Status != client.StatusError {
				t.Errorf("got %q, %v", result.Status, err)
			}
		}
		for _, documentIDs := range [][]string{nil, {"expdoc_1"}} {
			_, err := api.ExperimentResults(t.Context(), "exprun_big", client.ResultsOptions{DocumentIDs: documentIDs})
			if !errors.Is(err, client.ErrUnreachableResults) {
				t.Errorf("%v: got %v", documentIDs, err)
			}
		}
	})
}

// TestExperimentResults_checksEachDocumentID checks that an id that would change the path of a request is an error.
func TestExperimentResults_checksEachDocumentID(t *testing.T) {
	t.Parallel()
	fake := startFake(t)
	var argument *transport.ArgumentError
	_, err := newClient(t, fake.URL).ExperimentResults(t.Context(), "exprun_2", client.ResultsOptions{DocumentIDs: []string{"expdoc_xyz", ".."}})
	if !errors.As(err, &argument) || argument.Argument != "document_ids" || len(fake.Journal()) != 0 {
		t.Errorf("got %v after %d requests", err, len(fake.Journal()))
	}
}
