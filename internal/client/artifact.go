package client

import (
	"context"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client/retab"
	"github.com/retab-dev/terraform-provider-retab/internal/client/routes"
)

// ArtifactOptions says how to read a record.
type ArtifactOptions struct {
	Output bool // keep the output and the metadata
	Poll   bool // use no cached answer from before the call, and request the status alone until it is final
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
	read := artifactRead{
		client: c, query: routes.ArtifactQuery{Operation: operation, ID: id, Output: options.Output},
		isPoll: options.Poll, notBefore: notBefore(options.Poll),
	}
	return withRunRoutes(ctx, c, read.read, read.diagnoseNotFound)
}

// artifactKey identifies a record, which parts of it are read, and the edition.
type artifactKey struct {
	edition Edition
	query   routes.ArtifactQuery
}

// artifactRead is one read of a record.
type artifactRead struct {
	client    *Client
	query     routes.ArtifactQuery
	isPoll    bool
	notBefore time.Time
}

// read reads the record. A poll in the flat edition first requests the status alone. The API then leaves out the contents and
// the likelihoods, so a record with a final status is read once more.
func (r artifactRead) read(ctx context.Context, edition Edition) (ArtifactRecord, error) {
	if r.isPoll && edition == EditionFlat && retab.IsTyped(r.query.Operation) {
		query := r.query
		query.Output, query.StatusOnly = false, true
		if record, err := r.client.artifacts.get(ctx, artifactKey{edition, query}, r.notBefore); err != nil || !record.Status.Terminal() {
			return record, err
		}
	}
	return r.client.artifacts.get(ctx, artifactKey{edition, r.query}, r.notBefore)
}

// fetchArtifact reads a record from the server.
func (c *Client) fetchArtifact(ctx context.Context, key artifactKey) (ArtifactRecord, error) {
	if !retab.IsTyped(key.query.Operation) {
		return c.fetchGenericArtifact(ctx, key)
	}
	record, _, err := c.routesOf(key.edition).Artifact(ctx, key.query)
	return record, err
}

// fetchGenericArtifact reads a record of any operation from the server.
func (c *Client) fetchGenericArtifact(ctx context.Context, key artifactKey) (ArtifactRecord, error) {
	record, _, err := c.routesOf(key.edition).GenericArtifact(ctx, key.query)
	return record, err
}
