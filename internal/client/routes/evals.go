package routes

import (
	"context"
	"io"
	"strconv"

	"github.com/retab-dev/terraform-provider-retab/internal/client/retab"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// MaxEvals is the largest page size of the lists of evals, of their runs and of their results.
const MaxEvals = 100

// EvalRuns is a page of runs of evals.
type EvalRuns struct {
	Rows []retab.EvalRun
	wire.Page
}

// EvalResults is a page of results of one run.
type EvalResults struct {
	Rows []retab.EvalResult
	wire.Page
}

// Evals is a page of the saved evals of one workflow.
type Evals struct {
	Rows []retab.Eval
	wire.Page
}

// evalEdition is what differs between the editions: the credential, and the name of an eval in paths and parameters.
type evalEdition struct {
	credential   transport.Credential
	nouns, idArg string
}

var (
	runScopedEvals = evalEdition{transport.APIKeyHeader, "tests", "test_id"}
	flatEvals      = evalEdition{transport.BearerToken, "evals", "eval_id"}
)

// EvalRun reads one run of evals.
//
// API: GET /v1/workflows/tests/runs/{run_id}, "Get Workflow Test Run".
func (r RunScoped) EvalRun(ctx context.Context, runID string) (retab.EvalRun, transport.RequestInfo, error) {
	return r.evalRun(ctx, runScopedEvals, runID)
}

// EvalRun reads one run of evals.
//
// API: GET /v1/workflows/evals/runs/{run_id}, "Get Workflow Eval Run".
func (f Flat) EvalRun(ctx context.Context, runID string) (retab.EvalRun, transport.RequestInfo, error) {
	return f.evalRun(ctx, flatEvals, runID)
}

// EvalRuns reads one page of runs of evals, newest first.
//
// API: GET /v1/workflows/tests/runs, "List Workflow Test Runs".
func (r RunScoped) EvalRuns(ctx context.Context, filter retab.EvalRunFilter, limit int, after string) (EvalRuns, transport.RequestInfo, error) {
	return r.evalRuns(ctx, runScopedEvals, filter, limit, after)
}

// EvalRuns reads one page of runs of evals, newest first.
//
// API: GET /v1/workflows/evals/runs, "List Workflow Eval Runs".
func (f Flat) EvalRuns(ctx context.Context, filter retab.EvalRunFilter, limit int, after string) (EvalRuns, transport.RequestInfo, error) {
	return f.evalRuns(ctx, flatEvals, filter, limit, after)
}

// EvalResults reads the results of a run. The list has neither a limit nor cursors; both are ignored.
//
// API: GET /v1/workflows/tests/runs/{run_id}/results, "List Workflow Test Run Results".
func (r RunScoped) EvalResults(ctx context.Context, runID string, _ int, _ string, values bool) (EvalResults, transport.RequestInfo, error) {
	request := transport.Request{Segments: []string{"workflows", "tests", "runs", runID, "results"}, Credential: transport.APIKeyHeader}
	return r.evalResults(ctx, request, runID, values)
}

// EvalResults reads the page of a run's results that follows a cursor, the first page for "".
//
// API: GET /v1/workflows/evals/results?run_id=&limit=&after=, "List Workflow Eval Results".
func (f Flat) EvalResults(ctx context.Context, runID string, limit int, after string, values bool) (EvalResults, transport.RequestInfo, error) {
	request := transport.Request{
		Segments: []string{"workflows", "evals", "results"}, Credential: transport.BearerToken,
		Query: queryOf(map[string]string{"run_id": runID, "limit": strconv.Itoa(limit), "after": after}),
	}
	return f.evalResults(ctx, request, runID, values)
}

// Evals reads the saved evals of a workflow. The list has no cursors; after is ignored.
//
// API: GET /v1/workflows/{workflow_id}/tests?limit=, "List Workflow Tests".
func (r RunScoped) Evals(ctx context.Context, workflowID string, limit int, _ string) (Evals, transport.RequestInfo, error) {
	request := transport.Request{
		Segments: []string{"workflows", workflowID, "tests"}, Credential: transport.APIKeyHeader, Query: queryOf(map[string]string{"limit": strconv.Itoa(limit)}),
	}
	return r.evals(ctx, request, workflowID)
}

// Evals reads the page of a workflow's saved evals that follows a cursor, the first page for "".
//
// API: GET /v1/workflows/evals?workflow_id=&limit=&after=, "List Workflow Evals".
func (f Flat) Evals(ctx context.Context, workflowID string, limit int, after string) (Evals, transport.RequestInfo, error) {
	request := transport.Request{
		Segments: []string{"workflows", "evals"}, Credential: transport.BearerToken,
		Query: queryOf(map[string]string{"workflow_id": workflowID, "limit": strconv.Itoa(limit), "after": after}),
	}
	return f.evals(ctx, request, workflowID)
}

// Workflow reads one workflow.
//
// API: GET /v1/workflows/{workflow_id}, "Get Workflow".
func (r RunScoped) Workflow(ctx context.Context, workflowID string) (retab.Workflow, transport.RequestInfo, error) {
	return r.workflow(ctx, transport.APIKeyHeader, workflowID)
}

// Workflow reads one workflow.
//
// API: GET /v1/workflows/{workflow_id}, "Get Workflow".
func (f Flat) Workflow(ctx context.Context, workflowID string) (retab.Workflow, transport.RequestInfo, error) {
	return f.workflow(ctx, transport.BearerToken, workflowID)
}

// RunPlan reads what a new run of an experiment would do.
//
// API: GET /v1/workflows/{workflow_id}/experiments/{experiment_id}/run-plan, "Get Experiment Run Plan".
func (r RunScoped) RunPlan(ctx context.Context, workflowID, experimentID string) (retab.RunPlan, transport.RequestInfo, error) {
	request := transport.Request{Segments: []string{"workflows", workflowID, "experiments", experimentID, "run-plan"}, Credential: transport.APIKeyHeader}
	return get(ctx, r.API, request, r.Decoder.RunPlan)
}

func (a API) evalRun(ctx context.Context, edition evalEdition, runID string) (retab.EvalRun, transport.RequestInfo, error) {
	request := transport.Request{Segments: []string{"workflows", edition.nouns, "runs", runID}, Credential: edition.credential}
	return get(ctx, a, request, func(body io.Reader) (retab.EvalRun, error) {
		run, err := a.Decoder.EvalRun(body)
		if err != nil {
			return retab.EvalRun{}, err
		}
		return run, wire.VerifyIDs(wire.IDMatch{Name: "id", Requested: runID, Answered: run.ID})
	})
}

func (a API) evalRuns(
	ctx context.Context, edition evalEdition, filter retab.EvalRunFilter, limit int, after string,
) (EvalRuns, transport.RequestInfo, error) {
	request := transport.Request{
		Segments: []string{"workflows", edition.nouns, "runs"}, Credential: edition.credential,
		Query: queryOf(map[string]string{
			"limit": strconv.Itoa(limit), "after": after, "sort_by": "created_at", "order": "desc", "workflow_id": filter.WorkflowID,
			edition.idArg: filter.EvalID, "target_block_id": filter.TargetBlockID, "status": filter.Status,
		}),
	}
	return get(ctx, a, request, func(body io.Reader) (EvalRuns, error) {
		rows, page, err := a.Decoder.EvalRuns(body)
		if err != nil {
			return EvalRuns{}, err
		}
		return EvalRuns{rows, page}, verifyRows(rows, func(row retab.EvalRun) error { return verifyEvalRun(filter, row) })
	})
}

// verifyEvalRun returns an error for a run that the filter excludes, as a server that ignores the filter would send.
func verifyEvalRun(filter retab.EvalRunFilter, run retab.EvalRun) error {
	for _, id := range []wire.IDMatch{
		{Name: "workflow_id", Requested: filter.WorkflowID, Answered: run.WorkflowID},
		{Name: "eval_id", Requested: filter.EvalID, Answered: orEmpty(run.EvalID)},
		{Name: "target.block_id", Requested: filter.TargetBlockID, Answered: orEmpty(run.TargetBlockID)},
		{Name: "lifecycle.status", Requested: filter.Status, Answered: string(run.Status)},
	} {
		if id.Requested != "" && (id.Answered != "" || id.Name == "workflow_id") {
			if err := wire.VerifyIDs(id); err != nil {
				return err
			}
		}
	}
	return nil
}

// evalResults sends a request for results and checks that each row belongs to the run.
func (a API) evalResults(ctx context.Context, request transport.Request, runID string, values bool) (EvalResults, transport.RequestInfo, error) {
	return get(ctx, a, request, func(body io.Reader) (EvalResults, error) {
		rows, page, err := a.Decoder.EvalResults(body, values)
		if err != nil {
			return EvalResults{}, err
		}
		return EvalResults{rows, page}, verifyRows(rows, func(row retab.EvalResult) error {
			if row.RunID == nil { // the API lets it be null
				return nil
			}
			return wire.VerifyIDs(wire.IDMatch{Name: "run_id", Requested: runID, Answered: *row.RunID})
		})
	})
}

// evals sends a request for saved evals and checks that each row belongs to the workflow.
func (a API) evals(ctx context.Context, request transport.Request, workflowID string) (Evals, transport.RequestInfo, error) {
	return get(ctx, a, request, func(body io.Reader) (Evals, error) {
		rows, page, err := a.Decoder.Evals(body)
		if err != nil {
			return Evals{}, err
		}
		return Evals{rows, page}, verifyRows(rows, func(row retab.Eval) error {
			return wire.VerifyIDs(wire.IDMatch{Name: "workflow_id", Requested: workflowID, Answered: row.WorkflowID})
		})
	})
}

func (a API) workflow(ctx context.Context, credential transport.Credential, workflowID string) (retab.Workflow, transport.RequestInfo, error) {
	request := transport.Request{Segments: []string{"workflows", workflowID}, Credential: credential}
	return get(ctx, a, request, func(body io.Reader) (retab.Workflow, error) {
		workflow, err := a.Decoder.Workflow(body)
		if err != nil {
			return retab.Workflow{}, err
		}
		return workflow, wire.VerifyIDs(wire.IDMatch{Name: "id", Requested: workflowID, Answered: workflow.ID})
	})
}
