package client

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
)

// Experiment reads one experiment. workflowID may be "": the run-scoped edition, which needs it, then learns it from the
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
	read := experimentRead{client: c, experimentID: experimentID, workflowID: workflowID, notBefore: time.Now().Add(-maxAge)}
	experiment, err := readInEdition(ctx, c, read.read, read.missing)
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

// workflowOf returns the workflow of an experiment, from its newest run in the run-scoped edition. A run that does not say
// whose it is proves nothing.
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

// missing returns an [*AbsentError] if the 404 is the API's own answer and a list confirms it: the experiments of the
// workflow do not have this one or, where the workflow is not known, there is no run of the experiment. The list must come
// in the API's own shape, after the 404. Otherwise missing returns an error that decides nothing.
func (r experimentRead) missing(ctx context.Context, edition Edition, notFound error) error {
	isConfirmed, err := r.hasNoRuns(ctx, edition) // also without need: the routes of runs say most about a key
	if err == nil && r.workflowID != "" {
		isConfirmed, err = r.isNotListed(ctx, edition)
	}
	switch {
	case isDecisive(err):
		return err
	case err != nil || !isConfirmed || !isAPINotFound(notFound):
		return notFound
	}
	api := transport.HasStatus(notFound, http.StatusNotFound)
	return r.absent(api.RequestInfo, api.Message)
}

// isNotListed reports whether the experiments of the workflow do not have this one.
func (r experimentRead) isNotListed(ctx context.Context, edition Edition) (bool, error) {
	list, err := r.client.experimentLists.get(ctx, experimentsKey{edition, r.workflowID}, time.Now())
	if err != nil {
		return false, err
	}
	return list.isEnvelope && !slices.ContainsFunc(list.rows, func(row Experiment) bool { return row.ID == r.experimentID }), nil
}

// hasNoRuns reports whether there is no run of the experiment.
func (r experimentRead) hasNoRuns(ctx context.Context, edition Edition) (bool, error) {
	runs, _, err := r.client.routesOf(edition).Runs(ctx, RunFilter{ExperimentID: r.experimentID}, 1, "")
	return err == nil && runs.IsEnvelope && len(runs.Rows) == 0, err
}

func (r experimentRead) absent(info RequestInfo, message string) error {
	return &AbsentError{RequestInfo: info, Reason: NoSuchExperiment, ExperimentID: r.experimentID, WorkflowID: r.workflowID, Message: message}
}
