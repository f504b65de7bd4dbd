package client

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/retab-dev/terraform-provider-retab/internal/client/retab"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
)

// diagnoseNotFound finds out why a route did not return a record. The text of a 404 proves nothing: a gateway, a wrong base URL and a
// missing route answer 404 as well.
//
//  1. The generic route has the record: that is the record. If it is of another operation, that is the error.
//  2. The list of runs does not come in the API's own shape with this key: nothing is decided.
//  3. The refusal is the API's own answer about a record: the record does not exist.
//  4. Otherwise the API has no such route.
func (r artifactRead) diagnoseNotFound(ctx context.Context, edition Edition, refusal error) (ArtifactRecord, error) {
	var api *APIError
	if !errors.As(refusal, &api) || !mayLackRoute(api, edition, r.query.Operation) {
		return ArtifactRecord{}, refusal
	}
	if retab.IsTyped(r.query.Operation) {
		record, err := r.client.fetchGenericArtifact(ctx, artifactKey{edition, r.query})
		if err == nil || !lacksRecord(err) {
			return record, err
		}
	}
	runs, _, err := r.client.routesOf(edition).Runs(ctx, RunFilter{}, 1, "")
	switch {
	case isDecisive(err): // the routes of runs give the best error for a bad key
		return ArtifactRecord{}, err
	case err != nil || !runs.IsEnvelope:
		return ArtifactRecord{}, refusal
	case isAPINotFound(refusal) && !isUnknownPrefix(api):
		return ArtifactRecord{}, &ArtifactAbsentError{RequestInfo: api.RequestInfo, Operation: r.query.Operation, ID: r.query.ID, Message: api.Message}
	default:
		return ArtifactRecord{}, &NoRouteError{Operation: r.query.Operation, ID: r.query.ID, Refusal: api}
	}
}

// mayLackRoute reports whether an answer can mean that the API has no route for an operation. The generic route of the
// run-scoped edition answers 422 to an operation that is not in its list.
func mayLackRoute(api *APIError, edition Edition, operation string) bool {
	switch api.StatusCode {
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		return true
	case http.StatusUnprocessableEntity:
		return edition == EditionRunScoped && !retab.IsTyped(operation)
	default:
		return false
	}
}

// lacksRecord reports whether the generic route answered that there is no such record, or no such route.
func lacksRecord(err error) bool {
	switch transport.StatusOf(err) {
	case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusUnprocessableEntity:
		return true
	default:
		return false
	}
}

// isUnknownPrefix reports whether the generic route of the flat edition does not know which operation an id is of.
func isUnknownPrefix(api *APIError) bool {
	return strings.HasPrefix(api.Message, "Unknown artifact id")
}
