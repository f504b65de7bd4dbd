package client_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// shortRun adds a run that says it has more documents than its list.
func shortRun(fake *fakeapi.Server, status string, documents, listed int) {
	fake.AddRun(fakeapi.Run{
		ID: "exprun_short", ExperimentID: "exp_abc", BlockKind: "extract", Documents: documents,
		Stages: []fakeapi.RunStage{{Status: status, Completed: documents}},
	})
	for i := range listed {
		fake.Add(fakeapi.Result{
			ID: fmt.Sprintf("expresult_short_%d", i), RunID: "exprun_short", ExperimentID: "exp_abc", DocumentID: fmt.Sprintf("expdoc_%d", i),
			BlockKind: "extract", Stages: []fakeapi.Stage{{Status: "completed"}},
		})
	}
}

// listRequests counts the requests for lists of results.
func listRequests(fake *fakeapi.Server) int {
	counts := requestCounts(fake)
	return counts[resultsPath+" 200"] + counts[runsPath+"/exprun_short/results 200"]
}

// TestMissing_shortListOfACompletedRun checks that a short list is read again with pauses, and that nothing is decided if
// it stays short.
func TestMissing_shortListOfACompletedRun(t *testing.T) {
	t.Parallel()
	forEachEdition(t, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
		shortRun(fake, "completed", 3, 2)
		_, err := api.ExperimentResult(t.Context(), "exprun_short", "expdoc_9", client.ResultOptions{})
		var incomplete *client.IncompleteListError
		if !errors.As(err, &incomplete) || incomplete.Results != 2 || incomplete.Truncated || !client.IsTemporary(err) {
			t.Fatalf("got %v", err)
		}
		if got := listRequests(fake); got < 4 || got > 6 {
			t.Errorf("%d lists were read", got)
		}
		if _, err := api.ExperimentResult(t.Context(), "exprun_short", "expdoc_1", client.ResultOptions{}); err != nil {
			t.Errorf("a document that is there: %v", err)
		}
	})
}

// TestMissing_lateRow checks that a row that appears shortly after the end of its run is found.
func TestMissing_lateRow(t *testing.T) {
	t.Parallel()
	for reads := 1; reads <= 3; reads++ {
		t.Run(fmt.Sprint(reads), func(t *testing.T) {
			t.Parallel()
			inBubble(t, fakeapi.Flat, client.EditionFlat, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
				shortRun(fake, "completed", 3, 2)
				fake.Add(fakeapi.Result{
					ID: "expresult_late", RunID: "exprun_short", ExperimentID: "exp_abc", DocumentID: "expdoc_late", BlockKind: "extract",
					ListedAfter: reads, Stages: []fakeapi.Stage{{Status: "completed"}},
				})
				result, err := api.ExperimentResult(t.Context(), "exprun_short", "expdoc_late", client.ResultOptions{})
				if err != nil || result.ID != "expresult_late" {
					t.Errorf("got %q, %v", result.ID, err)
				}
			})
		})
	}
}

// TestMissing_cancelledOrFailedRun checks that a list that was read twice decides: a cancelled or failed run may have
// fewer results than documents.
func TestMissing_cancelledOrFailedRun(t *testing.T) {
	t.Parallel()
	for _, status := range []string{"cancelled", "error"} {
		t.Run(status, func(t *testing.T) {
			t.Parallel()
			forEachEdition(t, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
				shortRun(fake, status, 3, 2)
				_, err := api.ExperimentResult(t.Context(), "exprun_short", "expdoc_9", client.ResultOptions{})
				wantAbsence(t, err, client.RunOver)
				if got := listRequests(fake); got < 2 || got > 3 {
					t.Errorf("%d lists were read", got)
				}
			})
		})
	}
}

