package routes

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

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

// verifyFilter returns an error for a run that the filter excludes, as a server that ignores the filter would send. A member
// is compared only if the server sent it: the API lets trigger.type be null and can leave timing.created_at out. Whoever needs
// a run that names its experiment must check that it does.
func verifyFilter(filter retab.RunFilter, run retab.ExperimentRun) error {
	trigger := orEmpty(run.TriggerType)
	if strings.HasPrefix(trigger, filter.TriggerType+":") { // such as auto_retry:metrics
		trigger = filter.TriggerType
	}
	for _, id := range []wire.IDMatch{
		{Name: "experiment_id", Requested: filter.ExperimentID, Answered: orEmpty(run.ExperimentID)},
		{Name: "workflow_id", Requested: filter.WorkflowID, Answered: orEmpty(run.WorkflowID)},
		{Name: "block_id", Requested: filter.BlockID, Answered: orEmpty(run.BlockID)},
		{Name: "lifecycle.status", Requested: filter.Status, Answered: string(run.Status)},
		{Name: "trigger.type", Requested: filter.TriggerType, Answered: trigger},
	} {
		if id.Requested != "" && id.Answered != "" {
			if err := wire.VerifyIDs(id); err != nil {
				return err
			}
		}
	}
	if filter.ExcludeStatus != "" && string(run.Status) == filter.ExcludeStatus {
		return fmt.Errorf("lifecycle.status is %q, which exclude_status excludes", run.Status)
	}
	return verifyDates(filter, run)
}

// verifyDates returns an error for a run that was created outside the dates of the filter. A date that is not an RFC 3339 text
// is not compared, because only the server knows what it means. The server may round times to a second.
func verifyDates(filter retab.RunFilter, run retab.ExperimentRun) error {
	created := run.Timing.Created()
	if created.IsZero() {
		return nil
	}
	excludedBy := ""
	if from, err := time.Parse(time.RFC3339, filter.FromDate); err == nil && created.Before(from.Add(-time.Second)) {
		excludedBy = "from_date"
	}
	if to, err := time.Parse(time.RFC3339, filter.ToDate); err == nil && created.After(to.Add(time.Second)) {
		excludedBy = "to_date"
	}
	if excludedBy == "" {
		return nil
	}
	return fmt.Errorf("timing.created_at is %q, which %s excludes", created.Format(time.RFC3339Nano), excludedBy)
}
