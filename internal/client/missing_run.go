package client

import (
	"context"
	"net/http"
	"slices"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
)

// asRunNotFound returns an [*AbsentError] if err is the 404 of a run and the API itself answers at this base URL and with this
// key: the list of runs must come in the API's own shape, after the 404. Otherwise it returns an error that decides nothing.
func (c *Client) asRunNotFound(ctx context.Context, edition Edition, err error, runID, documentID string) error {
	if !isAPINotFound(err) {
		return err
	}
	runs, _, listErr := c.routesOf(edition).Runs(ctx, RunFilter{}, 1, "")
	isListed := slices.ContainsFunc(runs.Rows, func(run ExperimentRun) bool { return run.ID == runID })
	switch {
	case mayBeOtherEdition(listErr):
		return err
	case listErr != nil:
		return listErr
	case !runs.IsEnvelope || isListed:
		return err
	}
	api := transport.HasStatus(err, http.StatusNotFound)
	return &AbsentError{RequestInfo: api.RequestInfo, Reason: NoSuchRun, RunID: runID, DocumentID: documentID, Message: api.Message}
}
