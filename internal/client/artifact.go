package client

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/retab-dev/terraform-provider-retab/internal/client/retab"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// ArtifactOptions says how to read a record.
type ArtifactOptions struct {
	IncludeContent bool // keep the output and the metadata
	Fresh          bool // use only answers that are requested from now on
	Waiting        bool // request the status alone until it is final
}

// Artifact reads the record that an artifact refers to. An operation without a route of its own is read by the
// generic route.
//
// API: GET /v1/extractions/{extraction_id}, "Get Extraction", and the same for classifications, splits and partitions, in both
// editions; otherwise GET /v1/workflows/artifacts/{operation}/{artifact_id} in the run-scoped edition and GET
// /v1/workflows/artifacts/{artifact_id} in the flat edition. A record that provably does not exist is an
// [*ArtifactAbsentError]; if the API has no route for it, a [*NoRouteError].
func (c *Client) Artifact(ctx context.Context, operation, id string, options ArtifactOptions) (ArtifactRecord, error) {
	if err := checkIDs(idArgument{"operation", operation}, idArgument{"id", id}); err != nil {
		return ArtifactRecord{}, err
	}
	read := artifactRead{c, artifactQuery{Operation: operation, ID: id, IncludeContent: options.IncludeContent}, options.Waiting, c.cache.freshnessOf(options.Fresh)}
	return inEdition(ctx, c, commonRoutes, read.read, read.findAbsent)
}

// artifactRead is one read of a record.
type artifactRead struct {
	client    *Client
	query     artifactQuery
	isWaiting bool
	needs     freshness
}

// read reads the record. A wait in the flat edition first requests the status alone. The API then leaves out the
// contents and the likelihoods, so a record with a final status is read once more.
func (r artifactRead) read(ctx context.Context, edition Edition) (ArtifactRecord, error) {
	isTyped := retab.IsTyped(r.query.Operation)
	if r.isWaiting && edition == EditionFlat && isTyped {
		query := r.query
		query.IncludeContent, query.StatusOnly = false, true
		if record, err := r.client.artifact(ctx, edition, query, false, r.needs); err != nil || !record.Status.Terminal() {
			return record, err
		}
	}
	return r.client.artifact(ctx, edition, r.query, !isTyped, r.needs)
}

// artifact reads a record by the route of its operation, or by the generic route, which has records of any operation.
func (c *Client) artifact(ctx context.Context, edition Edition, query artifactQuery, isGeneric bool, needs freshness) (ArtifactRecord, error) {
	isFinal := func(record ArtifactRecord) bool { return record.Status.Terminal() }
	query.IsGeneric = isGeneric
	key := cacheKey{edition: edition, object: query.ID, query: query}
	return cached(ctx, c.cache, key, needs, isFinal, func(ctx context.Context) (ArtifactRecord, error) {
		record, _, err := c.getArtifact(ctx, edition, query)
		return record, err
	})
}

// artifactQuery says which record to read, by which route, and which parts of it. It is comparable.
type artifactQuery struct {
	Operation, ID  string
	IsGeneric      bool
	IncludeContent bool // keep the output and the metadata
	StatusOnly     bool // request the status alone, where the API can leave the rest out
}

// getArtifact reads a record, and checks that the answer is about it. The id alone selects the record on the generic
// route of the flat edition, so that answer has to name the operation. The run-scoped edition has no statuses, and
// the flat one has a default.
func (c *Client) getArtifact(ctx context.Context, edition Edition, query artifactQuery) (ArtifactRecord, RequestInfo, error) {
	of := values{query.Operation + "_id": query.ID, "operation": query.Operation, "artifact_id": query.ID}
	request := artifactRoutes[query.Operation].request(edition, of, nil)
	switch {
	case query.IsGeneric:
		request = genericArtifactRoute.request(edition, of, nil)
	case query.StatusOnly && edition == EditionFlat:
		request.Query.Set("include_output", "false")
	}
	return get(ctx, c, request, func(body io.Reader) (ArtifactRecord, error) {
		record, err := c.decoder.ArtifactRecord(body, query.Operation, query.IncludeContent)
		if err != nil {
			return ArtifactRecord{}, err
		}
		ids := []wire.IDMatch{{Name: "id", Requested: query.ID, Answered: record.ID}}
		if record.Operation != "" || query.IsGeneric && edition == EditionFlat {
			ids = append(ids, wire.IDMatch{Name: "operation", Requested: query.Operation, Answered: record.Operation})
		}
		record.Operation = query.Operation
		switch isTyped := retab.IsTyped(query.Operation); {
		case isTyped && edition == EditionFlat:
			record.Status = cmp.Or(record.Status, retab.RecordPending)
		case isTyped:
			record.Derive()
		}
		return record, wire.VerifyIDs(ids...)
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
		return ArtifactRecord{}, &NoRouteError{RequestInfo: api.RequestInfo, Operation: r.query.Operation, ID: r.query.ID, Refusal: api}
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
