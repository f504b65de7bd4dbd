package client_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

func TestExperiment_byID(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, _ serverCase, _ *fakeapi.Server, api *client.Client) {
		for _, workflowID := range []string{"", "wf_1"} {
			got, err := api.Experiment(t.Context(), fakeapi.SeedExperimentID, workflowID, false)
			if err != nil {
				t.Fatal(err)
			}
			if got.ID != "exp_abc" || got.WorkflowID != "wf_1" || got.Name != "Q1 invoices" || *got.BlockKind != "extract" || *got.LastRunID != "exprun_2" ||
				got.Score.Text('f', -1) != "0.93" || *got.DocumentCount != 3 || got.Status != "completed" || got.Freshness.Status != client.Fresh {
				t.Errorf("with workflow %q: got %+v", workflowID, got)
			}
		}
	})
}

// TestExperiment_freshnessInEveryEdition checks that the editions agree on which experiments are fresh.
func TestExperiment_freshnessInEveryEdition(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, _ serverCase, _ *fakeapi.Server, api *client.Client) {
		all, err := api.Experiments(t.Context(), "wf_1", client.ExperimentFilter{}, false)
		if err != nil || len(all) < 8 {
			t.Fatal(all, err)
		}
		for _, experiment := range all {
			want := experiment.ID == fakeapi.SeedExperimentID || experiment.ID == fakeapi.ComparedExperimentID
			if (experiment.Freshness.Status == client.Fresh) != want {
				t.Errorf("%s: freshness %v, want fresh %v: %+v", experiment.ID, experiment.Freshness.Status, want, experiment)
			}
		}
	})
}

// TestExperiment_costs counts the requests of four reads: two at the same time, one right after them, and one when the answer is
// too old.
func TestExperiment_costs(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		serverCase
		workflowID string
		want       map[string]int
	}{
		"run-scoped": {serverCases["run-scoped"], "wf_1", map[string]int{runScopedExperimentPath + " 200": 2, runScopedExperimentPath + "/run-plan 200": 2}},
		"run-scoped without a workflow": {serverCases["run-scoped"], "", map[string]int{
			runsPath + " 200": 2, runScopedExperimentPath + " 200": 2, runScopedExperimentPath + "/run-plan 200": 2,
		}},
		"flat": {serverCases["flat"], "wf_1", map[string]int{flatExperimentPath + " 200": 2}},
		"auto, run-scoped": {serverCases["auto, run-scoped"], "", map[string]int{
			runsPath + " 200": 2, runScopedExperimentPath + " 200": 2, runScopedExperimentPath + "/run-plan 200": 2, flatExperimentPath + " 404": 1,
		}},
		"auto, flat": {serverCases["auto, flat"], "", map[string]int{flatExperimentPath + " 200": 2}},
		"auto, gate": {serverCases["auto, gate"], "", map[string]int{flatExperimentPath + " 200": 2}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, test.serves, test.setting, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
				read := func() {
					if _, err := api.Experiment(t.Context(), "exp_abc", test.workflowID, false); err != nil {
						t.Error(err)
					}
				}
				var reads sync.WaitGroup
				reads.Go(read)
				reads.Go(read)
				reads.Wait()
				read()
				<-time.After(2 * time.Second) // too long for the answer to be used again
				read()
				wantRequests(t, fake, test.want)
			})
		})
	}
}

// TestExperiment_withoutTheRouteOfTheRunPlan checks that the plan is unknown, and that reads of the same second ask once for it.
func TestExperiment_withoutTheRouteOfTheRunPlan(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.RunScoped, client.EditionRunScoped, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
		fake.AddFault(fakeapi.Fault{Path: runScopedExperimentPath + "/run-plan", Reply: fakeapi.Reply{Status: 404, Body: `{"detail":"Not Found"}`}})
		for range 3 {
			if got, err := api.Experiment(t.Context(), "exp_abc", "wf_1", false); err != nil || got.RunPlanMode != nil || got.RerunnableDocuments != nil {
				t.Errorf("got %+v, %v", got, err)
			}
		}
		wantRequests(t, fake, map[string]int{runScopedExperimentPath + " 200": 1, runScopedExperimentPath + "/run-plan 404": 1})
	})
}

// TestExperiment_runWithoutAWorkflow checks that no workflow is taken from a run that does not name its experiment or has
// no valid workflow.
func TestExperiment_runWithoutAWorkflow(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]string{
		"no experiment":          `{"id":"r","workflow":{"workflow_id":"wf_1"},"lifecycle":{"status":"completed"}}`,
		"no workflow":            `{"id":"r","experiment_id":"exp_abc","lifecycle":{"status":"completed"}}`,
		"an invalid workflow id": `{"id":"r","experiment_id":"exp_abc","workflow":{"workflow_id":".."},"lifecycle":{"status":"completed"}}`,
	} {
		inBubble(t, fakeapi.RunScoped, client.EditionRunScoped, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
			fake.Script(runsPath, fakeapi.Reply{Status: 200, Body: `{"data":[` + row + `],"list_metadata":{}}`})
			if _, err := api.Experiment(t.Context(), "exp_abc", "", false); !errors.Is(err, client.ErrWorkflowNeeded) || len(fake.Journal()) != 1 {
				t.Errorf("%s: got %v after %v", name, err, requestCounts(fake))
			}
		})
	}
}

