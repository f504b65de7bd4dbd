package routes

import (
	"cmp"
	"context"
	"io"

	"github.com/retab-dev/terraform-provider-retab/internal/client/retab"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// ArtifactQuery says which record to read, and which parts of it. It is comparable.
type ArtifactQuery struct {
	Operation  string
	ID         string
	Output     bool // keep the output and the metadata
	StatusOnly bool // request the status alone, where the API can leave the rest out
}

// collections are the typed routes of records.
var collections = map[string]string{
	retab.Extraction: "extractions", retab.Classification: "classifications", retab.Split: "splits", retab.Partition: "partitions",
}

// typedRequest returns the request for the record of an operation that has a route of its own.
func (q ArtifactQuery) typedRequest(credential transport.Credential) transport.Request {
	return transport.Request{Segments: []string{collections[q.Operation], q.ID}, Credential: credential}
}

// record sends a request for a record and checks that the answer is about it. mustNameOperation says that the answer has to
// name the operation.
func (a API) record(ctx context.Context, request transport.Request, query ArtifactQuery, mustNameOperation bool) (retab.ArtifactRecord, transport.RequestInfo, error) {
	return get(ctx, a, request, func(body io.Reader) (retab.ArtifactRecord, error) {
		record, err := a.Decoder.ArtifactRecord(body, query.Operation, query.Output)
		if err != nil {
			return retab.ArtifactRecord{}, err
		}
		ids := []wire.IDMatch{{Name: "id", Requested: query.ID, Answered: record.ID}}
		if mustNameOperation || record.Operation != "" {
			ids = append(ids, wire.IDMatch{Name: "operation", Requested: query.Operation, Answered: record.Operation})
		}
		record.Operation = query.Operation
		return record, wire.VerifyIDs(ids...)
	})
}

// withDerivedStatus derives the status of a record whose operation is known.
func withDerivedStatus(record retab.ArtifactRecord, info transport.RequestInfo, err error) (retab.ArtifactRecord, transport.RequestInfo, error) {
	if err == nil && retab.IsTyped(record.Operation) {
		record.Derive()
	}
	return record, info, err
}

// withDefaultStatus sets the default of the schema if a record of a known operation has no status.
func withDefaultStatus(record retab.ArtifactRecord, info transport.RequestInfo, err error) (retab.ArtifactRecord, transport.RequestInfo, error) {
	if err == nil && retab.IsTyped(record.Operation) {
		record.Status = cmp.Or(record.Status, retab.RecordPending)
	}
	return record, info, err
}
