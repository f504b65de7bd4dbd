package client

import (
	"context"
	"fmt"
	"time"
)

// Experiment reads one experiment. workflowID may be "": the run-scoped edition, which needs it, then takes it from the
// newest run of the experiment. If there is none, the error unwraps to [ErrWorkflowNeeded].
//
// API: GET /v1/workflows/{workflow_id}/experiments/{experiment_id} in the run-scoped edition, GET
// /v1/workflows/experiments/{experiment_id} in the flat edition, both "Get Experiment". An experiment that provably does not
// exist, or not in this workflow, is an [*AbsentError].
func (c *Client) Experiment(ctx context.Context, experimentID, workflowID string) (Experiment, error) {
	ids := []idArgument{{"id", experimentID}}
	if workflowID != "" {
		ids = append(ids, idArgument{"workflow_id", workflowID})
	}
	if err := checkIDs(ids...); err != nil {
		return Experiment{}, err
	}
	read := experimentRead{client: c, experimentID: experimentID, workflowID: workflowID, notBefore: notBefore(false)}
	experiment, err := readInEdition(ctx, c, read.read, read.diagnoseNotFound)
	if err == nil && workflowID != "" && experiment.WorkflowID != workflowID {
		return Experiment{}, read.absent(RequestInfo{}, fmt.Sprintf("It belongs to workflow %q.", experiment.WorkflowID))
	}
	return experiment, err
}

// experimentKey identifies an experiment in an edition. The flat edition needs no workflow.
type experimentKey struct {
	edition                  Edition
	workflowID, experimentID string
}

// experimentRead is one read of an experiment.
type experimentRead struct {
	client                   *Client
	experimentID, workflowID string
	notBefore                time.Time
}

// read reads the experiment, or returns it from the cache.
func (r experimentRead) read(ctx context.Context, edition Edition) (Experiment, error) {
	key := experimentKey{edition, r.workflowID, r.experimentID}
	if edition == EditionFlat {
		key.workflowID = ""
	}
	return r.client.experiments.get(ctx, key, r.notBefore)
}

// fetchExperiment reads an experiment from the server.
func (c *Client) fetchExperiment(ctx context.Context, key experimentKey) (Experiment, error) {
	if key.edition == EditionRunScoped && key.workflowID == "" {
		workflowID, err := c.workflowOf(ctx, key.experimentID)
		if err != nil {
			return Experiment{}, err
		}
		key.workflowID = workflowID
	}
	experiment, _, err := c.routesOf(key.edition).Experiment(ctx, key.workflowID, key.experimentID)
	return experiment, err
}

// workflowOf returns the workflow of an experiment, from its newest run in the run-scoped edition. A run that does not name
// this experiment is ignored.
func (c *Client) workflowOf(ctx context.Context, experimentID string) (string, error) {
	runs, _, err := c.runScoped.Runs(ctx, RunFilter{ExperimentID: experimentID}, 1, "")
	if err != nil {
		return "", err
	}
	for _, run := range runs.Rows {
		if run.ExperimentID != nil && *run.ExperimentID == experimentID && run.WorkflowID != nil && CheckID("workflow_id", *run.WorkflowID) == nil {
			return *run.WorkflowID, nil
		}
	}
	return "", ErrWorkflowNeeded
}
