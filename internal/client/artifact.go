package client

import (
	"cmp"
	"context"
	"errors"
	"net/http"

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
// [*AbsentError]; if the API has no route for it, a [*NoRouteError].
func (c *Client) Artifact(ctx context.Context, operation, id string, options ArtifactOptions) (ArtifactRecord, error) {
	route := cmp.Or(artifactRoutes[operation], genericArtifactRoute)
	read := artifactRead{c, operation, id, route, options, c.cache.freshnessOf(options.Fresh)}
	return inEdition(ctx, c, commonRoutes, cmp.Or(CheckID("operation", operation), CheckID("id", id)), read.read, read.findAbsent)
}

type artifactRead struct {
	client        *Client
	operation, id string
	route         route // of the operation, or the generic one
	options       ArtifactOptions
	needs         freshness
}

// isTyped reports whether the records of the operation have a route of their own.
func (r artifactRead) isTyped() bool { return r.route != genericArtifactRoute }

// read reads the record. A wait in the flat edition first requests the status alone. The API then leaves out the
// contents and the likelihoods, so a record with a final status is read once more.
func (r artifactRead) read(ctx context.Context, edition Edition) (ArtifactRecord, error) {
	if r.options.Waiting && edition == EditionFlat && r.isTyped() {
		record, err := r.record(ctx, edition, r.route, values{"include_output": "false"})
		if err != nil || !record.Status.Terminal() {
			return record, err
		}
	}
	return r.record(ctx, edition, r.route, nil)
}

func (r artifactRead) record(ctx context.Context, edition Edition, route route, parameters values) (ArtifactRecord, error) {
	of := values{r.operation + "_id": r.id, "operation": r.operation, "artifact_id": r.id}
	request := route.request(edition, of, parameters).about(r.id, r.operation)
	request.content = r.options.IncludeContent && parameters == nil // a status alone has none
	isFinal := func(record ArtifactRecord) bool { return record.Status.Terminal() }
	mustNameOperation := route == genericArtifactRoute && edition == EditionFlat // where the id alone selects the record
	if !r.isTyped() {
		return get(ctx, r.client, request, r.needs, isFinal, func(body wire.Record) (ArtifactRecord, error) {
			record, err := convertRecord(body, request.content)
			return record, cmp.Or(err, r.verify(&record, mustNameOperation))
		})
	}
	return get(ctx, r.client, request, r.needs, isFinal, func(body wire.TypedRecord) (ArtifactRecord, error) {
		record, err := convertTypedRecord(body, r.operation, request.content)
		err = cmp.Or(err, r.verify(&record, mustNameOperation))
		switch {
		case record.Status != "":
		case edition == EditionFlat:
			record.Status = RecordPending // the API's default
		case record.HasOutput && !record.HasError: // in the run-scoped edition, a record exists once it is completed
			record.Status = RecordCompleted
		}
		return record, err
	})
}

// verify checks that a record is the requested one, and completes its operation.
func (r artifactRead) verify(record *ArtifactRecord, mustNameOperation bool) error {
	ids := []idMatch{{"id", r.id, record.ID}}
	if record.Operation != "" || mustNameOperation {
		ids = append(ids, idMatch{"operation", r.operation, record.Operation})
	}
	record.Operation = r.operation
	return verifyIDs(ids...)
}

// findAbsent finds out why a route did not return the record of an artifact.
//
//  1. The generic route has the record: that is the record. If it is of another operation, that is the error.
//  2. The list of runs does not come in the API's own shape with this key: nothing is decided.
//  3. The refusal is in the API's published words: the record does not exist.
//  4. Otherwise the API has no such route, or the answer is not the API's.
func (r artifactRead) findAbsent(ctx context.Context, edition Edition, refusal error) (ArtifactRecord, error) {
	var api *transport.APIError
	if !errors.As(refusal, &api) || !mayLackRoute(refusal, edition == EditionRunScoped && !r.isTyped()) {
		return ArtifactRecord{}, refusal
	}
	if r.isTyped() {
		record, err := r.record(ctx, edition, genericArtifactRoute, nil)
		if err == nil || !mayLackRoute(err, true) {
			return record, err
		}
	}
	runs, err := runsList(edition, RunFilter{}).first(ctx, r.client, r.client.cache.freshnessOf(true))
	switch {
	case isDecisive(err): // the routes of runs give the best error for a bad key
		return ArtifactRecord{}, err
	case err != nil || !runs.IsEnvelope:
		return ArtifactRecord{}, refusal
	case unlessSaid(refusal, r.id, r.operation, "artifact") == nil:
		return ArtifactRecord{}, &AbsentError{
			RequestInfo: api.RequestInfo, Reason: NoSuchArtifact, Artifact: Artifact{r.operation, r.id}, Message: api.Message,
		}
	default:
		return ArtifactRecord{}, &NoRouteError{RequestInfo: api.RequestInfo, Operation: r.operation, ID: r.id, Refusal: api}
	}
}

// mayLackRoute reports whether an answer can mean that the API has no route for an operation, or that the route has no such
// record. The generic route of the run-scoped edition answers 422 to an operation that is not in its list.
func mayLackRoute(err error, isGeneric bool) bool {
	return isMissingRoute(err) || isGeneric && transport.StatusOf(err) == http.StatusUnprocessableEntity
}
