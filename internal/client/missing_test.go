package client_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// eachEdition runs a test against a server of each edition, configured and detected, on a clock of its own.
func eachEdition(t *testing.T, test func(t *testing.T, fake *fakeapi.Server, api *client.Client)) {
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

const unknownRunPath = runsPath + "/exprun_404"

func readUnknownRun(ctx context.Context, api *client.Client) error {
	_, err := api.ExperimentResult(ctx, "exprun_404", "expdoc_xyz", client.ResultOptions{})
	return err
}

func wantAbsence(t *testing.T, err error, reason client.AbsenceReason) {
	t.Helper()
	var absent *client.AbsentError
	if !errors.As(err, &absent) || absent.Reason != reason {
		t.Fatalf("got %v, want an absence for reason %d", err, reason)
	}
}

// TestMissing_noSuchRun: a run that answers 404 does not exist if the API answers with its list of runs, and only then.
func TestMissing_noSuchRun(t *testing.T) {
	t.Parallel()
	for name, list := range map[string]fakeapi.Reply{
		"a gateway's 404":             {Status: 404, Body: `{"message":"no Route matched with those values"}`},
		"a missing route":             {Status: 404, Body: `{"detail":"Workflow not found"}`},
		"a method that is not there":  {Status: 405, Body: "405 method not allowed"},
		"a refusal":                   {Status: 403, Body: `{"detail":"Missing scope"}`},
		"a fault":                     {Status: 501, Body: `{"detail":"Oops"}`},
		"a list that any server has":  {Status: 200, Body: `[]`},
		"an object that is no list":   {Status: 200, Body: `{"ok":true}`},
		"a list that has the run":     {Status: 200, Body: `{"data":[{"id":"exprun_404","lifecycle":{"status":"running"}}],"list_metadata":{"after":null}}`},
		"a list without its metadata": {Status: 200, Body: `{"data":[]}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachEdition(t, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
				fake.Script(runsPath, list, list, list, list)
				if err := readUnknownRun(t.Context(), api); err == nil || client.IsAbsent(err) {
					t.Errorf("result: got %v", err)
				}
				if _, err := api.ExperimentRun(t.Context(), "exprun_404"); err == nil || client.IsAbsent(err) {
					t.Errorf("run: got %v", err)
				}
				fake.Forget(runsPath)
				wantAbsence(t, readUnknownRun(t.Context(), api), client.NoSuchRun)
				_, err := api.ExperimentRun(t.Context(), "exprun_404")
				wantAbsence(t, err, client.NoSuchRun)
				if absent := new(client.AbsentError); !errors.As(err, &absent) || absent.Message != "Experiment run not found: exprun_404" {
					t.Errorf("got the message %q", absent.Message)
				}
			})
		})
	}
}

// TestMissing_wordsOfA404: the words of a 404 can rule an absence out, never prove it.
func TestMissing_wordsOfA404(t *testing.T) {
	t.Parallel()
	for body, mayBeAbsent := range map[string]bool{
		`{"detail":"Experiment run not found: exprun_404"}`: true,
		`{"detail":"No such run"}`:                          true,
		`{"detail":"Workflow not found"}`:                   false,
		`{"detail":"Not Found"}`:                            false,
		`{"detail":"Not found."}`:                           false,
		`{"detail":""}`:                                     false,
		"<html><title>404</title>":                          false,
		"Experiment run not found: exprun_404":              false,
	} {
		t.Run(body, func(t *testing.T) {
			t.Parallel()
			eachEdition(t, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
				notFound := fakeapi.Reply{Status: 404, Body: body}
				fake.Script(unknownRunPath, notFound, notFound)
				if err := readUnknownRun(t.Context(), api); err == nil || client.IsAbsent(err) != mayBeAbsent {
					t.Errorf("got %v", err)
				}
			})
		})
	}
}

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

// lists counts the requests for lists of results.
func lists(fake *fakeapi.Server) int {
	counts := asked(fake)
	return counts[resultsPath+" 200"] + counts[runsPath+"/exprun_short/results 200"]
}

// TestMissing_shortListOfACompletedRun: the list is read again with pauses, and then nothing is decided.
func TestMissing_shortListOfACompletedRun(t *testing.T) {
	t.Parallel()
	eachEdition(t, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
		shortRun(fake, "completed", 3, 2)
		_, err := api.ExperimentResult(t.Context(), "exprun_short", "expdoc_9", client.ResultOptions{})
		var incomplete *client.IncompleteListError
		if !errors.As(err, &incomplete) || incomplete.Results != 2 || incomplete.Truncated || !client.IsTemporary(err) {
			t.Fatalf("got %v", err)
		}
		if got := lists(fake); got < 4 || got > 6 {
			t.Errorf("%d lists were read", got)
		}
		if _, err := api.ExperimentResult(t.Context(), "exprun_short", "expdoc_1", client.ResultOptions{}); err != nil {
			t.Errorf("a document that is there: %v", err)
		}
	})
}

// TestMissing_rowsThatLag: a row that comes a moment after the end of its run is the result.
func TestMissing_rowsThatLag(t *testing.T) {
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

// TestMissing_runThatEndedEarly: a run that was cancelled or failed may have fewer results than documents; a list that was
// read twice decides.
func TestMissing_runThatEndedEarly(t *testing.T) {
	t.Parallel()
	for _, status := range []string{"cancelled", "error"} {
		t.Run(status, func(t *testing.T) {
			t.Parallel()
			eachEdition(t, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
				shortRun(fake, status, 3, 2)
				_, err := api.ExperimentResult(t.Context(), "exprun_short", "expdoc_9", client.ResultOptions{})
				wantAbsence(t, err, client.RunOver)
				if got := lists(fake); got < 2 || got > 3 {
					t.Errorf("%d lists were read", got)
				}
			})
		})
	}
}

// TestMissing_largeRunThatEndedEarly: a list that cannot show all results of a cancelled run proves nothing.
func TestMissing_largeRunThatEndedEarly(t *testing.T) {
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

// TestMissing_runThatGoesOn: there is no result yet, whatever the list's length is.
func TestMissing_runThatGoesOn(t *testing.T) {
	t.Parallel()
	eachEdition(t, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
		for _, documents := range []int{2, 3} {
			shortRun(fake, "running", documents, 2)
			_, err := api.ExperimentResult(t.Context(), "exprun_short", "expdoc_9", client.ResultOptions{})
			wantAbsence(t, err, client.RunActive)
		}
	})
}

// TestMissing_routeOfTheResult: without the route of one result, the list has the result.
func TestMissing_routeOfTheResult(t *testing.T) {
	t.Parallel()
	for _, setting := range []client.Edition{client.EditionRunScoped, client.EditionAuto} {
		t.Run(string(setting), func(t *testing.T) {
			t.Parallel()
			inBubble(t, fakeapi.RunScoped, setting, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
				shortRun(fake, "completed", 1, 1)
				path := runsPath + "/exprun_short/results/expdoc_0"
				noRoute := fakeapi.Reply{Status: 404, Body: `{"detail":"Workflow not found"}`}
				fake.Script(path, noRoute, noRoute, noRoute)
				for _, options := range []client.ResultOptions{{}, {Poll: true}, {HandleData: true, Poll: true}} {
					result, err := api.ExperimentResult(t.Context(), "exprun_short", "expdoc_0", options)
					if err != nil || result.ID != "expresult_short_0" {
						t.Errorf("%+v: got %q, %v", options, result.ID, err)
					}
				}
			})
		})
	}
}

// TestAuto_serverThatChangesItsEdition: an edition that was detected is detected again when its routes are gone.
func TestAuto_serverThatChangesItsEdition(t *testing.T) {
	t.Parallel()
	for _, before := range []fakeapi.Edition{fakeapi.RunScoped, fakeapi.Flat} {
		inBubble(t, before, client.EditionAuto, func(t *testing.T, fake *fakeapi.Server, _ *client.Client) {
			after := fakeapi.New(map[fakeapi.Edition]fakeapi.Edition{fakeapi.RunScoped: fakeapi.Flat, fakeapi.Flat: fakeapi.RunScoped}[before])
			changing := &changingServer{fake}
			api, err := client.New(client.Config{APIKey: fakeapi.Key, BaseURL: fake.URL, Edition: client.EditionAuto, RetryWait: quick, Transport: changing})
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

// changingServer is a server that is replaced while the client lives.
type changingServer struct{ *fakeapi.Server }

// TestExperimentResults_shortList: the list of a completed run is read again for a few seconds; the caller sees what it has
// then.
func TestExperimentResults_shortList(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status string
		lists  int
	}{"completed": {"completed", 5}, "cancelled": {"cancelled", 2}, "error": {"error", 2}, "running": {"running", 1}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, fakeapi.Flat, client.EditionFlat, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
				shortRun(fake, test.status, 3, 2)
				got, err := api.ExperimentResults(t.Context(), "exprun_short", client.ResultsOptions{})
				if err != nil || len(got.Results) != 2 || got.Run.TotalDocuments != 3 {
					t.Errorf("got %d results of %d, %v", len(got.Results), got.Run.TotalDocuments, err)
				}
				if read := lists(fake); read != test.lists {
					t.Errorf("%d lists were read, want %d", read, test.lists)
				}
			})
		})
	}
}

// TestExperimentResults_pauses: the pauses before a short list is read again grow, and end with the context.
func TestExperimentResults_pauses(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.Flat, client.EditionFlat, func(t *testing.T, fake *fakeapi.Server, _ *client.Client) {
		api, err := client.New(client.Config{APIKey: fakeapi.Key, BaseURL: fake.URL, Edition: client.EditionFlat, Transport: fake})
		if err != nil {
			t.Fatal(err)
		}
		shortRun(fake, "completed", 3, 2)
		for _, test := range []struct {
			limit, least, most time.Duration
		}{{time.Minute, 7 * time.Second, 8 * time.Second}, {2 * time.Second, 2 * time.Second, 2 * time.Second}} {
			ctx, cancel := context.WithTimeout(t.Context(), test.limit)
			began := time.Now()
			options := client.ResultsOptions{DocumentIDs: []string{"expdoc_9"}}
			if got, err := api.ExperimentResults(ctx, "exprun_short", options); err != nil || len(got.Results) != 2 {
				t.Errorf("got %d results, %v", len(got.Results), err)
			}
			if took := time.Since(began); took < test.least || took > test.most {
				t.Errorf("took %s", took)
			}
			cancel()
		}
	})
}

// TestExperimentResults_namedDocumentsOfALargeRun: what the run-scoped edition cannot list is read one by one.
func TestExperimentResults_namedDocumentsOfALargeRun(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.RunScoped, client.EditionRunScoped, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
		addRun(fake, "exprun_big", 1100)
		fake.AddRun(fakeapi.Run{ID: "exprun_big", ExperimentID: "exp_abc", BlockKind: "extract", Stages: []fakeapi.RunStage{{Status: "completed", Completed: 1100}}})
		named := client.ResultsOptions{DocumentIDs: []string{"expdoc_0", "expdoc_1", "expdoc_1099"}} // the first two are not in the list
		got, err := api.ExperimentResults(t.Context(), "exprun_big", named)
		if err != nil || len(got.Results) != 3 {
			t.Fatalf("got %d results, %v", len(got.Results), err)
		}
		wantAsked(t, fake, map[string]int{"result 200": 2, bigList + " 200": 1, runsPath + "/exprun_big 200": 1})
		named.DocumentIDs = append(named.DocumentIDs, "expdoc_none")
		var incomplete *client.IncompleteListError
		if _, err := api.ExperimentResults(t.Context(), "exprun_big", named); !errors.As(err, &incomplete) || !incomplete.Truncated || client.IsTemporary(err) {
			t.Errorf("got %v, requests %v", err, asked(fake))
		}
	})
}

// TestExperimentResults_selection: rows that are not selected have only what counts need.
func TestExperimentResults_selection(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.Flat, client.EditionFlat, func(t *testing.T, _ *fakeapi.Server, api *client.Client) {
		for name, options := range map[string]client.ResultsOptions{
			"by document": {DocumentIDs: []string{fakeapi.FailedDocumentID}}, "by status": {Statuses: []string{"error"}},
			"by both": {DocumentIDs: []string{fakeapi.FailedDocumentID, fakeapi.SeedDocumentID}, Statuses: []string{"error"}},
		} {
			got, err := api.ExperimentResults(t.Context(), fakeapi.SeedRunID, options)
			if err != nil || len(got.Results) != 3 {
				t.Fatalf("%s: got %d results, %v", name, len(got.Results), err)
			}
			for _, result := range got.Results {
				isSelected := result.DocumentID == fakeapi.FailedDocumentID
				if (result.RunID != "") != isSelected || (len(result.HandleInputs) > 0) != isSelected || result.Status == "" {
					t.Errorf("%s: %+v", name, result)
				}
			}
		}
	})
}
