package client

import (
	"context"
	"errors"
	"net/http"

	"github.com/retab-dev/terraform-provider-retab/internal/client/retab"
	"github.com/retab-dev/terraform-provider-retab/internal/client/routes"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
)

// ArtifactOptions says how to read a record.
type ArtifactOptions struct {
	IncludeContent bool // keep the output and the metadata
	Fresh          bool // use only answers that are requested from now on
	Waiting        bool // request the status alone until it is final
}

// Artifact reads the record that an artifact refers to. An operation without a route of its own is read by the generic route.
//
// API: GET /v1/extractions/{extraction_id}, "Get Extraction", and the same for classifications, splits and partitions, in both
// editions; otherwise GET /v1/workflows/artifacts/{operation}/{artifact_id} in the run-scoped edition and GET
// /v1/workflows/artifacts/{artifact_id} in the flat edition. A record that provably does not exist is an
// [*ArtifactAbsentError]; if the API has no route for it, a [*NoRouteError].
func (c *Client) Artifact(ctx context.Context, operation, id string, options ArtifactOptions) (ArtifactRecord, error) {
	if err := checkIDs(idArgument{"operation", operation}, idArgument{"id", id}); err != nil {
		return ArtifactRecord{}, err
	}
	read := artifactRead{c, routes.ArtifactQuery{Operation: operation, ID: id, Output: options.IncludeContent}, options.Waiting, c.cache.freshnessOf(options.Fresh)}
	return inEdition(ctx, c, commonRoutes, read.read, read.findAbsent)
}

// artifactRead is one read of a record.
type artifactRead struct {
	client    *Client
	query     routes.ArtifactQuery
	isWaiting bool
	needs     freshness
}

// read reads the record. A wait in the flat edition first requests the status alone. The API then leaves out the contents and
// the likelihoods, so a record with a final status is read once more.
func (r artifactRead) read(ctx context.Context, edition Edition) (ArtifactRecord, error) {
	isTyped := retab.IsTyped(r.query.Operation)
	if r.isWaiting && edition == EditionFlat && isTyped {
		query := r.query
		query.Output, query.StatusOnly = false, true
		if record, err := r.client.artifact(ctx, edition, query, false, r.needs); err != nil || !record.Status.Terminal() {
			return record, err
		}
	}
	return r.client.artifact(ctx, edition, r.query, !isTyped, r.needs)
}

// artifact reads a record by the route of its operation, or by the generic route, which has records of any operation.
func (c *Client) artifact(ctx context.Context, edition Edition, query routes.ArtifactQuery, isGeneric bool, needs freshness) (ArtifactRecord, error) {
	type artifactQuery struct {
		routes.ArtifactQuery
		isGeneric bool
	}
	isFinal := func(record ArtifactRecord) bool { return record.Status.Terminal() }
	key := cacheKey{edition: edition, object: query.ID, query: artifactQuery{query, isGeneric}}
	return cached(ctx, c.cache, key, needs, isFinal, func(ctx context.Context) (ArtifactRecord, error) {
		read := c.routesOf(edition).Artifact
		if isGeneric {
			read = c.routesOf(edition).GenericArtifact
		}
		record, _, err := read(ctx, query)
		return record, err
	})
}

// findAbsent finds out why a route did not return the record of an artifact.
//
//  1. The generic route has the record: that is the record. If it is of another operation, that is the error.
//  2. The list of runs does not come in the API's own shape with this key: nothing is decided.
//  3. The refusal is in the API's published words: the record does not exist.
//  4. Otherwise the API has no such route, or the answer is not the API's.
func (r artifactRead) findAbsent(ctx context.Context, edition Edition, refusal error) (ArtifactRecord, error) {
	var api *APIError
	if !errors.As(refusal, &api) || !mayLackRoute(api, edition, r.query.Operation) {
		return ArtifactRecord{}, refusal
	}
	if retab.IsTyped(r.query.Operation) {
		record, err := r.client.artifact(ctx, edition, r.query, true, r.needs)
		if err == nil || !lacksRecord(err) {
			return record, err
		}
	}
	runs, err := r.client.runsPage(ctx, edition, RunFilter{}, r.client.cache.freshnessOf(true))
	switch {
	case isDecisive(err): // the routes of runs give the best error for a bad key
		return ArtifactRecord{}, err
	case err != nil || !runs.IsEnvelope:
		return ArtifactRecord{}, refusal
	case unlessSaid(refusal, r.query.ID, r.query.Operation, "artifact") == nil:
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
