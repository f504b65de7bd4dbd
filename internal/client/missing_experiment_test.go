package client_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// TestExperiment_absent checks that an experiment is absent if the API answers so and a list confirms it.
func TestExperiment_absent(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, server serverCase, _ *fakeapi.Server, api *client.Client) {
		_, err := api.Experiment(t.Context(), "exp_404", "wf_1", false)
		wantAbsent(t, err, "exp_404")
		_, err = api.Experiment(t.Context(), "exp_404", "", false)
		if server.serves == fakeapi.RunScoped {
			if !errors.Is(err, client.ErrWorkflowNeeded) {
				t.Errorf("got %v", err)
			}
			return
		}
		wantAbsent(t, err, "exp_404")
	})
}

func wantAbsent(t *testing.T, err error, experimentID string) {
	t.Helper()
	var absent *client.AbsentError
	if !errors.As(err, &absent) || absent.Reason != client.NoSuchExperiment || absent.ExperimentID != experimentID {
		t.Errorf("got %v", err)
	}
}

// TestExperiment_absentByItsMessage checks that, if there is no other experiment to request, only the API's published
// words for this experiment prove its absence.
func TestExperiment_absentByItsMessage(t *testing.T) {
	t.Parallel()
	page := func(rows string) fakeapi.Reply {
		return fakeapi.Reply{Status: 200, Body: `{"data":[` + rows + `],"list_metadata":{"before":null,"after":null}}`}
	}
	notFound := func(text string) fakeapi.Reply {
		return fakeapi.Reply{Status: 404, Body: `{"detail":"` + text + `"}`}
	}
	run := page(`{"id":"r","experiment_id":"exp_abc","workflow_id":"wf_1","lifecycle":{"status":"completed"}}`)
	for name, test := range map[string]struct {
		message, workflowID string
		newest              fakeapi.Reply // the list of all runs
		isAbsent            bool
	}{
		"with the id":                    {"Experiment not found: exp_404", "", page(""), true},
		"without an id":                  {"Experiment not found", "", page(""), true},
		"in a workflow":                  {"Experiment not found: exp_404", "wf_1", page(""), true},
		"with another id":                {"Experiment not found: exp_1", "", page(""), false},
		"about another object":           {"Run not found", "wf_1", page(""), false},
		"in other words":                 {"No such experiment", "", page(""), false},
		"in other words, another exists": {"No such experiment", "", run, true},
		"the list of all runs fails":     {"Experiment not found", "", fakeapi.Reply{Status: 501}, false},
	} {
		inBubble(t, fakeapi.Flat, client.EditionFlat, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
			fake.Script("/v1/workflows/experiments/exp_404", notFound(test.message))
			fake.Script(runsPath, page(""), test.newest)
			fake.Script(flatExperimentsPath, page(""))
			_, err := api.Experiment(t.Context(), "exp_404", test.workflowID, false)
			if err == nil || client.IsAbsent(err) != test.isAbsent {
				t.Errorf("%s: got %v", name, err)
			}
		})
	}
}

// TestExperiment_ofAnotherWorkflow checks that an experiment of another workflow is absent from the given one.
func TestExperiment_ofAnotherWorkflow(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, _ serverCase, _ *fakeapi.Server, api *client.Client) {
		_, err := api.Experiment(t.Context(), "exp_abc", fakeapi.OtherWorkflowID, false)
		wantAbsent(t, err, "exp_abc")
	})
}

