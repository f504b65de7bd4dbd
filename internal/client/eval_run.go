package client

import (
	"context"
	"io"
	"strconv"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// EvalRun reads one run of evals. A fresh read uses no answer that was requested earlier.
//
// API: GET /v1/workflows/tests/runs/{run_id} in the run-scoped edition, GET /v1/workflows/evals/runs/{run_id} in the flat edition. A
// run that provably does not exist is an [*AbsentError].
func (c *Client) EvalRun(ctx context.Context, runID string, fresh bool) (EvalRun, error) {
	if err := checkIDs(idArgument{"run_id", runID}); err != nil {
		return EvalRun{}, err
	}
	needs := c.cache.freshnessOf(fresh)
	return inEdition(ctx, c, ownRoutes, func(ctx context.Context, edition Edition) (EvalRun, error) {
		return c.evalRun(ctx, edition, runID, needs)
	}, func(ctx context.Context, edition Edition, err error) (EvalRun, error) {
		if err = c.evalRunAbsence(ctx, edition, err, runID); !IsAbsent(err) {
			err = c.orKeyRefused(ctx, edition, err)
		}
		return EvalRun{}, err
	})
}

// evalRun reads one run. If it has ended, what is known about it from before that moment is not used any more.
func (c *Client) evalRun(ctx context.Context, edition Edition, runID string, needs freshness) (EvalRun, error) {
	type query struct{}
	isFinal := func(run EvalRun) bool { return run.Status.Terminal() }
	return cached(ctx, c.cache, cacheKey{edition, runID, runPart, query{}}, needs, isFinal, func(ctx context.Context) (EvalRun, error) {
		run, _, err := c.getEvalRun(ctx, edition, runID)
		if err == nil && run.Status.Terminal() {
			c.cache.runEnded(edition, runID)
		}
		return run, err
	})
}

// evalRunAbsence returns an [*AbsentError] if err is the 404 of a run of evals that does not exist: see provedAbsent.
func (c *Client) evalRunAbsence(ctx context.Context, edition Edition, err error, runID string) error {
	after := c.cache.freshnessOf(true)
	return provedAbsent(err, runID, NoSuchEvalRun, func() (ids []string, page wire.Page, err error) {
		list, _, err := c.getEvalRuns(ctx, edition, EvalRunFilter{}, 1, "")
		for _, run := range list.Rows {
			ids = append(ids, run.ID)
		}
		return ids, list.Page, err
	}, func(other string) error {
		_, err := c.evalRun(ctx, edition, other, after)
		return err
	})
}

// NewestEvalRun returns the newest run of exactly the scope that the filter names: of one eval, of the evals of one
// block, or of all evals of the workflow. If there is none, the error unwraps to [ErrNoEvalRun].
//
// API: GET /v1/workflows/tests/runs in the run-scoped edition, GET /v1/workflows/evals/runs in the flat edition.
func (c *Client) NewestEvalRun(ctx context.Context, filter EvalRunFilter, fresh bool) (EvalRun, error) {
	if err := checkIDs(idArgument{"workflow_id", filter.WorkflowID}); err != nil {
		return EvalRun{}, err
	}
	needs := c.cache.freshnessOf(fresh)
	runs, err := inEdition(ctx, c, ownRoutes, func(ctx context.Context, edition Edition) ([]EvalRun, error) {
		return cached(ctx, c.cache, cacheKey{edition: edition, query: filter}, needs, never, func(ctx context.Context) ([]EvalRun, error) {
			return c.readNewestEvalRun(ctx, edition, filter)
		})
	}, func(ctx context.Context, edition Edition, err error) ([]EvalRun, error) {
		return nil, c.orKeyRefused(ctx, edition, err)
	})
	if err == nil && len(runs) == 0 {
		err = ErrNoEvalRun
	}
	if err != nil {
		return EvalRun{}, err
	}
	return runs[0], nil
}

// readNewestEvalRun reads the newest run of a scope from the server, which cannot select the runs of all evals.
func (c *Client) readNewestEvalRun(ctx context.Context, edition Edition, filter EvalRunFilter) ([]EvalRun, error) {
	list := newestList[EvalRun]{
		limit: 1, id: func(run EvalRun) string { return run.ID }, created: func(run EvalRun) time.Time { return run.Timing.Created() },
		counts: func(run EvalRun) bool { return hasScope(run, filter) },
	}
	return list.read(maxEvalsPage, func(after string) ([]EvalRun, wire.Page, RequestInfo, error) {
		page, info, err := c.getEvalRuns(ctx, edition, filter, maxEvalsPage, after)
		return page.Rows, page.Page, info, err
	})
}

// hasScope reports whether a run is about exactly what the filter names.
func hasScope(run EvalRun, filter EvalRunFilter) bool {
	switch run.Scope() {
	case ScopeEval:
		return filter.EvalID != "" && sameID(*run.EvalID, filter.EvalID)
	case ScopeBlock:
		return filter.EvalID == "" && filter.TargetBlockID != "" && sameID(*run.TargetBlockID, filter.TargetBlockID)
	default:
		return filter.EvalID == "" && filter.TargetBlockID == ""
	}
}

func (c *Client) getEvalRun(ctx context.Context, edition Edition, runID string) (EvalRun, RequestInfo, error) {
	return get(ctx, c, evalRunRoute.request(edition, values{"run_id": runID}, nil), func(body io.Reader) (EvalRun, error) {
		run, err := c.decoder.EvalRun(body)
		if err != nil {
			return EvalRun{}, err
		}
		return run, wire.VerifyIDs(wire.IDMatch{Name: "id", Requested: runID, Answered: run.ID})
	})
}

// getEvalRuns reads one page of runs of evals, newest first. The run-scoped edition calls evals tests.
func (c *Client) getEvalRuns(ctx context.Context, edition Edition, filter EvalRunFilter, limit int, after string) (page[EvalRun], RequestInfo, error) {
	evalID := "test_id"
	if edition == EditionFlat {
		evalID = "eval_id"
	}
	request := evalRunsRoute.request(edition, nil, values{
		"limit": strconv.Itoa(limit), "after": after, "sort_by": "created_at", "order": "desc", "workflow_id": filter.WorkflowID,
		evalID: filter.EvalID, "target_block_id": filter.TargetBlockID, "status": filter.Status,
	})
	return getPage(ctx, c, request, c.decoder.EvalRuns, func(row EvalRun) error { return verifyEvalRun(filter, row) })
}

// verifyEvalRun returns an error for a run that the filter excludes, as a server that ignores the filter would send.
func verifyEvalRun(filter EvalRunFilter, run EvalRun) error {
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
