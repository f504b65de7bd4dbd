package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

func TestExperimentResults_sizes(t *testing.T) {
	t.Parallel()
	for _, documents := range []int{1, 100, 101, 1000} {
		t.Run(fmt.Sprint(documents), func(t *testing.T) {
			t.Parallel()
			forBothEditions(t, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
				addRun(fake, "exprun_big", documents)
				got, err := api.ExperimentResults(t.Context(), "exprun_big", client.ResultsOptions{})
				if err != nil || len(got.Results) != documents || got.Run.TotalDocuments != int64(documents) {
					t.Fatalf("got %d results of %d, %v", len(got.Results), got.Run.TotalDocuments, err)
				}
				if !slices.IsSortedFunc(got.Results, func(one, other *client.ExperimentResult) int {
					return strings.Compare(one.DocumentID, other.DocumentID)
				}) {
					t.Error("the results are not sorted by document id")
				}
			})
		})
	}
}

// TestExperimentResults_beyondOnePage checks that the flat edition is read to its end, and that rows which the run-scoped
// edition cannot list are an error: it has no cursors.
func TestExperimentResults_beyondOnePage(t *testing.T) {
	t.Parallel()
	forBothEditions(t, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
		addRun(fake, "exprun_big", 2500)
		got, err := api.ExperimentResults(t.Context(), "exprun_big", client.ResultsOptions{})
		if requestCounts(fake)[resultsPath+" 200"] == 0 { // the run-scoped fake
			if !errors.Is(err, client.ErrUnreachableResults) {
				t.Errorf("got %d results, %v", len(got.Results), err)
			}
			return
		}
		if err != nil || len(got.Results) != 2500 || requestCounts(fake)[resultsPath+" 200"] != 3 {
			t.Errorf("got %d results, %v, requests %v", len(got.Results), err, requestCounts(fake))
		}
	})
}

func TestExperimentResults_costs(t *testing.T) {
	t.Parallel()
	const scopedList = runPath + "/results"
	for name, test := range map[string]struct {
		serves fakeapi.Edition
		most   map[string]int
	}{
		"run-scoped": {fakeapi.RunScoped, map[string]int{scopedList + " 200": 1, runPath + " 200": 1, resultsPath + " 404": 1, runPath + " 401": 1}},
		"flat":       {fakeapi.Flat, map[string]int{resultsPath + " 200": 1, runPath + " 200": 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, test.serves, client.EditionAuto, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
				if _, err := api.ExperimentResults(t.Context(), "exprun_2", client.ResultsOptions{}); err != nil {
					t.Fatal(err)
				}
				wantAtMost(t, fake, test.most)
			})
		})
	}
}

func TestExperimentResults_runNotFound(t *testing.T) {
	t.Parallel()
	for _, notFound := range []bool{false, true} {
		forBothEditions(t, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
			fake.SetUnknownRunIsNotFound(notFound)
			_, err := api.ExperimentResults(t.Context(), "exprun_404", client.ResultsOptions{})
			var absent *client.AbsentError
			if !errors.As(err, &absent) || absent.Reason != client.NoSuchRun {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestExperimentResults_shortList checks that a short list of a completed run is read again for a few seconds, and then
// returned as it is.
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
				if read := listRequests(fake); read != test.lists {
					t.Errorf("%d lists were read, want %d", read, test.lists)
				}
			})
		})
	}
}

// TestExperimentResults_pauses checks that the pauses before a short list is read again grow, and end with the context.
func TestExperimentResults_pauses(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.Flat, client.EditionFlat, func(t *testing.T, fake *fakeapi.Server, _ *client.Client) {
		api, err := client.New(client.Config{Edition: client.EditionFlat, Config: transport.Config{APIKey: fakeapi.Key, BaseURL: fake.URL, RoundTripper: fake}})
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
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		_, err = api.ExperimentResult(ctx, "exprun_short", "expdoc_9", client.ResultOptions{})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("one result: got %v", err)
		}
	})
}

