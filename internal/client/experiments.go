package client

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// ExperimentFilter narrows the experiments of a workflow; an empty field does not.
type ExperimentFilter struct {
	BlockID string
	Name    string
}

// matches compares names as Terraform does.
func (f ExperimentFilter) matches(experiment Experiment) bool {
	return (f.BlockID == "" || sameID(experiment.BlockID, f.BlockID)) && (f.Name == "" || sameID(experiment.Name, f.Name))
}

// Experiments lists the experiments of a workflow that match a filter, sorted by id.
//
// API: GET /v1/workflows/{workflow_id}/experiments in the run-scoped edition, GET /v1/workflows/experiments?workflow_id= in the
// flat edition, both "List Experiments". A workflow that does not exist cannot be distinguished from a missing
// route: the server's error is returned, or its empty list.
func (c *Client) Experiments(ctx context.Context, workflowID string, filter ExperimentFilter, fresh bool) ([]Experiment, error) {
	if err := checkIDs(idArgument{"workflow_id", workflowID}); err != nil {
		return nil, err
	}
	needs := c.cache.freshnessOf(fresh)
	list, err := inEdition(ctx, c, ownRoutes, func(ctx context.Context, edition Edition) ([]Experiment, error) {
		return c.experiments(ctx, edition, workflowID, needs)
	}, func(ctx context.Context, edition Edition, err error) ([]Experiment, error) {
		return nil, c.orKeyRefused(ctx, edition, err)
	})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(list), func(row Experiment) bool { return !filter.matches(row) }), nil
}

// FindExperiment returns the one experiment of a workflow that matches a filter. If there is none, the error unwraps to
// [ErrNoExperiment]; if there are several, to an [*AmbiguousError].
func (c *Client) FindExperiment(ctx context.Context, workflowID string, filter ExperimentFilter, fresh bool) (Experiment, error) {
	matching, err := c.Experiments(ctx, workflowID, filter, fresh)
	switch {
	case err != nil:
		return Experiment{}, err
	case len(matching) == 0:
		return Experiment{}, ErrNoExperiment
	case len(matching) == 1:
		if order, _ := c.editions.order(ownRoutes); order[0] == EditionRunScoped { // the one that has answered
			return c.withRunPlan(ctx, matching[0], c.cache.freshnessOf(fresh))
		}
		return matching[0], nil
	}
	ambiguous := &AmbiguousError{}
	for _, experiment := range matching {
		ambiguous.IDs = append(ambiguous.IDs, experiment.ID)
		if experiment.Name != matching[0].Name && filter.Name != "" { // Terraform cannot tell these names apart
			ambiguous.Names = [2]string{matching[0].Name, experiment.Name}
		}
	}
	return Experiment{}, ambiguous
}

// experiments reads the experiments of a workflow, sorted by id. The list is read completely, so that it serves every
// filter.
func (c *Client) experiments(ctx context.Context, edition Edition, workflowID string, needs freshness) ([]Experiment, error) {
	type query struct{}
	key := cacheKey{edition: edition, object: workflowID, query: query{}}
	return cached(ctx, c.cache, key, needs, never, func(ctx context.Context) ([]Experiment, error) {
		return c.readExperiments(ctx, edition, workflowID)
	})
}

// readExperiments reads the experiments of a workflow from the server, to the end of the list.
func (c *Client) readExperiments(ctx context.Context, edition Edition, workflowID string) ([]Experiment, error) {
	var list []Experiment
	limit := maxExperimentsPage
	if edition == EditionRunScoped { // which has no pages
		limit = 0
	}
	seen := map[string]bool{} // an experiment that is created between two requests moves others to the next page
	err := eachPage(func(after string) (string, transport.RequestInfo, error) {
		page, info, err := c.getExperiments(ctx, edition, workflowID, limit, after)
		if err != nil {
			return "", info, err
		}
		for _, row := range page.Rows {
			if !seen[row.ID] {
				seen[row.ID] = true
				list = append(list, row)
			}
		}
		if edition == EditionRunScoped && page.After != "" {
			return "", info, listError(info, fmt.Sprintf("the list goes on after %q, but this edition of the API has no route to the rest", page.After))
		}
		return page.After, info, checkEnd(info, len(list), limit, page.Page)
	})
	slices.SortFunc(list, func(one, other Experiment) int { return cmp.Compare(one.ID, other.ID) })
	return list, err
}

// getExperiments reads the page of a workflow's experiments that follows a cursor, the first page for "". A limit of
// 0 is not sent.
func (c *Client) getExperiments(ctx context.Context, edition Edition, workflowID string, limit int, after string) (page[Experiment], transport.RequestInfo, error) {
	parameters := values{"after": after}
	if limit > 0 {
		parameters["limit"] = strconv.Itoa(limit)
	}
	request := experimentsRoute.request(edition, values{"workflow_id": workflowID}, parameters)
	return getPage(ctx, c, request, false, func(body wire.Experiment) (Experiment, error) {
		experiment, err := convertExperiment(body)
		return experiment, cmp.Or(err, verifyIDs(idMatch{"workflow_id", workflowID, experiment.WorkflowID}))
	})
}