// TestMissing_largeCancelledRun checks that a list that cannot show all results of a cancelled run proves nothing.
func TestMissing_largeCancelledRun(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.RunScoped, client.EditionRunScoped, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
		shortRun(fake, "cancelled", 1100, 1100)
		_, err := api.ExperimentResult(t.Context(), "exprun_short", "expdoc_none", client.ResultOptions{})
		var incomplete *client.IncompleteListError
		if !errors.As(err, &incomplete) || !incomplete.Truncated {
			t.Errorf("got %v", err)
		}
	})
}

// TestMissing_activeRun checks that a run that is not over has no result yet, however long its list is.
func TestMissing_activeRun(t *testing.T) {
	t.Parallel()
	forEachEdition(t, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
		for _, documents := range []int{2, 3} {
			shortRun(fake, "running", documents, 2)
			_, err := api.ExperimentResult(t.Context(), "exprun_short", "expdoc_9", client.ResultOptions{})
			wantAbsence(t, err, client.RunActive)
		}
	})
}

// TestMissing_resultOnlyInTheList checks that the result is taken from the list if the route of the result is missing.
func TestMissing_resultOnlyInTheList(t *testing.T) {
	t.Parallel()
	for _, setting := range []client.Edition{client.EditionRunScoped, client.EditionAuto} {
		t.Run(string(setting), func(t *testing.T) {
			t.Parallel()
			inBubble(t, fakeapi.RunScoped, setting, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
				shortRun(fake, "completed", 1, 1)
				path := runsPath + "/exprun_short/results/expdoc_0"
				noRoute := fakeapi.Reply{Status: 404, Body: `{"detail":"Workflow not found"}`}
				fake.Script(path, noRoute, noRoute, noRoute)
				for _, options := range []client.ResultOptions{{}, {Fresh: true}, {IncludeContent: true, Fresh: true}} {
					result, err := api.ExperimentResult(t.Context(), "exprun_short", "expdoc_0", options)
					if err != nil || result.ID != "expresult_short_0" {
						t.Errorf("%+v: got %q, %v", options, result.ID, err)
					}
				}
			})
		})
	}
}

// TestAuto_absenceCosts counts what it takes to say for certain that there is no result.
func TestAuto_absenceCosts(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		serves fakeapi.Edition
		most   map[string]int // of a first read and a second
	}{
		"run-scoped": {fakeapi.RunScoped, map[string]int{
			"result 200": 1, "result 404": 2, resultsPath + " 404": 1, runPath + " 401": 1, runPath + " 200": 1, runPath + "/results 200": 1,
		}},
		"flat":             {fakeapi.Flat, map[string]int{resultsPath + " 200": 2, runPath + " 200": 1}},
		"flat behind gate": {fakeapi.FlatBehindGate, map[string]int{resultsPath + " 200": 2, runPath + " 200": 1}},
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
				wantAtMost(t, fake, test.most)
			})
		})
	}
}

// TestMissing_pollReadsALaterList checks that a poll does not decide from a list that an earlier poll has read.
func TestMissing_pollReadsALaterList(t *testing.T) {
	t.Parallel()
	for _, serves := range []struct {
		edition fakeapi.Edition
		setting client.Edition
	}{{fakeapi.RunScoped, client.EditionRunScoped}, {fakeapi.Flat, client.EditionFlat}} {
		t.Run(fmt.Sprint(serves.setting), func(t *testing.T) {
			t.Parallel()
			inBubble(t, serves.edition, serves.setting, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
				shortRun(fake, "completed", 3, 2)
				fake.Add(fakeapi.Result{
					ID: "expresult_late", RunID: "exprun_short", ExperimentID: "exp_abc", DocumentID: "expdoc_late", BlockKind: "extract",
					ListedAfter: 2, Stages: []fakeapi.Stage{{Status: "completed"}},
				})
				var err error
				for range 4 {
					_, err = api.ExperimentResult(t.Context(), "exprun_short", "expdoc_none", client.ResultOptions{Fresh: true})
					<-time.After(2 * time.Second)
				}
				wantAbsence(t, err, client.RunOver)
			})
		})
	}
}