// TestExperiment_undecided checks that an absence that is not proved is the error of the server or of the list.
func TestExperiment_undecided(t *testing.T) {
	t.Parallel()
	notFound := func(text string) fakeapi.Reply {
		return fakeapi.Reply{Status: 404, Body: `{"detail":"` + text + `"}`}
	}
	apiNotFound := notFound("Experiment not found: exp_abc")
	page := func(rows string) fakeapi.Reply { return fakeapi.Reply{Status: 200, Body: rows} }
	const empty = `{"data":[],"list_metadata":{"before":null,"after":null}}`
	for name, test := range map[string]struct {
		experiment fakeapi.Reply
		runs, list []fakeapi.Reply // nil for the fake's own
		workflowID string
		status     int // 0 if the error is not an API error
	}{
		"the route is missing":                       {experiment: notFound("Workflow not found"), runs: []fakeapi.Reply{page(empty)}, status: 404},
		"a gateway answers 404":                      {experiment: fakeapi.Reply{Status: 404, Body: "404 page not found", Header: http.Header{"Content-Type": {"text/plain"}}}, runs: []fakeapi.Reply{page(empty)}, status: 404},
		"the experiment has runs":                    {experiment: apiNotFound, status: 404},
		"the list of runs is a bare array":           {experiment: apiNotFound, runs: []fakeapi.Reply{page(`[]`)}, status: 404},
		"the list of runs is missing":                {experiment: apiNotFound, runs: []fakeapi.Reply{notFound("Not Found")}, status: 404},
		"the key is refused for the list of runs":    {experiment: apiNotFound, runs: []fakeapi.Reply{fakeapi.InvalidKey()}, status: 401},
		"the list of runs fails":                     {experiment: apiNotFound, runs: []fakeapi.Reply{{Status: 501}}, status: 501},
		"the workflow has the experiment":            {experiment: apiNotFound, workflowID: "wf_1", status: 404},
		"the workflow's list is an empty array":      {experiment: apiNotFound, workflowID: "wf_1", list: []fakeapi.Reply{page(`[]`)}},
		"the workflow's list is an array with a row": {experiment: apiNotFound, workflowID: "wf_1", list: []fakeapi.Reply{page(`[{"id":"e","workflow_id":"wf_1","block_id":"b","name":"n"}]`)}, status: 404},
		"the workflow's list is missing":             {experiment: apiNotFound, workflowID: "wf_1", list: []fakeapi.Reply{notFound("Workflow not found")}, status: 404},
		"the workflow's list fails":                  {experiment: apiNotFound, workflowID: "wf_1", list: []fakeapi.Reply{{Status: 501}}, status: 501},
		"the list is of another workflow":            {experiment: apiNotFound, workflowID: "wf_1", list: []fakeapi.Reply{page(`{"data":[{"id":"e","workflow_id":"wf_2","block_id":"b","name":"n"}],"list_metadata":{}}`)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, server := range []serverCase{serverCases["run-scoped"], serverCases["flat"]} {
				if server.serves == fakeapi.RunScoped && test.workflowID == "" {
					continue // the route needs the workflow
				}
				inBubble(t, server.serves, server.setting, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
					fake.Script(flatExperimentPath, test.experiment)
					fake.Script(runScopedExperimentPath, test.experiment)
					fake.Script(runsPath, test.runs...)
					fake.Script(runScopedListPath, test.list...)
					fake.Script(flatExperimentsPath, test.list...)
					_, err := api.Experiment(t.Context(), "exp_abc", test.workflowID, false)
					var answer *transport.APIError
					switch {
					case err == nil || client.IsAbsent(err):
						t.Errorf("got %v", err)
					case test.status != 0 && (!errors.As(err, &answer) || answer.StatusCode != test.status):
						t.Errorf("got %v, want status %d", err, test.status)
					case test.status == 0 && errors.As(err, &answer):
						t.Errorf("got %v", err)
					}
				})
			}
		})
	}
}

// TestExperiment_prefersTheAPIsMessage checks that the API's own 404 is preferred to the failure of the other edition.
func TestExperiment_prefersTheAPIsMessage(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.Both, client.EditionAuto, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
		fake.Script(runScopedExperimentPath, fakeapi.Reply{Status: 404, Body: `{"detail":"Workflow not found"}`})
		fake.Script(flatExperimentPath, fakeapi.Reply{Status: 404, Body: `{"detail":"Experiment not found: exp_abc"}`})
		_, err := api.Experiment(t.Context(), "exp_abc", "wf_1", false)
		var answer *transport.APIError
		if !errors.As(err, &answer) || answer.Message != "Experiment not found: exp_abc" {
			t.Errorf("got %v", err)
		}
	})
}
