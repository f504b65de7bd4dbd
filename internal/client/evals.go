package client

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// Evals lists the saved evals of a workflow, or of one of its blocks, sorted by id. blockID may be "".
//
// API: GET /v1/workflows/{workflow_id}/tests in the run-scoped edition, GET /v1/workflows/evals?workflow_id= in the flat edition. A
// workflow that does not exist cannot be distinguished from a missing route: the server's error is returned, or its empty list.
func (c *Client) Evals(ctx context.Context, workflowID, blockID string, fresh bool) ([]Eval, error) {
	if err := checkIDs(idArgument{"workflow_id", workflowID}); err != nil {
		return nil, err
	}
	needs := c.cache.freshnessOf(fresh)
	list, err := inEdition(ctx, c, ownRoutes, func(ctx context.Context, edition Edition) ([]Eval, error) {
		type query struct{}
		return cached(ctx, c.cache, cacheKey{edition: edition, object: workflowID, query: query{}}, needs, never, func(ctx context.Context) ([]Eval, error) {
			return c.readEvals(ctx, edition, workflowID)
		})
	}, func(ctx context.Context, edition Edition, err error) ([]Eval, error) {
		return nil, c.orKeyRefused(ctx, edition, err)
	})
	return slices.DeleteFunc(slices.Clone(list), func(eval Eval) bool { return blockID != "" && !sameID(eval.BlockID, blockID) }), err
}

// readEvals reads the saved evals of a workflow to the end of the list. In the run-scoped edition a full page may not
// be the end.
func (c *Client) readEvals(ctx context.Context, edition Edition, workflowID string) ([]Eval, error) {
	var list []Eval
	seen := map[string]bool{} // an eval that is created between two requests moves others to the next page
	err := eachPage(func(after string) (string, RequestInfo, error) {
		page, info, err := c.getEvals(ctx, edition, workflowID, after)
		if err != nil {
			return "", info, err
		}
		for _, row := range page.Rows {
			if id := Identity(row.ID); !seen[id] {
				seen[id] = true
				list = append(list, row)
			}
		}
		if edition == EditionRunScoped && (page.After != "" || len(page.Rows) >= maxEvalsPage) {
			return "", info, listError(info, fmt.Sprintf("the list may go on after its %d evals, but this edition of the API has no route to the rest", len(page.Rows)))
		}
		return page.After, info, checkEnd(info, len(list), maxEvalsPage, page.Page)
	})
	slices.SortFunc(list, func(one, other Eval) int { return cmp.Compare(one.ID, other.ID) })
	return list, err
}

// getEvals reads the page of a workflow's saved evals that follows a cursor, the first page for "". The run-scoped
// edition has no cursors.
func (c *Client) getEvals(ctx context.Context, edition Edition, workflowID, after string) (page[Eval], RequestInfo, error) {
	request := evalsRoute.request(edition, values{"workflow_id": workflowID}, values{"limit": strconv.Itoa(maxEvalsPage), "after": after})
	return getPage(ctx, c, request, c.decoder.Evals, func(row Eval) error {
		return wire.VerifyIDs(wire.IDMatch{Name: "workflow_id", Requested: workflowID, Answered: row.WorkflowID})
	})
}
