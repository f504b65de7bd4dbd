package client

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// EvalResults are a run of evals and the results that it has produced so far, one for each eval.
type EvalResults struct {
	Run  EvalRun
	Rows []EvalResult
}

// EvalResults reads a run of evals, and then its results. The caller must check whether they are complete.
//
// API: GET /v1/workflows/tests/runs/{run_id}/results in the run-scoped edition, GET /v1/workflows/evals/results?run_id= in the flat
// edition. A run that provably does not exist is an [*AbsentError].
func (c *Client) EvalResults(ctx context.Context, runID string, includeValues, fresh bool) (EvalResults, error) {
	if err := checkIDs(idArgument{"run_id", runID}); err != nil {
		return EvalResults{}, err
	}
	needs := c.cache.freshnessOf(fresh)
	return inEdition(ctx, c, ownRoutes, func(ctx context.Context, edition Edition) (EvalResults, error) {
		run, err := c.evalRun(ctx, edition, runID, needs)
		if err != nil {
			return EvalResults{}, c.evalRunAbsence(ctx, edition, err, runID)
		}
		rows, err := c.evalResults(ctx, edition, run, includeValues, needs)
		return EvalResults{run, rows}, err
	}, func(ctx context.Context, edition Edition, err error) (EvalResults, error) {
		return EvalResults{}, c.orKeyRefused(ctx, edition, err)
	})
}

// evalResults reads the list of a run's results to its end.
func (c *Client) evalResults(ctx context.Context, edition Edition, run EvalRun, includeValues bool, needs freshness) ([]EvalResult, error) {
	type query struct{ includeValues bool }
	limit := maxEvalsPage
	if edition == EditionRunScoped { // which has no pages
		limit = 0
	}
	isFinal := func([]EvalResult) bool { return run.Status.Terminal() }
	return cached(ctx, c.cache, cacheKey{edition: edition, object: run.ID, query: query{includeValues}}, needs, isFinal, func(ctx context.Context) ([]EvalResult, error) {
		var rows []EvalResult
		ids, evals := map[string]bool{}, map[string]bool{} // a result that is created between two requests moves others to the next page
		err := eachPage(func(after string) (string, RequestInfo, error) {
			page, info, err := c.getEvalResults(ctx, edition, run.ID, limit, after, includeValues)
			if err != nil {
				return "", info, err
			}
			for _, row := range page.Rows {
				switch eval := Identity(row.EvalID); {
				case ids[row.ID]:
					continue
				case evals[eval]:
					return "", info, listError(info, fmt.Sprintf("the list has two results of eval %q", PlainText(row.EvalID)))
				case row.WorkflowID != run.WorkflowID:
					return "", info, listError(info, fmt.Sprintf("a result is of workflow %q, and its run of workflow %q", PlainText(row.WorkflowID), PlainText(run.WorkflowID)))
				default:
					ids[row.ID], evals[eval] = true, true
					rows = append(rows, row)
				}
			}
			if limit == 0 && page.After != "" {
				return "", info, listError(info, "the list goes on, but this edition of the API has no route to the rest")
			}
			return page.After, info, checkEnd(info, len(rows), limit, page.Page)
		})
		return rows, err
	})
}

// getEvalResults reads the page of a run's results that follows a cursor, the first page for "". A limit of 0 is not
// sent.
func (c *Client) getEvalResults(
	ctx context.Context, edition Edition, runID string, limit int, after string, includeValues bool,
) (page[EvalResult], RequestInfo, error) {
	parameters := values{"after": after}
	if limit > 0 {
		parameters["limit"] = strconv.Itoa(limit)
	}
	runIDName := "run_id"
	if edition == EditionFlat {
		runIDName = "workflow_eval_run_id"
	}
	request := evalResultsRoute.request(edition, values{"run_id": runID}, parameters)
	return getPage(ctx, c, request, func(body io.Reader) ([]EvalResult, wire.Page, error) {
		return c.decoder.EvalResults(body, includeValues)
	}, func(row EvalResult) error {
		if row.RunID == nil { // the API lets it be null
			return nil
		}
		return verifyRun(runIDName, runID, *row.RunID)
	})
}
