package client_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

const (
	flatMetricsPath      = "/v1/workflows/experiments/metrics"
	runScopedMetricsPath = "/v1/workflows/experiments/runs/exprun_2/metrics"
)

func TestExperimentMetrics_summary(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, server serverCase, _ *fakeapi.Server, api *client.Client) {
		got, err := api.ExperimentMetrics(t.Context(), fakeapi.SeedRunID, client.MetricsOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if got.State != client.MetricsAvailable || *got.ExperimentID != "exp_abc" || got.Score.Text('f', -1) != "0.93" || got.PriorScore != nil ||
			len(got.TargetScores) != 2 || got.TargetScores["line_items.*.unit_price"].Text('f', -1) != "0.89" || len(got.Documents) != 2 ||
			*got.Documents[0].Filename != "invoice_q1.pdf" || got.Targets != nil || got.TargetDocuments != nil {
			t.Errorf("got %+v", got)
		}
		if isFlat := server.serves != fakeapi.RunScoped; isFlat != (got.TotalDocuments != nil) {
			t.Errorf("got a total of %v", got.TotalDocuments)
		}
		confused, err := api.ExperimentMetrics(t.Context(), fakeapi.ConfusedRunID, client.MetricsOptions{})
		if err != nil || len(confused.Confusions) != 2 || confused.Confusions[0].Source != "receipt" || confused.TargetScores["receipt"].Text('f', -1) != "0.7" {
			t.Errorf("got %+v, %v", confused, err)
		}
	})
}

func TestExperimentMetrics_prior(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, _ serverCase, _ *fakeapi.Server, api *client.Client) {
		for _, priorRunID := range []string{"", fakeapi.PriorRunID} {
			got, err := api.ExperimentMetrics(t.Context(), fakeapi.ComparedRunID, client.MetricsOptions{PriorRunID: priorRunID})
			if err != nil || got.PriorRunID == nil || *got.PriorRunID != fakeapi.PriorRunID || got.PriorScore.Text('f', -1) != "0.79" || got.Score.Text('f', -1) != "0.83" {
				t.Errorf("prior run %q: got %+v, %v", priorRunID, got, err)
			}
		}
	})
}

func TestExperimentMetrics_details(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, _ serverCase, _ *fakeapi.Server, api *client.Client) {
		for _, values := range []bool{false, true} {
			got, err := api.ExperimentMetrics(t.Context(), fakeapi.ComparedRunID, client.MetricsOptions{DocumentID: "expdoc_1", TargetPath: "total", IncludeContent: values})
			if err != nil || len(got.Targets) != 2 || len(got.TargetDocuments) != 1 {
				t.Fatalf("got %+v, %v", got, err)
			}
			target, document := got.Targets[0], got.TargetDocuments[0] // the lowest score first
			if target.Path != "vendor.name" || target.Score.Text('f', -1) != "0.78" || got.Targets[1].PriorScore.Text('f', -1) != "0.9" || document.PriorScore.Text('f', -1) != "0.9" {
				t.Errorf("got %+v and %+v", got.Targets, document)
			}
			if hasValues := target.Value != nil && document.Value != nil; hasValues != values {
				t.Errorf("got values: %v, want %v", hasValues, values)
			}
		}
	})
}

// TestExperimentMetrics_unavailable checks that unavailable metrics are not an error and have no number.
func TestExperimentMetrics_unavailable(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, _ serverCase, fake *fakeapi.Server, api *client.Client) {
		for runID, want := range map[string]client.MetricsState{fakeapi.StaleRunID: client.MetricsStale, fakeapi.ActiveRunID: client.MetricsMissing} {
			got, err := api.ExperimentMetrics(t.Context(), runID, client.MetricsOptions{DocumentID: "d", TargetPath: "t", IncludeContent: true})
			if err != nil || got.State != want || got.Message == "" || got.Score != nil || got.TargetScores != nil || got.Documents != nil {
				t.Errorf("got %+v, %v", got, err)
			}
		}
		for _, request := range fake.Journal() {
			if request.Status == 200 && len(request.Query) > len("run_id=exprun_active&view=summary") {
				t.Errorf("details of unavailable metrics were requested: %s?%s", request.Path, request.Query)
			}
		}
	})
}

