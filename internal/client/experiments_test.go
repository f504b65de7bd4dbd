package client_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

func idsOf(experiments []client.Experiment) []string {
	var ids []string
	for _, experiment := range experiments {
		ids = append(ids, experiment.ID)
	}
	return ids
}

func TestExperiments_filters(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, _ serverCase, fake *fakeapi.Server, api *client.Client) {
		for i, test := range []struct {
			workflowID string
			filter     client.ExperimentFilter
			want       []string
		}{
			{"wf_2", client.ExperimentFilter{}, []string{"exp_copy_1", "exp_copy_2"}},
			{"wf_2", client.ExperimentFilter{Name: "Invoices (Copy)"}, []string{"exp_copy_1", "exp_copy_2"}},
			{"wf_2", client.ExperimentFilter{Name: "invoices (copy)"}, nil},
			{"wf_1", client.ExperimentFilter{BlockID: "extract-invoice"}, []string{"exp_compared"}},
			{"wf_1", client.ExperimentFilter{BlockID: "extract-invoice", Name: "Q1 invoices"}, nil},
		} {
			got, err := api.Experiments(t.Context(), test.workflowID, test.filter, false)
			if err != nil || !slices.Equal(idsOf(got), test.want) {
				t.Errorf("%d: got %v, %v, want %v", i, idsOf(got), err, test.want)
			}
		}
		lists := 0
		for _, request := range fake.Journal() {
			if request.Status == 200 && request.Path != flatExperimentPath {
				lists++
			}
		}
		if lists > 3 { // one of each workflow, and on a server with both editions the one that was cancelled
			t.Errorf("%d lists were read: %v", lists, requestCounts(fake))
		}
	})
}

// TestExperiments_pages checks that all experiments are read: the flat edition has pages, the run-scoped edition has one
// list of any length.
func TestExperiments_pages(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, _ serverCase, fake *fakeapi.Server, api *client.Client) {
		var want []string
		for i := range 230 {
			id := fmt.Sprintf("exp_%03d", i)
			fake.AddExperiment(fakeapi.Experiment{ID: id, WorkflowID: "wf_many", BlockKind: "extract"})
			want = append(want, id)
		}
		got, err := api.Experiments(t.Context(), "wf_many", client.ExperimentFilter{}, false)
		if diff := cmp.Diff(want, idsOf(got)); err != nil || diff != "" {
			t.Errorf("got %v (-want +got):\n%s", err, diff)
		}
	})
}

// lists returns how many requests were not for a run plan.
func lists(fake *fakeapi.Server) (count int) {
	for request, number := range requestCounts(fake) {
		if !strings.Contains(request, "/run-plan ") {
			count += number
		}
	}
	return count
}

// TestExperiments_sharedByReads checks that all reads of a workflow's experiments share one list, whatever their filters.
func TestExperiments_sharedByReads(t *testing.T) {
	t.Parallel()
	for _, server := range []serverCase{serverCases["run-scoped"], serverCases["flat"]} {
		inBubble(t, server.serves, server.setting, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
			var reads sync.WaitGroup
			for _, filter := range []client.ExperimentFilter{{Name: "Q1 invoices"}, {BlockID: "extract-invoice"}, {Name: "Split contracts"}} {
				reads.Go(func() {
					if _, err := api.FindExperiment(t.Context(), "wf_1", filter, false); err != nil {
						t.Error(err)
					}
				})
			}
			reads.Wait()
			if _, err := api.Experiments(t.Context(), "wf_1", client.ExperimentFilter{}, false); err != nil || lists(fake) != 1 {
				t.Errorf("%v after %v", err, requestCounts(fake))
			}
		})
	}
}

func TestFindExperiment(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, _ serverCase, _ *fakeapi.Server, api *client.Client) {
		got, err := api.FindExperiment(t.Context(), "wf_1", client.ExperimentFilter{Name: "Q1 invoices"}, false)
		one, errOne := api.Experiment(t.Context(), "exp_abc", "wf_1", false)
		if err != nil || errOne != nil || got.ID != one.ID || got.Score.Cmp(one.Score) != 0 || got.Freshness.Status != one.Freshness.Status {
			t.Errorf("got %+v, %v and %+v, %v", got, err, one, errOne)
		}
		if _, err := api.FindExperiment(t.Context(), "wf_1", client.ExperimentFilter{Name: "No such name"}, false); !errors.Is(err, client.ErrNoExperiment) {
			t.Errorf("got %v", err)
		}
		var ambiguous *client.AmbiguousError
		_, err = api.FindExperiment(t.Context(), "wf_2", client.ExperimentFilter{Name: "Invoices (Copy)"}, false)
		copies := []string{"exp_copy_1", "exp_copy_2"}
		if !errors.As(err, &ambiguous) || !slices.Equal(ambiguous.IDs, copies) || ambiguous.Names != [2]string{} {
			t.Errorf("got %v, names %q", err, ambiguous.Names)
		}
		_, err = api.FindExperiment(t.Context(), "wf_1", client.ExperimentFilter{}, false)
		if !errors.As(err, &ambiguous) || ambiguous.Names != [2]string{} {
			t.Errorf("without a name: got %v, names %q", err, ambiguous.Names)
		}
	})
}

// TestExperiments_refuses checks that a list of another server or workflow, or an incomplete list, is an error.
func TestExperiments_refuses(t *testing.T) {
	t.Parallel()
	row := `{"id":"e","workflow_id":"wf_1","block_id":"b","name":"n"}`
	for body, want := range map[string]string{
		`[]`:                    "an empty list without list_metadata, which any server could send",
		`{"data":null}`:         "an empty list without list_metadata, which any server could send",
		`{"error":"x"}`:         "data is missing",
		`{"data":[{"id":"e"}]}`: "data.0.workflow_id is missing",
	} {
		for _, server := range []serverCase{serverCases["run-scoped"], serverCases["flat"]} {
			inBubble(t, server.serves, server.setting, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
				fake.Script(runScopedListPath, fakeapi.Reply{Status: 200, Body: body})
				fake.Script(flatExperimentsPath, fakeapi.Reply{Status: 200, Body: body})
				_, err := api.Experiments(t.Context(), "wf_1", client.ExperimentFilter{}, false)
				var malformed *transport.ResponseError
				if !errors.As(err, &malformed) || malformed.Problem != want {
					t.Errorf("%s: got %v, want %q", body, err, want)
				}
			})
		}
	}
	cursor := fakeapi.Reply{Status: 200, Body: `{"data":[` + row + `],"list_metadata":{"after":"e"}}`}
	for server, want := range map[serverCase]string{
		serverCases["run-scoped"]: "the list may go on after its 1 rows, but this edition of the API has no route to the rest",
		serverCases["flat"]:       "the list repeats a cursor, so it cannot be read to its end",
	} {
		inBubble(t, server.serves, server.setting, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
			fake.Script(runScopedListPath, cursor)
			fake.Script(flatExperimentsPath, cursor, cursor)
			_, err := api.Experiments(t.Context(), "wf_1", client.ExperimentFilter{}, false)
			var malformed *transport.ResponseError
			if !errors.As(err, &malformed) || malformed.Problem != want {
				t.Errorf("got %v, want %q", err, want)
			}
		})
	}
}
