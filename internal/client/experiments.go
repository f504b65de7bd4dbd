package client

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/retab-dev/terraform-provider-retab/internal/client/routes"
)

// ExperimentFilter narrows the experiments of a workflow; an empty field does not.
type ExperimentFilter struct {
	BlockID string
	Name    string
}

func (f ExperimentFilter) matches(experiment Experiment) bool {
	return (f.BlockID == "" || experiment.BlockID == f.BlockID) && (f.Name == "" || experiment.Name == f.Name)
}

// Experiments lists the experiments of a workflow that match a filter, sorted by id.
//
// API: GET /v1/workflows/{workflow_id}/experiments in the run-scoped edition, GET /v1/workflows/experiments?workflow_id= in the
// flat edition, both "List Experiments". A workflow that does not exist cannot be distinguished from a missing
// route: the server's error is returned, or its empty list.
func (c *Client) Experiments(ctx context.Context, workflowID string, filter ExperimentFilter) ([]Experiment, error) {
	if err := checkIDs(idArgument{"workflow_id", workflowID}); err != nil {
		return nil, err
	}
	start := notBefore(false)
	list, err := readInEdition(ctx, c, func(ctx context.Context, edition Edition) (experimentList, error) {
		return c.experimentLists.get(ctx, experimentsKey{edition, workflowID}, start)
	}, func(ctx context.Context, edition Edition, notFound error) error {
		if _, _, err := c.routesOf(edition).Runs(ctx, RunFilter{WorkflowID: workflowID}, 1, ""); isKeyRefused(err) {
			return err // the routes of runs give the best error for a bad key
		}
		return notFound
	})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(list.rows), func(row Experiment) bool { return !filter.matches(row) }), nil
}

// FindExperiment returns the one experiment of a workflow that matches a filter. If there is none, the error unwraps to
// [ErrNoExperiment]; if there are several, to an [*AmbiguousError].
func (c *Client) FindExperiment(ctx context.Context, workflowID string, filter ExperimentFilter) (Experiment, error) {
	matching, err := c.Experiments(ctx, workflowID, filter)
	switch {
	case err != nil:
		return Experiment{}, err
	case len(matching) == 0:
		return Experiment{}, ErrNoExperiment
	case len(matching) == 1:
		return matching[0], nil
	}
	ambiguous := &AmbiguousError{}
	for _, experiment := range matching {
		ambiguous.IDs = append(ambiguous.IDs, experiment.ID)
	}
	return Experiment{}, ambiguous
}

// experimentsKey identifies the list of a workflow's experiments. It is read completely, so that it serves every filter.
type experimentsKey struct {
	edition    Edition
	workflowID string
}

// experimentList is the experiments of a workflow, sorted by id.
type experimentList struct {
	rows       []Experiment
	isEnvelope bool // whether the first page had the API's own shape
}

// fetchExperiments reads the experiments of a workflow from the server, to the end of the list.
func (c *Client) fetchExperiments(ctx context.Context, key experimentsKey) (experimentList, error) {
	var list experimentList
	seen := map[string]bool{} // an experiment that is created between two requests moves others to the next page
	err := eachPage(func(after string) (string, RequestInfo, error) {
		page, info, err := c.routesOf(key.edition).Experiments(ctx, key.workflowID, routes.MaxExperiments, after)
		if err == nil {
			err = checkFirstPage(info, after, len(page.Rows), page.Page)
		}
		if err != nil {
			return "", info, err
		}
		if after == "" {
			list.isEnvelope = page.IsEnvelope
		}
		for _, row := range page.Rows {
			if !seen[row.ID] {
				seen[row.ID] = true
				list.rows = append(list.rows, row)
			}
		}
		if key.edition == EditionRunScoped && page.After != "" {
			return "", info, listError(info, fmt.Sprintf("the list goes on after %q, but this edition of the API has no route to the rest", page.After))
		}
		return page.After, info, nil
	})
	slices.SortFunc(list.rows, func(one, other Experiment) int { return cmp.Compare(one.ID, other.ID) })
	return list, err
}
