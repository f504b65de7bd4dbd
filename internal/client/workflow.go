package client

import "context"

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
		return Workflow{}, c.workflowAbsence(ctx, edition, err, workflowID)
	})
}

func (c *Client) workflow(ctx context.Context, edition Edition, workflowID string, needs freshness) (Workflow, error) {
	type query struct{ isWorkflow bool }
	return cached(ctx, c.cache, cacheKey{edition: edition, object: workflowID, query: query{true}}, needs, never, func(ctx context.Context) (Workflow, error) {
		workflow, _, err := c.routesOf(edition).Workflow(ctx, workflowID)
		return workflow, err
	})
}
