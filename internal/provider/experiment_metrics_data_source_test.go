package provider_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

const metricsType = "retab_experiment_metrics"

func TestDataSourceExperimentMetrics_everyAttribute(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		got, problem := e.Connect(t).Read(t.Context(), t, metricsType, values{"run_id": "exprun_2"})
		if problem != "" {
			t.Fatal(problem)
		}
		want := attributes{
			"exists": true, "state": "available", "message": "", "stale_reasons": []any(nil), "experiment_id": "exp_abc", "block_kind": "extract",
			"summary": "Run exprun_2 has the score 0.93, its lowest target is line_items.*.unit_price with 0.89.",
			"score":   "0.93", "prior_score": nil, "prior_run_id": nil, "target_scores": attributes{"total": "0.97", "line_items.*.unit_price": "0.89"},
			"document_scores": attributes{
				"expdoc_xyz":    attributes{"filename": "invoice_q1.pdf", "score": "0.95", "prior_score": nil},
				"expdoc_schema": attributes{"filename": "invoice_q3.pdf", "score": "0.91", "prior_score": nil},
			},
			"confusions": []any(nil), "scored_document_count": "2", "total_document_count": nil, "targets": nil, "documents": nil, "value_data": nil,
		}
		if e.IsFlat() { // only the flat edition has the count
			want["total_document_count"] = "3"
			want["summary"] = "Run exprun_2 has the score 0.93 over 2 of 3 documents, its lowest target is line_items.*.unit_price with 0.89."
		}
		if diff := cmp.Diff(want, only(got, want)); diff != "" {
			t.Errorf("metrics differ (-want +got):\n%s", diff)
		}
	})
}

func TestDataSourceExperimentMetrics_confusions(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		got, problem := e.Connect(t).Read(t.Context(), t, metricsType, values{"run_id": fakeapi.ConfusedRunID})
		if problem != "" {
			t.Fatal(problem)
		}
		want := attributes{"target_scores": attributes{"invoice": "0.9", "receipt": "0.7"}, "confusions": []any{
			attributes{"source": "receipt", "target": "invoice", "score": "0.3"}, attributes{"source": "invoice", "target": "receipt", "score": "0.1"},
		}}
		if diff := cmp.Diff(want, only(got, want)); diff != "" {
			t.Errorf("metrics differ (-want +got):\n%s", diff)
		}
	})
}

func TestDataSourceExperimentMetrics_prior(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		s := e.Connect(t)
		for _, prior := range []any{nil, fakeapi.PriorRunID} {
			got, problem := s.Read(t.Context(), t, metricsType, values{"run_id": fakeapi.ComparedRunID, "prior_run_id": prior})
			if problem != "" || got["prior_run_id"] != fakeapi.PriorRunID || got["prior_score"] != "0.79" || got["score"] != "0.83" {
				t.Errorf("prior run %v: got %v %v %s", prior, got["prior_run_id"], got["prior_score"], problem)
			}
			wantContains(t, got["summary"].(string), "the prior run exprun_prior has 0.79.")
		}
	})
}

func TestDataSourceExperimentMetrics_details(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		got, problem := e.Connect(t).Read(t.Context(), t, metricsType, values{
			"run_id": fakeapi.ComparedRunID, "document_id": "expdoc_1", "target_path": "total", "include_values": true,
		})
		if problem != "" {
			t.Fatal(problem)
		}
		want := attributes{
			"targets": attributes{
				"total": attributes{"score": "0.92", "prior_score": "0.9"}, "vendor.name": attributes{"score": "0.78", "prior_score": nil},
			},
			"documents":  attributes{"expdoc_1": attributes{"filename": "a.pdf", "score": "0.92", "prior_score": "0.9"}},
			"value_data": attributes{"targets": attributes{"total": "10", "vendor.name": `"Acme"`}, "documents": attributes{"expdoc_1": "10"}},
		}
		if diff := cmp.Diff(want, only(got, want)); diff != "" {
			t.Errorf("metrics differ (-want +got):\n%s", diff)
		}
	})
}

// TestDataSourceExperimentMetrics_unavailable checks that no attribute has a number if the API answers 200 without metrics.
func TestDataSourceExperimentMetrics_unavailable(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		e.SetMetrics(fakeapi.Metrics{RunID: "exprun_empty", State: "computing_metrics", Message: "Later."})
		s := e.Connect(t)
		for _, test := range []struct{ runID, state, summary string }{
			{fakeapi.StaleRunID, "stale", "The metrics of run exprun_split are stale (validity_changed, inputs_changed): The block or its documents have changed"},
			{"exprun_failed", "missing", "Run exprun_failed has no metrics: Experiment has no completed run"},
			{"exprun_empty", "computing_metrics", "Run exprun_empty has no metrics (computing_metrics): Later."},
		} {
			got, problem := s.Read(t.Context(), t, metricsType, values{"run_id": test.runID, "document_id": "d", "target_path": "t", "include_values": true})
			if problem != "" || got["exists"] != true || got["state"] != test.state || got["message"] == "" || !strings.HasPrefix(got["summary"].(string), test.summary) {
				t.Errorf("%s: got %v %v %v %s", test.runID, got["state"], got["message"], got["summary"], problem)
			}
			for _, number := range []string{"score", "prior_score", "target_scores", "document_scores", "confusions", "scored_document_count", "total_document_count", "targets", "documents"} {
				if got[number] != nil {
					t.Errorf("%s: %s is %v", test.runID, number, got[number])
				}
			}
			if reasons := got["stale_reasons"]; (reasons.([]any) != nil) != (test.state == "stale") {
				t.Errorf("%s: stale_reasons are %v", test.runID, reasons)
			}
		}
	})
}

