package routes

import (
	"context"
	"io"

	"github.com/retab-dev/terraform-provider-retab/internal/client/retab"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// Results is a page of results of one run.
type Results struct {
	Rows []retab.ExperimentResult
	wire.Page
}

// MaxResults is the largest page size that the API accepts for results.
const MaxResults = 1000

// results sends a request for results of a run and checks that each row belongs to the run.
func (a API) results(ctx context.Context, request transport.Request, runID, runIDName string, payloads bool) (Results, transport.RequestInfo, error) {
	return get(ctx, a, request, func(body io.Reader) (Results, error) {
		rows, page, err := a.Decoder.Results(body, payloads)
		if err != nil {
			return Results{}, err
		}
		return Results{rows, page}, verifyRows(rows, func(row retab.ExperimentResult) error {
			return wire.VerifyIDs(wire.IDMatch{Name: runIDName, Requested: runID, Answered: row.RunID})
		})
	})
}