// TestExperiment_draftWithoutWorkflow checks that only the run-scoped edition needs the workflow of an experiment without
// runs.
func TestExperiment_draftWithoutWorkflow(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, server serverCase, _ *fakeapi.Server, api *client.Client) {
		got, err := api.Experiment(t.Context(), fakeapi.DraftExperimentID, "", false)
		switch {
		case server.serves == fakeapi.RunScoped && !errors.Is(err, client.ErrWorkflowNeeded):
			t.Errorf("got %v", err)
		case server.serves != fakeapi.RunScoped && (err != nil || got.Status != "draft" || got.Score != nil || got.LastRunID != nil || got.Freshness.Status == client.Fresh):
			t.Errorf("got %+v, %v", got, err)
		}
		got, err = api.Experiment(t.Context(), fakeapi.DraftExperimentID, "wf_1", false)
		if err != nil || got.Status != "draft" {
			t.Errorf("got %+v, %v", got, err)
		}
	})
}

func TestExperiment_refusesIDsBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	fake := startFake(t)
	api := newClient(t, fake.URL)
	for _, id := range []string{".", "..", "a/b", "a\n"} {
		reads := map[string]func() error{
			"id":           func() error { _, err := api.Experiment(t.Context(), id, "", false); return err },
			"workflow_id":  func() error { _, err := api.Experiment(t.Context(), "exp_abc", id, false); return err },
			"workflow_id ": func() error { _, err := api.Experiments(t.Context(), id, client.ExperimentFilter{}, false); return err },
			"run_id":       func() error { _, err := api.ExperimentMetrics(t.Context(), id, client.MetricsOptions{}); return err },
			"prior_run_id": func() error {
				_, err := api.ExperimentMetrics(t.Context(), "r", client.MetricsOptions{PriorRunID: id})
				return err
			},
			"document_id": func() error {
				_, err := api.ExperimentMetrics(t.Context(), "r", client.MetricsOptions{DocumentID: id})
				return err
			},
			"workflow_id  ": func() error {
				_, err := api.FindExperiment(t.Context(), id, client.ExperimentFilter{}, false)
				return err
			},
		}
		for name, read := range reads {
			var refused *transport.ArgumentError
			if err := read(); !errors.As(err, &refused) || refused.Argument != strings.TrimSpace(name) {
				t.Errorf("%s = %q: got %v", name, id, err)
			}
		}
	}
	if journal := fake.Journal(); len(journal) != 0 {
		t.Errorf("%d requests were made", len(journal))
	}
}

// TestExperiment_wrongKey checks that every read with a wrong key returns the server's refusal.
func TestExperiment_wrongKey(t *testing.T) {
	t.Parallel()
	for serverName, server := range serverCases {
		t.Run(serverName, func(t *testing.T) {
			t.Parallel()
			fake := startEdition(t, server.serves)
			for name, read := range map[string]func(ctx context.Context, api *client.Client) error{
				"experiment": func(ctx context.Context, api *client.Client) error {
					_, err := api.Experiment(ctx, "exp_abc", "", false)
					return err
				},
				"experiment of a workflow": func(ctx context.Context, api *client.Client) error {
					_, err := api.Experiment(ctx, "exp_abc", "wf_1", false)
					return err
				},
				"experiments": func(ctx context.Context, api *client.Client) error {
					_, err := api.Experiments(ctx, "wf_1", client.ExperimentFilter{}, false)
					return err
				},
				"metrics": func(ctx context.Context, api *client.Client) error {
					_, err := api.ExperimentMetrics(ctx, "exprun_2", client.MetricsOptions{})
					return err
				},
			} {
				api, err := client.New(client.Config{Edition: server.setting, Config: transport.Config{APIKey: "rt_test_wrong", BaseURL: fake.URL, RetryWait: quickRetry}})
				if err != nil {
					t.Fatal(err)
				}
				var answer *transport.APIError
				if err := read(t.Context(), api); !errors.As(err, &answer) || answer.StatusCode != http.StatusUnauthorized || answer.Message != "Invalid API Key." {
					t.Errorf("%s: got %v", name, err)
				}
			}
		})
	}
}

// TestExperiment_changedServer checks that a detected edition that does not answer any more is detected again.
func TestExperiment_changedServer(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.Both, client.EditionAuto, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
		if _, err := api.Experiment(t.Context(), "exp_abc", "wf_1", false); err != nil {
			t.Fatal(err)
		}
		<-time.After(2 * time.Second)
		gone := fakeapi.Reply{Status: 404, Body: `{"detail":"Workflow not found"}`}
		for range 2 {
			fake.Script(runScopedExperimentPath, gone)
		}
		if got, err := api.Experiment(t.Context(), "exp_abc", "wf_1", false); err != nil || got.ID != "exp_abc" {
			t.Errorf("got %+v, %v", got, err)
		}
	})
}

// TestExperiment_withoutWorkflowForgetsNoEdition checks that a detected edition stays detected if an experiment cannot be found
// in it without its workflow.
func TestExperiment_withoutWorkflowForgetsNoEdition(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.RunScoped, client.EditionAuto, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
		if _, err := readSeed(t.Context(), api); err != nil {
			t.Fatal(err)
		}
		if _, err := api.Experiment(t.Context(), "exp_without_runs", "", false); err == nil {
			t.Fatal("the experiment cannot be found")
		}
		before := requestCounts(fake)[resultsPath+" 404"]
		<-time.After(time.Minute) // no answer is shared any more
		if _, err := api.ExperimentResult(t.Context(), fakeapi.SeedRunID, fakeapi.FailedDocumentID, client.ResultOptions{}); err != nil {
			t.Fatal(err)
		}
		if got := requestCounts(fake)[resultsPath+" 404"]; got != before {
			t.Errorf("the edition was detected again: %v", requestCounts(fake))
		}
	})
}