func TestDataSourceExperimentMetrics_absent(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		s := e.Connect(t)
		_, problem := s.Read(t.Context(), t, metricsType, values{"run_id": "exprun_404"})
		wantContains(t, problem, "ERROR: Experiment run not found", `Asked for the metrics of experiment run "exprun_404".`, "Check run_id, and", "ignore_not_found")
		got, problem := s.Read(t.Context(), t, metricsType, values{"run_id": "exprun_404", "ignore_not_found": true, "prior_run_id": "exprun_2"})
		want := attributes{
			"exists": false, "state": "missing", "score": nil, "target_scores": nil, "experiment_id": nil, "prior_run_id": "exprun_2",
			"summary": "Run exprun_404 has no metrics: There is no such run.",
		}
		if diff := cmp.Diff(want, only(got, want)); problem != "" || diff != "" {
			t.Errorf("absent metrics differ (-want +got):\n%s%s", diff, problem)
		}
		_, problem = s.Read(t.Context(), t, metricsType, values{"run_id": "exprun_2", "prior_run_id": "exprun_405", "ignore_not_found": true})
		wantContains(t, problem, "ERROR: Experiment run not found", "Experiment run not found: exprun_405.", "Check prior_run_id, and")
		_, problem = s.Read(t.Context(), t, metricsType, values{"run_id": "exprun_2", "document_id": "expdoc_404", "ignore_not_found": true})
		wantContains(t, problem, "ERROR: There are no metrics for document_id", `none of document "expdoc_404"`, "Documents that failed have no metrics.")
		_, problem = s.Read(t.Context(), t, metricsType, values{"run_id": "exprun_2", "target_path": "colour"})
		wantContains(t, problem, "ERROR: There are no metrics for target_path", `none of target "colour"`, "one of the keys of target_scores")
	})
}

func TestDataSourceExperimentMetrics_waits(t *testing.T) {
	t.Parallel()
	forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
		e.AddRun(fakeapi.Run{ID: "exprun_wait", ExperimentID: "exp_wait", BlockKind: "extract", Documents: 1, Stages: []fakeapi.RunStage{
			{Status: "running"}, {Status: "running"}, {Status: "completed", Completed: 1},
		}})
		e.SetMetrics(fakeapi.Metrics{RunID: "exprun_wait", Score: new(0.5)})
		began := time.Now()
		got, problem := s.Read(t.Context(), t, metricsType, values{"run_id": "exprun_wait", "wait_for_completion": true})
		if problem != "" || got["score"] != "0.5" {
			t.Errorf("got %v %s", got["score"], problem)
		}
		wantElapsed(t, time.Since(began), 3*time.Second, 6*time.Second)
		journal := e.Journal()
		if last := journal[len(journal)-1]; !strings.HasSuffix(last.Path, "/metrics") && !strings.Contains(last.Path+last.Query, "metrics") {
			t.Errorf("the last request was %s", last.Path)
		}

		got, problem = s.Read(t.Context(), t, metricsType, values{"run_id": "exprun_404", "wait_for_completion": true, "ignore_not_found": true})
		if problem != "" || got["exists"] != false {
			t.Errorf("got %v %s", got["exists"], problem)
		}
		e.AddRun(fakeapi.Run{ID: "exprun_slow", ExperimentID: "exp_wait", BlockKind: "extract", Stages: []fakeapi.RunStage{{Status: "running"}}})
		_, problem = s.Read(t.Context(), t, metricsType, values{"run_id": "exprun_slow", "wait_for_completion": true, "timeouts": values{"read": "1m"}})
		wantContains(t, problem, "ERROR: Experiment run is still running", `Asked for the metrics of experiment run "exprun_slow".`, "Raise timeouts.read (now 1m)")
	})
}

// TestDataSourceExperimentMetrics_waitReadsAfterTheEnd checks that a wait does not use metrics that were read before the run
// ended.
func TestDataSourceExperimentMetrics_waitReadsAfterTheEnd(t *testing.T) {
	t.Parallel()
	forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
		e.SetLatency(time.Millisecond)
		e.SetMetrics(fakeapi.Metrics{RunID: "exprun_2", Score: new(0.1)})
		if got, problem := s.Read(t.Context(), t, metricsType, values{"run_id": "exprun_2"}); problem != "" || got["score"] != "0.1" {
			t.Fatal(got["score"], problem)
		}
		e.SetMetrics(fakeapi.Metrics{RunID: "exprun_2", Score: new(0.9)})
		if got, problem := s.Read(t.Context(), t, metricsType, values{"run_id": "exprun_2", "wait_for_completion": true}); problem != "" || got["score"] != "0.9" {
			t.Error(got["score"], problem)
		}
	})
}

func TestDataSourceExperimentMetrics_invalidArguments(t *testing.T) {
	t.Parallel()
	s := startServer(t).Connect(t)
	for argument, arguments := range map[string]values{
		"run_id": {"run_id": ""}, "prior_run_id": {"run_id": "r", "prior_run_id": "a/b"}, "document_id": {"run_id": "r", "document_id": ".."},
		"target_path": {"run_id": "r", "target_path": ""}, "poll_interval": {"run_id": "r", "poll_interval": "1ms"},
	} {
		_, problem := s.Read(t.Context(), t, metricsType, arguments)
		wantContains(t, problem, `AttributeName("`+argument+`")`)
	}
}
