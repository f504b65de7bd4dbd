package routes

import (
	"context"
	"io"
	"strconv"

	"github.com/retab-dev/terraform-provider-retab/internal/client/retab"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// Runs is a page of runs.
type Runs struct {
	Rows []retab.ExperimentRun
	wire.Page
}

// MaxRuns is the largest page size that the API accepts for runs.
const MaxRuns = 100

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
		return Runs{rows, page}, verifyRows(rows, func(row retab.ExperimentRun) error { return verifyFilter(filter, row) })
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
