package client_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// TestMissing_contradiction checks that a list with more results than its run says proves nothing.
func TestMissing_contradiction(t *testing.T) {
	t.Parallel()
	for _, status := range []string{"completed", "cancelled", "error"} {
		t.Run(status, func(t *testing.T) {
			t.Parallel()
			forEachEdition(t, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
				shortRun(fake, status, 3, 3)
				run := fakeapi.Reply{Status: 200, Body: `{"id":"exprun_short","total_document_count":2,"lifecycle":{"status":"` + status + `"}}`}
				fake.Script(runsPath+"/exprun_short", run, run, run)
				_, err := api.ExperimentResult(t.Context(), "exprun_short", "expdoc_9", client.ResultOptions{})
				var incomplete *client.IncompleteListError
				if !errors.As(err, &incomplete) || incomplete.Results != 3 {
					t.Errorf("got %v", err)
				}
			})
		})
	}
}

// TestMissing_activeRunBeyondTheList checks that a list which was not read to its end proves nothing about a run that is not
// over, unless the API itself says that there is no result.
func TestMissing_activeRunBeyondTheList(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.RunScoped, client.EditionRunScoped, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
		shortRun(fake, "running", 1200, 1200)
		_, err := api.ExperimentResult(t.Context(), "exprun_short", "expdoc_none", client.ResultOptions{})
		wantAbsence(t, err, client.RunActive)

		noRoute := fakeapi.Reply{Status: 404, Body: `{"detail":"Workflow not found"}`}
		fake.Script(runsPath+"/exprun_short/results/expdoc_0", noRoute) // the oldest, which the list does not have
		_, err = api.ExperimentResult(t.Context(), "exprun_short", "expdoc_0", client.ResultOptions{})
		var incomplete *client.IncompleteListError
		if !errors.As(err, &incomplete) || !incomplete.Truncated {
			t.Errorf("got %v", err)
		}
	})
}

// TestMissing_lateRowOfACancelledRun checks that a row that comes half a second after the end of its run is found.
func TestMissing_lateRowOfACancelledRun(t *testing.T) {
	t.Parallel()
	for _, status := range []string{"cancelled", "error"} {
		t.Run(status, func(t *testing.T) {
			t.Parallel()
			inBubble(t, fakeapi.Flat, client.EditionFlat, func(t *testing.T, fake *fakeapi.Server, _ *client.Client) {
				api, err := client.New(client.Config{Edition: client.EditionFlat, Config: transport.Config{APIKey: fakeapi.Key, BaseURL: fake.URL, RoundTripper: fake}})
				if err != nil {
					t.Fatal(err)
				}
				shortRun(fake, status, 3, 2)
				time.AfterFunc(500*time.Millisecond, func() {
					fake.Add(fakeapi.Result{
						ID: "expresult_late", RunID: "exprun_short", ExperimentID: "exp_abc", DocumentID: "expdoc_late", BlockKind: "extract",
						Stages: []fakeapi.Stage{{Status: "error"}},
					})
				})
				result, err := api.ExperimentResult(t.Context(), "exprun_short", "expdoc_late", client.ResultOptions{})
				if err != nil || result.ID != "expresult_late" {
					t.Errorf("got %q, %v", result.ID, err)
				}
			})
		})
	}
}

// TestMissing_rowThatIsNotFinal checks that a row that is not final is not read from an old list.
func TestMissing_rowThatIsNotFinal(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.RunScoped, client.EditionRunScoped, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
		shortRun(fake, "completed", 1, 0)
		fake.Add(fakeapi.Result{
			ID: "expresult_late", RunID: "exprun_short", ExperimentID: "exp_abc", DocumentID: "expdoc_late", BlockKind: "extract",
			Stages: []fakeapi.Stage{{Status: "running"}, {Status: "completed", After: 10 * time.Second}},
		})
		noRoute := fakeapi.Reply{Status: 404, Body: `{"detail":"Workflow not found"}`}
		fake.Script(runsPath+"/exprun_short/results/expdoc_late", noRoute, noRoute)
		for _, want := range []client.Status{client.StatusRunning, client.StatusCompleted} {
			result, err := api.ExperimentResult(t.Context(), "exprun_short", "expdoc_late", client.ResultOptions{})
			if err != nil || result.Status != want {
				t.Errorf("got %q, %v", result.Status, err)
			}
			<-time.After(30 * time.Second)
		}
	})
}

// TestArtifact_ofTheOtherEdition checks that the record of an operation without a route of its own is found in the flat edition,
// although only the routes of runs have answered, which accept both credentials.
func TestArtifact_ofTheOtherEdition(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.Flat, client.EditionAuto, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
		run := fakeapi.Reply{Status: 200, Body: `{"id":"exprun_2","total_document_count":1,"lifecycle":{"status":"completed"}}`}
		fake.Script(runPath, run, run)
		if _, err := api.ExperimentRun(t.Context(), "exprun_2", false); err != nil {
			t.Fatal(err)
		}
		fake.AddArtifact(fakeapi.ArtifactRecord{Operation: "parse", ID: "prs_1", Members: `{"pages":3}`})
		record, err := api.Artifact(t.Context(), "parse", "prs_1", client.ArtifactOptions{})
		if err != nil || record.ID != "prs_1" {
			t.Errorf("got %+v, %v, requests %s", record, err, fmt.Sprint(requestCounts(fake)))
		}
	})
}
