// Package routes lists the routes of the Retab API, one small function per route: run_scoped.go has the run-scoped
// edition and flat.go the flat edition. There is no strategy here: a function sends one request and checks that the answer
// is about the requested object.
//
// Every function returns the errors of package transport.
package routes

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"strconv"

	"github.com/retab-dev/terraform-provider-retab/internal/client/retab"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// API sends requests and decodes the answers.
type API struct {
	Transport *transport.Client
	Decoder   *wire.Decoder
}

// Results is a page of results of one run.
type Results struct {
	Rows []retab.ExperimentResult
	wire.Page
}

// Runs is a page of runs.
type Runs struct {
	Rows []retab.ExperimentRun
	wire.Page
}

// MaxResults and MaxRuns are the largest page sizes the API accepts.
const (
	MaxResults = 1000
	MaxRuns    = 100
)

// get sends a request and decodes the answer. The decode function may run once per attempt.
func get[Object any](
	ctx context.Context, api API, request transport.Request, decode func(body io.Reader) (Object, error),
) (object Object, info transport.RequestInfo, err error) {
	info, err = api.Transport.Get(ctx, request, func(body io.Reader) error {
		decoded, err := decode(body)
		object = decoded
		return err
	})
	return object, info, err
}

// queryOf returns query parameters, without those that are empty.
func queryOf(parameters map[string]string) url.Values {
	query := url.Values{}
	for name, value := range parameters {
		if value != "" {
			query.Set(name, value)
		}
	}
	return query
}

// orEmpty returns "" for a text that the server left out.
func orEmpty(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// results sends a request for results of a run and checks that each row belongs to the run.
func (a API) results(ctx context.Context, request transport.Request, runID, runIDName string, payloads bool) (Results, transport.RequestInfo, error) {
	return get(ctx, a, request, func(body io.Reader) (Results, error) {
		rows, page, err := a.Decoder.Results(body, payloads)
		if err != nil {
			return Results{}, err
		}
		for i, row := range rows {
			if err := wire.VerifyIDs(wire.IDMatch{Name: runIDName, Requested: runID, Answered: row.RunID}); err != nil {
				return Results{}, fmt.Errorf("data.%d.%w", i, err)
			}
		}
		return Results{rows, page}, nil
	})
}

// run reads one run. The path is the same in both editions.
func (a API) run(ctx context.Context, credential transport.Credential, runID string) (retab.ExperimentRun, transport.RequestInfo, error) {
	request := transport.Request{Segments: []string{"workflows", "experiments", "runs", runID}, Credential: credential}
	return get(ctx, a, request, func(body io.Reader) (retab.ExperimentRun, error) {
		run, err := a.Decoder.Run(body)
		if err != nil {
			return retab.ExperimentRun{}, err
		}
		return run, wire.VerifyIDs(wire.IDMatch{Name: "id", Requested: runID, Answered: run.ID})
	})
}

// runs reads one page of runs, newest first. The path is the same in both editions.
func (a API) runs(ctx context.Context, credential transport.Credential, filter retab.RunFilter, limit int, after string) (Runs, transport.RequestInfo, error) {
	request := transport.Request{
		Segments: []string{"workflows", "experiments", "runs"},
		Query: queryOf(map[string]string{
			"limit": strconv.Itoa(limit), "after": after, "sort_by": "created_at", "order": "desc",
			"workflow_id": filter.WorkflowID, "experiment_id": filter.ExperimentID, "block_id": filter.BlockID, "status": filter.Status,
			"exclude_status": filter.ExcludeStatus, "trigger_type": filter.TriggerType, "from_date": filter.FromDate, "to_date": filter.ToDate,
		}),
		Credential: credential,
	}
	return get(ctx, a, request, func(body io.Reader) (Runs, error) {
		rows, page, err := a.Decoder.Runs(body)
		if err != nil {
			return Runs{}, err
		}
		for i, row := range rows {
			if err := verifyFilter(filter, row); err != nil {
				return Runs{}, fmt.Errorf("data.%d.%w", i, err)
			}
		}
		return Runs{rows, page}, nil
	})
}

// verifyFilter returns an error for a run that the filter excludes, as a server that ignores the filter would send.
func verifyFilter(filter retab.RunFilter, run retab.ExperimentRun) error {
	for _, id := range []wire.IDMatch{
		{Name: "experiment_id", Requested: filter.ExperimentID, Answered: orEmpty(run.ExperimentID)},
		{Name: "lifecycle.status", Requested: filter.Status, Answered: string(run.Status)},
	} {
		if id.Requested != "" && id.Answered != "" {
			if err := wire.VerifyIDs(id); err != nil {
				return err
			}
		}
	}
	return nil
}
