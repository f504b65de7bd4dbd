package client

import (
	"context"
	"net/http"
)

// ExperimentRun is one execution of an experiment over its documents.
//
// API: "Get Experiment Run" (schemas ExperimentRunPublic, run-scoped edition, and WorkflowExperimentRun, flat edition).
type ExperimentRun struct {
	ID           string
	ExperimentID *string // nil when the server left it out, like every pointer below
	ParentRunID  *string
	TriggerType  *string // such as api or manual_run

	WorkflowID        *string
	WorkflowVersionID *string
	BlockID           *string
	BlockKind         *string // extract, classifier, split, for_each, or a later value
	NConsensus        *int64  // how many times each document is executed: 3, 5 or 7

	Lifecycle

	// Score is the consensus agreement from 0 to 1 over the documents that did not fail.
	Score              *float64
	TotalDocuments     int64
	CompletedDocuments int64
	FailedDocuments    int64

	DocumentsFingerprint      *string
	DefinitionFingerprint     *string // run-scoped edition only
	BlockExecutionFingerprint *string // flat edition only
}

// DocumentsWithResult is how many documents have come to an end, well or not, by the run's own counters.
func (r ExperimentRun) DocumentsWithResult() int64 {
	return min(r.TotalDocuments, r.CompletedDocuments+r.FailedDocuments)
}

// Succeeded reports whether the run is completed and none of its documents failed or is missing. A completed run can
// have failed documents, and its score leaves them out; a run without documents has nothing that succeeded.
func (r ExperimentRun) Succeeded() bool {
	return r.Status == StatusCompleted && r.FailedDocuments == 0 &&
		r.TotalDocuments > 0 && r.CompletedDocuments >= r.TotalDocuments
}

// ExperimentRun reads one run.
//
// API: GET /v1/workflows/experiments/runs/{run_id}, "Get Experiment Run". The path is the same in both editions; they
// differ in the credential. A run that certainly does not exist is an [*AbsentError].
func (c *Client) ExperimentRun(ctx context.Context, runID string) (ExperimentRun, error) {
	if err := checkIDs(idArgument{"run_id", runID}); err != nil {
		return ExperimentRun{}, err
	}
	var run ExperimentRun
	err := c.withRunCredential(func(as credential) (err error) {
		run, _, err = c.experimentRun(ctx, runID, as)
		return err
	})
	return run, orNoSuchRun(err, runID, "")
}

// withRunCredential does a request on a route that both editions have. While the edition is not known, the run-scoped
// edition's credential is tried first; a 401 may only mean that the server wants the other one. What worked is
// remembered for these routes alone, because it does not tell which routes of results the server has.
func (c *Client) withRunCredential(do func(as credential) error) error {
	if as, known := c.runCredential(); known {
		return do(as)
	}
	err := do(apiKeyHeader)
	as := apiKeyHeader
	if statusOf(err) == http.StatusUnauthorized {
		err = clearestRefusal(do(bearerToken), err)
		as = bearerToken
	}
	if err == nil {
		c.runsTake.Store(&as)
	}
	return err
}

func (c *Client) runCredential() (credential, bool) {
	switch c.edition.current() {
	case EditionRunScoped:
		return apiKeyHeader, true
	case EditionFlat:
		return bearerToken, true
	default:
		if as := c.runsTake.Load(); as != nil {
			return *as, true
		}
		return apiKeyHeader, false
	}
}

// experimentRun reads one run with a credential of the caller's choice, and also returns what was asked.
func (c *Client) experimentRun(ctx context.Context, runID string, as credential) (ExperimentRun, Exchange, error) {
	answer, err := c.get(ctx, request{
		segments: []string{"workflows", "experiments", "runs", runID}, credential: as,
	})
	if err != nil {
		return ExperimentRun{}, Exchange{}, err
	}
	defer answer.Body.Close()
	run, err := decodeRun(answer.body)
	if err == nil {
		err = checkEcho(echo{"id", runID, run.ID})
	}
	if err != nil {
		return ExperimentRun{}, Exchange{}, c.responseError(answer, err)
	}
	c.hideKeyInLifecycle(&run.Lifecycle)
	return run, c.exchange(answer.Request, answer.Header, answer.attempts), nil
}
