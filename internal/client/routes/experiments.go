package routes

import (
	"context"
	"io"

	"github.com/retab-dev/terraform-provider-retab/internal/client/retab"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// Experiments is a page of experiments of one workflow.
type Experiments struct {
	Rows []retab.Experiment
	wire.Page
}

// MaxExperiments is the largest page size the flat edition accepts; the run-scoped edition has no pages.
const MaxExperiments = 100

// experiment sends a request for one experiment and checks the ids in the answer; workflowID may be "" if the request has none.
func (a API) experiment(ctx context.Context, request transport.Request, workflowID, experimentID string) (retab.Experiment, transport.RequestInfo, error) {
	return get(ctx, a, request, func(body io.Reader) (retab.Experiment, error) {
		experiment, err := a.Decoder.Experiment(body)
		if err != nil {
			return retab.Experiment{}, err
		}
		ids := []wire.IDMatch{{Name: "id", Requested: experimentID, Answered: experiment.ID}}
		if workflowID != "" {
			ids = append(ids, wire.IDMatch{Name: "workflow_id", Requested: workflowID, Answered: experiment.WorkflowID})
		}
		return experiment, wire.VerifyIDs(ids...)
	})
}

// experiments sends a request for experiments of a workflow and checks that each row belongs to it.
func (a API) experiments(ctx context.Context, request transport.Request, workflowID string) (Experiments, transport.RequestInfo, error) {
	return get(ctx, a, request, func(body io.Reader) (Experiments, error) {
		rows, page, err := a.Decoder.Experiments(body)
		if err != nil {
			return Experiments{}, err
		}
		return Experiments{rows, page}, verifyRows(rows, func(row retab.Experiment) error {
			return wire.VerifyIDs(wire.IDMatch{Name: "workflow_id", Requested: workflowID, Answered: row.WorkflowID})
		})
	})
}
