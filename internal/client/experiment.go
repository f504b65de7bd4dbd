package client

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// Experiment reads one experiment. workflowID may be "": the run-scoped edition, which needs it, then takes it from the
// newest run of the experiment. If there is none, the error unwraps to [ErrWorkflowNeeded].
//
// API: GET /v1/workflows/{workflow_id}/experiments/{experiment_id} in the run-scoped edition, GET
// /v1/workflows/experiments/{experiment_id} in the flat edition, both "Get Experiment". An experiment that provably does not
// exist, or not in this workflow, is an [*AbsentError].
func (c *Client) Experiment(ctx context.Context, experimentID, workflowID string, fresh bool) (Experiment, error) {
	ids := []idArgument{{"id", experimentID}}
	if workflowID != "" {
		ids = append(ids, idArgument{"workflow_id", workflowID})
	}
	if err := checkIDs(ids...); err != nil {
		return Experiment{}, err
	}
	read := experimentRead{c, experimentID, workflowID, c.cache.freshnessOf(fresh)}
	experiment, err := inEdition(ctx, c, ownRoutes, read.read, read.findAbsent)
	if err == nil && workflowID != "" && !sameID(experiment.WorkflowID, workflowID) {
		return Experiment{}, read.absent(RequestInfo{}, fmt.Sprintf("It belongs to workflow %q.", experiment.WorkflowID))
	}
	return experiment, err
}

// experimentRead is one read of an experiment.
type experimentRead struct {
	client                   *Client
	experimentID, workflowID string
	needs                    freshness
}

func (r experimentRead) read(ctx context.Context, edition Edition) (Experiment, error) {
	return r.client.experiment(ctx, edition, r.workflowID, r.experimentID, r.needs)
}

// experiment reads one experiment. The flat edition needs no workflow. The run-scoped edition takes it from the
// newest run.
func (c *Client) experiment(ctx context.Context, edition Edition, workflowID, experimentID string, needs freshness) (Experiment, error) {
	type query struct{ workflowID string }
	if edition == EditionFlat {
		workflowID = ""
	}
	key := cacheKey{edition: edition, object: experimentID, query: query{workflowID}}
	return cached(ctx, c.cache, key, needs, never, func(ctx context.Context) (Experiment, error) {
		if edition == EditionRunScoped && workflowID == "" {
			var err error
			if workflowID, err = c.workflowOf(ctx, experimentID); err != nil {
				return Experiment{}, err
			}
		}
		experiment, _, err := c.getExperiment(ctx, edition, workflowID, experimentID)
		if err != nil || edition == EditionFlat { // whose experiments have the run plan
			return experiment, err
		}
		return c.withRunPlan(ctx, experiment, needs)
	})
}

// withRunPlan adds the run plan to an experiment of the run-scoped edition. Without that route, which later versions
// of the edition lack, the plan is unknown.
func (c *Client) withRunPlan(ctx context.Context, experiment Experiment, needs freshness) (Experiment, error) {
	type query struct{}
	key := cacheKey{edition: EditionRunScoped, object: experiment.ID, part: "run-plan", query: query{}}
	plan, err := cached(ctx, c.cache, key, needs, never, func(ctx context.Context) (RunPlan, error) {
		request := runPlanRoute.request(EditionRunScoped, values{"workflow_id": experiment.WorkflowID, "experiment_id": experiment.ID}, nil)
		plan, _, err := get(ctx, c, request, c.decoder.RunPlan)
		return plan, err
	})
	switch transport.StatusOf(err) {
	case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusForbidden:
		return experiment, nil
	}
	if err != nil {
		return Experiment{}, err
	}
	experiment.RunPlanMode = &plan.Mode
	switch plan.Mode {
	case "run":
		experiment.RerunnableDocuments = &plan.DocumentCount
	case "noop":
		experiment.RerunnableDocuments = new(int64(0))
	}
	return experiment, nil
}

func (c *Client) getExperiment(ctx context.Context, edition Edition, workflowID, experimentID string) (Experiment, RequestInfo, error) {
	request := experimentRoute.request(edition, values{"workflow_id": workflowID, "experiment_id": experimentID}, nil)
	return get(ctx, c, request, func(body io.Reader) (Experiment, error) {
		experiment, err := c.decoder.Experiment(body)
		if err != nil {
			return Experiment{}, err
		}
		ids := []wire.IDMatch{{Name: "id", Requested: experimentID, Answered: experiment.ID}}
		if edition == EditionRunScoped {
			ids = append(ids, wire.IDMatch{Name: "workflow_id", Requested: workflowID, Answered: experiment.WorkflowID})
		}
		return experiment, wire.VerifyIDs(ids...)
	})
}

// workflowOf returns the workflow of an experiment, from its newest run in the run-scoped edition. A run that does
// not name this experiment is ignored.
func (c *Client) workflowOf(ctx context.Context, experimentID string) (string, error) {
	runs, err := c.runsPage(ctx, EditionRunScoped, RunFilter{ExperimentID: experimentID}, c.cache.freshnessOf(true))
	if err != nil {
		return "", err
	}
	for _, run := range runs.Rows {
		if run.ExperimentID != nil && sameID(*run.ExperimentID, experimentID) && run.WorkflowID != nil && CheckID("workflow_id", *run.WorkflowID) == nil {
			return *run.WorkflowID, nil
		}
	}
	return "", ErrWorkflowNeeded
}
