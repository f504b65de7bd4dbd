package client

import (
	"context"
	"io"
	"net/http"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// Workflow reads one workflow. A fresh read uses no answer that was requested earlier.
//
// API: GET /v1/workflows/{workflow_id}, "Get Workflow". The path is the same in both editions. A workflow that provably does not
// exist is an [*AbsentError].
func (c *Client) Workflow(ctx context.Context, workflowID string, fresh bool) (Workflow, error) {
	if err := checkIDs(idArgument{"id", workflowID}); err != nil {
		return Workflow{}, err
	}
	needs := c.cache.freshnessOf(fresh)
	return inEdition(ctx, c, commonRoutes, func(ctx context.Context, edition Edition) (Workflow, error) {
		return c.workflow(ctx, edition, workflowID, needs)
	}, func(ctx context.Context, edition Edition, err error) (Workflow, error) {
		if err = c.workflowAbsence(ctx, edition, err, workflowID); !IsAbsent(err) {
			err = c.orKeyRefused(ctx, edition, err)
		}
		return Workflow{}, err
	})
}

func (c *Client) workflow(ctx context.Context, edition Edition, workflowID string, needs freshness) (Workflow, error) {
	type query struct{}
	return cached(ctx, c.cache, cacheKey{edition: edition, object: workflowID, query: query{}}, needs, never, func(ctx context.Context) (Workflow, error) {
		workflow, _, err := c.getWorkflow(ctx, edition, workflowID)
		return workflow, err
	})
}

// workflowAbsence returns an [*AbsentError] if err is the 404 of a workflow that does not exist: the route must
// answer for the workflow of the newest experiment run or of the newest run of evals. The words of the 404 prove
// nothing, because the API answers the same for a missing route.
func (c *Client) workflowAbsence(ctx context.Context, edition Edition, err error, workflowID string) error {
	api := transport.HasStatus(err, http.StatusNotFound)
	if api == nil || !api.IsJSON {
		return err
	}
	after := c.cache.freshnessOf(true)
	other := ""
	if runs, listErr := c.runsPage(ctx, edition, RunFilter{}, after); listErr == nil && len(runs.Rows) > 0 && runs.Rows[0].WorkflowID != nil {
		other = *runs.Rows[0].WorkflowID
	}
	if other == "" {
		if runs, _, listErr := c.getEvalRuns(ctx, edition, EvalRunFilter{}, 1, ""); listErr == nil && len(runs.Rows) > 0 {
			other = runs.Rows[0].WorkflowID
		}
	}
	if CheckID("workflow_id", other) != nil || sameID(other, workflowID) {
		return err
	}
	if _, otherErr := c.workflow(ctx, edition, other, after); otherErr != nil {
		return confirmed(otherErr, err)
	}
	return &AbsentError{RequestInfo: api.RequestInfo, Reason: NoSuchWorkflow, WorkflowID: workflowID, Message: api.Message}
}

func (c *Client) getWorkflow(ctx context.Context, edition Edition, workflowID string) (Workflow, RequestInfo, error) {
	return get(ctx, c, workflowRoute.request(edition, values{"workflow_id": workflowID}, nil), func(body io.Reader) (Workflow, error) {
		workflow, err := c.decoder.Workflow(body)
		if err != nil {
			return Workflow{}, err
		}
		return workflow, wire.VerifyIDs(wire.IDMatch{Name: "id", Requested: workflowID, Answered: workflow.ID})
	})
}
