package client

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
)

// diagnoseNotFound returns an [*AbsentError] if the 404 is the API's own answer and a list confirms it: the experiments of the
// workflow do not have this one or, where the workflow is not known, there is no run of the experiment. The list must come
// in the API's own shape, after the 404. Otherwise it returns an error that decides nothing.
func (r experimentRead) diagnoseNotFound(ctx context.Context, edition Edition, notFound error) error {
	isConfirmed, err := r.hasNoRuns(ctx, edition) // always: the routes of runs give the best error for a bad key
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

// absent returns the error for an experiment that does not exist.
func (r experimentRead) absent(info RequestInfo, message string) error {
	return &AbsentError{RequestInfo: info, Reason: NoSuchExperiment, ExperimentID: r.experimentID, WorkflowID: r.workflowID, Message: message}
}
