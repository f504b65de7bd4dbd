package client

import (
	"context"

	"github.com/retab-dev/terraform-provider-retab/internal/client/retab"
	"github.com/retab-dev/terraform-provider-retab/internal/client/routes"
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
