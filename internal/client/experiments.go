package client

import (
	"context"
	"slices"

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
	needs := c.cache.freshnessOf(fresh)
	list, err := inEdition(ctx, c, ownRoutes, CheckID("workflow_id", workflowID), func(ctx context.Context, edition Edition) ([]Experiment, error) {
		return c.experiments(ctx, edition, workflowID, needs)
	}, explained[[]Experiment](c.orKeyRefused))
	return slices.DeleteFunc(slices.Clone(list), func(row Experiment) bool { return !filter.matches(row) }), err
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
		if c.editions.order(ownRoutes)[0].edition == EditionRunScoped { // the one that has answered
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

// experiments reads the experiments of a workflow. The list is read completely, so that it serves every filter.
func (c *Client) experiments(ctx context.Context, edition Edition, workflowID string, needs freshness) ([]Experiment, error) {
	return list[wire.Experiment, Experiment]{
		request: experimentsRoute.request(edition, values{"workflow_id": workflowID}, nil).about(workflowID, ""),
		size:    map[Edition]int{EditionFlat: maxExperimentsPage}[edition],
		isWhole: edition == EditionRunScoped,
		id:      func(experiment Experiment) string { return experiment.ID },
		convert: checked(convertExperiment, func(experiment Experiment) error {
			return verifyIDs(idMatch{"workflow_id", workflowID, experiment.WorkflowID})
		}),
	}.all(ctx, c, needs, never)
}
