package routes

import (
	"context"
	"io"
	"net/url"
	"strconv"

	"github.com/retab-dev/terraform-provider-retab/internal/client/retab"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// RunScoped has the routes of the run-scoped edition (May 2026): results belong to their run, and the header Api-Key
// carries the key.
type RunScoped struct{ API }

// Result reads the result of one document.
//
// API: GET /v1/workflows/experiments/runs/{run_id}/results/{document_id}, "Get Experiment Run Result".
func (r RunScoped) Result(ctx context.Context, runID, documentID string, payloads bool) (retab.ExperimentResult, error) {
	request := transport.Request{Segments: []string{"workflows", "experiments", "runs", runID, "results", documentID}, Credential: transport.APIKeyHeader}
	result, _, err := get(ctx, r.API, request, func(body io.Reader) (retab.ExperimentResult, error) {
		result, err := r.Decoder.Result(body, payloads)
		if err != nil {
			return retab.ExperimentResult{}, err
		}
		return result, wire.VerifyIDs(
			wire.IDMatch{Name: "run_id", Requested: runID, Answered: result.RunID},
			wire.IDMatch{Name: "document_id", Requested: documentID, Answered: result.DocumentID},
		)
	})
	return result, err
}

// Results reads at most limit results of a run. The list has no cursors, so further results cannot be listed; after is
// ignored.
//
// API: GET /v1/workflows/experiments/runs/{run_id}/results?limit=, "List Experiment Run Results".
func (r RunScoped) Results(ctx context.Context, runID string, limit int, _ string, payloads bool) (Results, transport.RequestInfo, error) {
	return r.results(ctx, transport.Request{
		Segments:   []string{"workflows", "experiments", "runs", runID, "results"},
		Query:      url.Values{"limit": {strconv.Itoa(limit)}},
		Credential: transport.APIKeyHeader,
	}, runID, "run_id", payloads)
}

// Run reads one run.
//
// API: GET /v1/workflows/experiments/runs/{run_id}, "Get Experiment Run".
func (r RunScoped) Run(ctx context.Context, runID string) (retab.ExperimentRun, transport.RequestInfo, error) {
	return r.run(ctx, transport.APIKeyHeader, runID)
}

// Runs reads one page of runs, newest first.
//
// API: GET /v1/workflows/experiments/runs, "List Experiment Runs".
func (r RunScoped) Runs(ctx context.Context, filter retab.RunFilter, limit int, after string) (Runs, transport.RequestInfo, error) {
	return r.runs(ctx, transport.APIKeyHeader, filter, limit, after)
}

// Experiment reads one experiment of a workflow.
//
// API: GET /v1/workflows/{workflow_id}/experiments/{experiment_id}, "Get Experiment".
func (r RunScoped) Experiment(ctx context.Context, workflowID, experimentID string) (retab.Experiment, transport.RequestInfo, error) {
	request := transport.Request{Segments: []string{"workflows", workflowID, "experiments", experimentID}, Credential: transport.APIKeyHeader}
	return r.experiment(ctx, request, workflowID, experimentID)
}

// Experiments reads the experiments of a workflow. The list has neither a limit nor cursors; both are ignored.
//
// API: GET /v1/workflows/{workflow_id}/experiments, "List Experiments".
func (r RunScoped) Experiments(ctx context.Context, workflowID string, _ int, _ string) (Experiments, transport.RequestInfo, error) {
	request := transport.Request{Segments: []string{"workflows", workflowID, "experiments"}, Credential: transport.APIKeyHeader}
	return r.experiments(ctx, request, workflowID)
}

// Metrics reads a view of the metrics of a run.
//
// API: GET /v1/workflows/experiments/runs/{run_id}/metrics?view=, "Get Experiment Run Metrics".
func (r RunScoped) Metrics(ctx context.Context, query MetricsQuery) (retab.Metrics, transport.RequestInfo, error) {
	return r.metrics(ctx, transport.Request{
		Segments:   []string{"workflows", "experiments", "runs", query.RunID, "metrics"},
		Query:      query.values(),
		Credential: transport.APIKeyHeader,
	}, query)
}

// Artifact reads the record of an operation that has a route of its own. The edition has no statuses, so that of the record is
// derived.
//
// API: GET /v1/extractions/{extraction_id}, "Get Extraction", and the same for classifications, splits and partitions.
func (r RunScoped) Artifact(ctx context.Context, query ArtifactQuery) (retab.ArtifactRecord, transport.RequestInfo, error) {
	return withDerivedStatus(r.record(ctx, query.typedRequest(transport.APIKeyHeader), query, false))
}

// GenericArtifact reads the record of any operation that the API knows.
//
// API: GET /v1/workflows/artifacts/{operation}/{artifact_id}, "Get Workflow Artifact".
func (r RunScoped) GenericArtifact(ctx context.Context, query ArtifactQuery) (retab.ArtifactRecord, transport.RequestInfo, error) {
	request := transport.Request{Segments: []string{"workflows", "artifacts", query.Operation, query.ID}, Credential: transport.APIKeyHeader}
	return withDerivedStatus(r.record(ctx, request, query, false))
}
