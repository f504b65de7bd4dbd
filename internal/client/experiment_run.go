package client

import "context"

// ExperimentRun is one execution of an experiment over its documents.
//
// API: "Get Experiment Run" (schemas ExperimentRunPublic and WorkflowExperimentRun).
type ExperimentRun struct {
	ID     string
	Status Status

	TotalDocuments     int64
	CompletedDocuments int64
	FailedDocuments    int64
}

// DocumentsWithResult is how many documents have come to an end, well or not, by the run's own counters.
func (r ExperimentRun) DocumentsWithResult() int64 {
	return min(r.TotalDocuments, r.CompletedDocuments+r.FailedDocuments)
}

// experimentRun reads one run. The path is the same in both editions.
//
// API: GET /v1/workflows/experiments/runs/{run_id}.
func (c *Client) experimentRun(ctx context.Context, runID string, as credential) (ExperimentRun, Exchange, error) {
	answer, err := c.get(ctx, request{
		segments: []string{"workflows", "experiments", "runs", runID}, credential: as,
	})
	if err != nil {
		return ExperimentRun{}, Exchange{}, err
	}
	run, err := decodeRun(answer.body)
	if err == nil {
		err = checkEcho(echo{"id", runID, run.ID})
	}
	if err != nil {
		return ExperimentRun{}, Exchange{}, c.responseError(answer, err)
	}
	return run, c.exchange(answer.Request, answer.Header, answer.attempts), nil
}
