package routes

import (
	"cmp"
	"context"
	"io"
	"net/url"

	"github.com/retab-dev/terraform-provider-retab/internal/client/retab"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// ArtifactQuery says which record to read, and what of it. It is comparable.
type ArtifactQuery struct {
	Operation  string
	ID         string
	Output     bool // keep the output and the metadata
	StatusOnly bool // do not have the rest sent, where the API can leave it out
}

// collections are the typed routes of records.
var collections = map[string]string{
	retab.Extraction: "extractions", retab.Classification: "classifications", retab.Split: "splits", retab.Partition: "partitions",
}

// typed returns the request for the record of an operation that has a route of its own, with any id.
func (q ArtifactQuery) typed(credential transport.Credential) transport.Request {
	return transport.Request{Segments: []string{collections[q.Operation], q.ID}, Credential: credential}
}

// record sends a request for a record and checks that the answer is about it. isTagged says that the answer has to name the
// operation.
func (a API) record(ctx context.Context, request transport.Request, query ArtifactQuery, isTagged bool) (retab.ArtifactRecord, transport.RequestInfo, error) {
	return get(ctx, a, request, func(body io.Reader) (retab.ArtifactRecord, error) {
		record, err := a.Decoder.ArtifactRecord(body, query.Operation, query.Output)
		if err != nil {
			return retab.ArtifactRecord{}, err
		}
		ids := []wire.IDMatch{{Name: "id", Requested: query.ID, Answered: record.ID}}
		if isTagged || record.Operation != "" {
			ids = append(ids, wire.IDMatch{Name: "operation", Requested: query.Operation, Answered: record.Operation})
		}
		record.Operation = query.Operation
		return record, wire.VerifyIDs(ids...)
	})
}

// Artifact reads the record of an operation that has a route of its own. The edition has no statuses, so that of the record is
// derived.
//
// API: GET /v1/extractions/{extraction_id}, "Get Extraction", and the same for classifications, splits and partitions.
func (r RunScoped) Artifact(ctx context.Context, query ArtifactQuery) (retab.ArtifactRecord, transport.RequestInfo, error) {
	return derived(r.record(ctx, query.typed(transport.APIKeyHeader), query, false))
}

// GenericArtifact reads the record of any operation that the API knows.
//
// API: GET /v1/workflows/artifacts/{operation}/{artifact_id}, "Get Workflow Artifact".
func (r RunScoped) GenericArtifact(ctx context.Context, query ArtifactQuery) (retab.ArtifactRecord, transport.RequestInfo, error) {
	request := transport.Request{Segments: []string{"workflows", "artifacts", query.Operation, query.ID}, Credential: transport.APIKeyHeader}
	return derived(r.record(ctx, request, query, false))
}

// derived derives the status of a record whose operation is known.
func derived(record retab.ArtifactRecord, info transport.RequestInfo, err error) (retab.ArtifactRecord, transport.RequestInfo, error) {
	if err == nil && retab.IsTyped(record.Operation) {
		record.Derive()
	}
	return record, info, err
}

// Artifact reads the record of an operation that has a route of its own.
//
// API: GET /v1/extractions/{extraction_id}?include_output=, "Get Extraction", and the same for classifications, splits and
// partitions. Without the output, the answer also lacks the likelihoods.
func (f Flat) Artifact(ctx context.Context, query ArtifactQuery) (retab.ArtifactRecord, transport.RequestInfo, error) {
	request := query.typed(transport.BearerToken)
	if query.StatusOnly {
		request.Query = url.Values{"include_output": {"false"}}
	}
	return pending(f.record(ctx, request, query, false))
}

// GenericArtifact reads the record of any operation whose ids have a prefix that the API knows. The id alone selects the
// record, so the answer has to name the operation.
//
// API: GET /v1/workflows/artifacts/{artifact_id}, "Get Workflow Artifact By Id".
func (f Flat) GenericArtifact(ctx context.Context, query ArtifactQuery) (retab.ArtifactRecord, transport.RequestInfo, error) {
	request := transport.Request{Segments: []string{"workflows", "artifacts", query.ID}, Credential: transport.BearerToken}
	return pending(f.record(ctx, request, query, true))
}

// pending gives a record of a known operation the schema's default status if it has none.
func pending(record retab.ArtifactRecord, info transport.RequestInfo, err error) (retab.ArtifactRecord, transport.RequestInfo, error) {
	if err == nil && retab.IsTyped(record.Operation) {
		record.Status = cmp.Or(record.Status, retab.RecordPending)
	}
	return record, info, err
}
