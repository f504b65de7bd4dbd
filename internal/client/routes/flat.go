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
	query := url.Values{"run_id": {runID}, "limit": {strconv.Itoa(limit)}}
	if after != "" {
		query.Set("after", after)
	}
	return f.results(ctx, transport.Request{
		Segments:   []string{"workflows", "experiments", "results"},
		Query:      query,
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