// TestExperimentMetrics_staleDetails checks that stale details make the whole answer stale.
func TestExperimentMetrics_staleDetails(t *testing.T) {
	t.Parallel()
	for _, options := range []client.MetricsOptions{{DocumentID: "expdoc_xyz"}, {TargetPath: "total"}} {
		inBubble(t, fakeapi.RunScoped, client.EditionRunScoped, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
			fake.Script(runScopedMetricsPath,
				fakeapi.Reply{Status: 200, Body: `{"run_id":"exprun_2","experiment_id":"exp_abc","score":1}`},
				fakeapi.Reply{Status: 200, Body: `{"error":"stale_metrics","experiment_id":"exp_abc","message":"Changed."}`})
			got, err := api.ExperimentMetrics(t.Context(), "exprun_2", options)
			if err != nil || got.State != client.MetricsStale || got.Score != nil {
				t.Errorf("%+v: got %+v, %v", options, got, err)
			}
		})
	}
}

// TestExperimentMetrics_absent checks that only a run that provably does not exist is absent.
func TestExperimentMetrics_absent(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, _ serverCase, _ *fakeapi.Server, api *client.Client) {
		for missing, read := range map[string]struct {
			runID   string
			options client.MetricsOptions
		}{
			"exprun_404": {"exprun_404", client.MetricsOptions{}},
			"exprun_405": {"exprun_2", client.MetricsOptions{PriorRunID: "exprun_405"}},
		} {
			var absent *client.AbsentError
			if _, err := api.ExperimentMetrics(t.Context(), read.runID, read.options); !errors.As(err, &absent) || absent.Reason != client.NoSuchRun || absent.RunID != missing {
				t.Errorf("%s: got %v", missing, err)
			}
		}
		for _, options := range []client.MetricsOptions{{DocumentID: "expdoc_404"}, {TargetPath: "colour"}} {
			var none *client.NoDetailsError
			if _, err := api.ExperimentMetrics(t.Context(), "exprun_2", options); !errors.As(err, &none) || none.RunID != "exprun_2" || none.Message == "" {
				t.Errorf("%+v: got %v", options, err)
			}
		}
	})
}

// TestExperimentMetrics_missingRouteIsNotAbsence checks that a server that has the run but no route for metrics is an
// error.
func TestExperimentMetrics_missingRouteIsNotAbsence(t *testing.T) {
	t.Parallel()
	gone := fakeapi.Reply{Status: 404, Body: `{"detail":"Experiment not found: metrics"}`}
	forEachServer(t, func(t *testing.T, _ serverCase, fake *fakeapi.Server, api *client.Client) {
		for range 3 {
			fake.Script(flatMetricsPath, gone)
			fake.Script(runScopedMetricsPath, gone)
		}
		_, err := api.ExperimentMetrics(t.Context(), "exprun_2", client.MetricsOptions{})
		if client.IsAbsent(err) || !client.IsNotFound(err) {
			t.Errorf("got %v", err)
		}
	})
}

// TestExperimentMetrics_costs checks that reads of the same metrics in the same second share one request for each view.
func TestExperimentMetrics_costs(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		serverCase
		want map[string]int
	}{
		"run-scoped":       {serverCases["run-scoped"], map[string]int{runScopedMetricsPath + " 200": 3}},
		"flat":             {serverCases["flat"], map[string]int{flatMetricsPath + " 200": 3}},
		"auto, run-scoped": {serverCases["auto, run-scoped"], map[string]int{runScopedMetricsPath + " 200": 3, flatMetricsPath + " 404": 1}},
		"auto, flat":       {serverCases["auto, flat"], map[string]int{flatMetricsPath + " 200": 3}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, test.serves, test.setting, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
				var reads sync.WaitGroup
				for _, options := range []client.MetricsOptions{{}, {}, {DocumentID: "expdoc_xyz"}} {
					reads.Go(func() {
						if _, err := api.ExperimentMetrics(t.Context(), "exprun_2", options); err != nil {
							t.Error(err)
						}
					})
				}
				reads.Wait()
				if _, err := api.ExperimentMetrics(t.Context(), "exprun_2", client.MetricsOptions{Fresh: true}); err != nil {
					t.Error(err)
				}
				wantRequests(t, fake, test.want)
			})
		})
	}
}

// TestExperimentMetrics_freshness checks that metrics are at most a second old.
func TestExperimentMetrics_freshness(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.Flat, client.EditionFlat, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
		score := func() string {
			metrics, err := api.ExperimentMetrics(t.Context(), "exprun_2", client.MetricsOptions{})
			if err != nil {
				t.Fatal(err)
			}
			return metrics.Score.Text('f', -1)
		}
		first := score()
		fake.SetMetrics(fakeapi.Metrics{RunID: "exprun_2", Score: new(0.1)})
		if again := score(); again != first {
			t.Errorf("got %s in the same second, want %s", again, first)
		}
		<-time.After(2 * time.Second)
		if later := score(); later != "0.1" {
			t.Errorf("got %s two seconds later", later)
		}
	})
}
