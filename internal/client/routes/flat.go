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

// Flat has the routes of the flat edition (since 21 May 2026): results are listed by their run, and the header
// Authorization: Bearer carries the key.
type Flat struct{ API }

// ResultByID reads one result that a list has, by the result's own id.
//
// API: GET /v1/workflows/experiments/results/{result_id}, "Get Experiment Result".
func (f Flat) ResultByID(ctx context.Context, listed retab.ExperimentResult, payloads bool) (retab.ExperimentResult, error) {
	request := transport.Request{Segments: []string{"workflows", "experiments", "results", listed.ID}, Credential: transport.BearerToken}
	result, _, err := get(ctx, f.API, request, func(body io.Reader) (retab.ExperimentResult, error) {
		result, err := f.Decoder.Result(body, payloads)
		if err != nil {
			return retab.ExperimentResult{}, err
		}
		return result, wire.VerifyIDs(
			wire.IDMatch{Name: "id", Requested: listed.ID, Answered: result.ID},
			wire.IDMatch{Name: "experiment_run_id", Requested: listed.RunID, Answered: result.RunID},
			wire.IDMatch{Name: "document_id", Requested: listed.DocumentID, Answered: result.DocumentID},
		)
	})
	return result, err
}

// Results reads the page of a run's results that follows a cursor, the first page for "".
//
// API: GET /v1/workflows/experiments/results?run_id=&limit=&after=, "List Experiment Results".
func (f Flat) Results(ctx context.Context, runID string, limit int, after string, payloads bool) (Results, transport.RequestInfo, error) {
	return f.results(ctx, transport.Request{
		Segments:   []string{"workflows", "experiments", "results"},
		Query:      queryOf(map[string]string{"run_id": runID, "limit": strconv.Itoa(limit), "after": after}),
		Credential: transport.BearerToken,
	}, runID, "experiment_run_id", payloads)
}

// Run reads one run.
//
// API: GET /v1/workflows/experiments/runs/{run_id}, "Get Experiment Run".
func (f Flat) Run(ctx context.Context, runID string) (retab.ExperimentRun, transport.RequestInfo, error) {
	return f.run(ctx, transport.BearerToken, runID)
}

// Runs reads one page of runs, newest first.
//
// API: GET /v1/workflows/experiments/runs, "List Experiment Runs".
func (f Flat) Runs(ctx context.Context, filter retab.RunFilter, limit int, after string) (Runs, transport.RequestInfo, error) {
	return f.runs(ctx, transport.BearerToken, filter, limit, after)
}

// Experiment reads one experiment. The path has no workflow, so the id of the workflow is ignored.
//
// API: GET /v1/workflows/experiments/{experiment_id}, "Get Experiment".
func (f Flat) Experiment(ctx context.Context, _, experimentID string) (retab.Experiment, transport.RequestInfo, error) {
	request := transport.Request{Segments: []string{"workflows", "experiments", experimentID}, Credential: transport.BearerToken}
	return f.experiment(ctx, request, "", experimentID)
}

// Experiments reads the page of a workflow's experiments that follows a cursor, the first page for "".
//
// API: GET /v1/workflows/experiments?workflow_id=&limit=&after=, "List Experiments".
func (f Flat) Experiments(ctx context.Context, workflowID string, limit int, after string) (Experiments, transport.RequestInfo, error) {
	return f.experiments(ctx, transport.Request{
		Segments:   []string{"workflows", "experiments"},
		Query:      queryOf(map[string]string{"workflow_id": workflowID, "limit": strconv.Itoa(limit), "after": after}),
		Credential: transport.BearerToken,
	}, workflowID)
}

// Metrics reads a view of the metrics of a run.
//
// API: GET /v1/workflows/experiments/metrics?run_id=&view=, "Get Experiment Metrics".
func (f Flat) Metrics(ctx context.Context, query MetricsQuery) (retab.Metrics, transport.RequestInfo, error) {
	values := query.values()
	values.Set("run_id", query.RunID)
	return f.metrics(ctx, transport.Request{
		Segments:   []string{"workflows", "experiments", "metrics"},
		Query:      values,
		Credential: transport.BearerToken,
	}, query)
}

// Artifact reads the record of an operation that has a route of its own.
//
// API: GET /v1/extractions/{extraction_id}?include_output=, "Get Extraction", and the same for classifications, splits and
// partitions. Without the output, the answer also lacks the likelihoods.
func (f Flat) Artifact(ctx context.Context, query ArtifactQuery) (retab.ArtifactRecord, transport.RequestInfo, error) {
	request := query.typedRequest(transport.BearerToken)
	if query.StatusOnly {
		request.Query = url.Values{"include_output": {"false"}}
	}
	return withDefaultStatus(f.record(ctx, request, query, false))
}

// GenericArtifact reads the record of any operation whose ids have a prefix that the API knows. The id alone selects the
// record, so the answer has to name the operation.
//
// API: GET /v1/workflows/artifacts/{artifact_id}, "Get Workflow Artifact By Id".
func (f Flat) GenericArtifact(ctx context.Context, query ArtifactQuery) (retab.ArtifactRecord, transport.RequestInfo, error) {
	request := transport.Request{Segments: []string{"workflows", "artifacts", query.ID}, Credential: transport.BearerToken}
	return withDefaultStatus(f.record(ctx, request, query, true))
}