// TestExperimentResults_namedDocumentsOfALargeRun checks that requested documents which the run-scoped edition cannot list are an
// error, and that those of the list are not.
func TestExperimentResults_namedDocumentsOfALargeRun(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.RunScoped, client.EditionRunScoped, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
		addRun(fake, "exprun_big", 1100)
		fake.AddRun(fakeapi.Run{ID: "exprun_big", ExperimentID: "exp_abc", BlockKind: "extract", Stages: []fakeapi.RunStage{{Status: "completed", Completed: 1100}}})
		listed := client.ResultsOptions{DocumentIDs: []string{"expdoc_1098", "expdoc_1099"}}
		if got, err := api.ExperimentResults(t.Context(), "exprun_big", listed); err != nil || len(got.Results) != 1000 {
			t.Fatalf("got %d results, %v", len(got.Results), err)
		}
		beyond := client.ResultsOptions{DocumentIDs: []string{"expdoc_0", "expdoc_1099"}}
		if _, err := api.ExperimentResults(t.Context(), "exprun_big", beyond); !errors.Is(err, client.ErrUnreachableResults) || client.IsTemporary(err) {
			t.Errorf("got %v", err)
		}
	})
}

// TestExperimentResults_count checks that a run with more results than can be read at once is refused by its count, unless the
// read selects some of them.
func TestExperimentResults_count(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		serves  fakeapi.Edition
		setting client.Edition
		count   int
		options client.ResultsOptions
		want    error
	}{
		"too many":                {fakeapi.Flat, client.EditionFlat, 20_001, client.ResultsOptions{}, client.ErrTooManyResults},
		"the maximum":             {fakeapi.Flat, client.EditionFlat, 20_000, client.ResultsOptions{}, nil},
		"selected documents":      {fakeapi.Flat, client.EditionFlat, 20_001, client.ResultsOptions{DocumentIDs: []string{fakeapi.SeedDocumentID}}, nil},
		"selected statuses":       {fakeapi.Flat, client.EditionFlat, 20_001, client.ResultsOptions{Statuses: []string{"completed"}}, nil},
		"the run-scoped edition":  {fakeapi.RunScoped, client.EditionRunScoped, 20_001, client.ResultsOptions{}, nil},
		"too many, edition found": {fakeapi.Flat, client.EditionAuto, 20_001, client.ResultsOptions{}, client.ErrTooManyResults},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, test.serves, test.setting, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
				run := fakeapi.Reply{Status: 200, Body: fmt.Sprintf(`{"id":"exprun_2","total_document_count":%d,"lifecycle":{"status":"completed"}}`, test.count)}
				fake.Script(runPath, run, run) // for both editions
				got, err := api.ExperimentResults(t.Context(), "exprun_2", test.options)
				if !errors.Is(err, test.want) || (err == nil) != (len(got.Results) > 0) {
					t.Errorf("got %d results, %v", len(got.Results), err)
				}
			})
		})
	}
}

// TestExperimentResults_failure checks that the failure of the run or of its list is the error.
func TestExperimentResults_failure(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		setting client.Edition
		path    string
	}{
		"run":                 {client.EditionRunScoped, runPath},
		"list":                {client.EditionRunScoped, runPath + "/results"},
		"run, edition found":  {client.EditionAuto, runPath},
		"list, edition found": {client.EditionAuto, runPath + "/results"},
	} {
		inBubble(t, fakeapi.RunScoped, test.setting, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
			fake.Script(test.path, fakeapi.Reply{Status: 501}, fakeapi.Reply{Status: 501}) // for both editions
			_, err := api.ExperimentResults(t.Context(), "exprun_2", client.ResultsOptions{})
			var failure *transport.APIError
			if !errors.As(err, &failure) || failure.StatusCode != http.StatusNotImplemented {
				t.Errorf("%s: got %v", name, err)
			}
		})
	}
}
