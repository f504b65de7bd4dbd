package client

import (
	"context"
	"errors"
	"net/http"
)

// ExperimentResult is what one experiment run produced for one document.
//
// API: "Get Experiment Run Result" (schema ExperimentResultPublic, run-scoped edition) and "List Experiment
// Results" (schema WorkflowExperimentResult, flat edition).
type ExperimentResult struct {
	ID           string
	RunID        string
	DocumentID   string
	ExperimentID *string // nil when the server left it out
	BlockKind    *string // extract, classifier, split, for_each, or a later value; nil when left out

	Status       Status
	ErrorMessage string // "" when the server gave none
	ErrorCode    string // "" when the server gave none
	CancelReason string // "" when the server gave none

	Timing        Timing
	Artifact      *Artifact // nil until one was produced
	HandleInputs  map[string]Handle
	HandleOutputs map[string]Handle

	Attempt       int64 // vendor-defined counter; 0 when left out
	IsPlaceholder *bool // nil when the server left it out, as the flat edition does
}

// Succeeded reports whether the block ran for this document and completed. A placeholder stands for a document
// that was never executed, so it has not succeeded whatever its status says.
func (r ExperimentResult) Succeeded() bool {
	placeholder := r.IsPlaceholder != nil && *r.IsPlaceholder
	return r.Status == StatusCompleted && !placeholder
}

// Timing holds the timestamps exactly as the server wrote them (RFC 3339) and the vendor's own duration, which
// is not always the difference of the two. Each member is nil until the server sends it.
type Timing struct {
	CreatedAt   *string
	StartedAt   *string
	CompletedAt *string
	DurationMS  *int64 // milliseconds
}

// Artifact points to the record a block produced: the operation names the kind, the id the record.
//
// API: schema StepArtifactRef.
type Artifact struct {
	Operation string
	ID        string
}

// Handle is one named input or output of the block: a file or a JSON payload.
//
// API: schemas FileHandleInput and JsonHandleInput. Storage addresses that the API may add are not kept.
type Handle struct {
	Type     string // file, json, or a later value; inferred when the server left it out
	FileID   *string
	Filename *string
	MIMEType *string
	Data     *string // compact JSON text with sorted keys, nil unless [WithHandleData] was asked for
}

// ResultOptions says how to read a result.
type ResultOptions struct {
	HandleData bool // keep the JSON payloads of handles
	Poll       bool // take nothing from before the call, as one who waits for a change must
}

// ExperimentResult reads the result of one document in one experiment run, from whichever edition of the API the
// server speaks.
//
// API: GET /v1/workflows/experiments/runs/{run_id}/results/{document_id} ("Get Experiment Run Result") in the
// run-scoped edition, GET /v1/workflows/experiments/results?run_id= ("List Experiment Results") in the flat one.
// A result that certainly does not exist is an [*AbsentError].
func (c *Client) ExperimentResult(ctx context.Context, runID, documentID string, options ResultOptions) (ExperimentResult, error) {
	if err := checkIDs(idArgument{"run_id", runID}, idArgument{"document_id", documentID}); err != nil {
		return ExperimentResult{}, err
	}
	edition, done, err := c.edition.settle(ctx)
	if err != nil {
		return ExperimentResult{}, waitError(err)
	}
	defer done()
	switch edition {
	case EditionRunScoped:
		return c.resultRunScoped(ctx, runID, documentID, options)
	case EditionFlat:
		return c.resultFlat(ctx, runID, documentID, options)
	default:
		return c.resultAuto(ctx, runID, documentID, options)
	}
}

// resultRunScoped reads by the run-scoped edition's route, where a 404 leaves open what is missing.
func (c *Client) resultRunScoped(ctx context.Context, runID, documentID string, options ResultOptions) (ExperimentResult, error) {
	result, err := c.resultByDocument(ctx, runID, documentID, options)
	if IsNotFound(err) {
		return ExperimentResult{}, c.explainAbsence(ctx, runID, documentID, apiKeyHeader)
	}
	return result, err
}

// resultFlat reads from the run's list, which says nothing of a run that does not exist.
func (c *Client) resultFlat(ctx context.Context, runID, documentID string, options ResultOptions) (ExperimentResult, error) {
	result, found, err := c.lists.result(ctx, runID, documentID, options)
	if found || err != nil && !IsNotFound(err) {
		return result, err
	}
	explained := c.explainAbsence(ctx, runID, documentID, bearerToken)
	var absent *AbsentError
	if err != nil && errors.As(explained, &absent) && absent.Reason != NoSuchRun {
		return ExperimentResult{}, err // the run is there, so what was not found is the route of its list
	}
	return ExperimentResult{}, explained
}

// resultAuto tries the run-scoped route, then the flat one, and remembers which of them worked.
func (c *Client) resultAuto(ctx context.Context, runID, documentID string, options ResultOptions) (ExperimentResult, error) {
	result, scopedErr := c.resultByDocument(ctx, runID, documentID, options)
	if scopedErr == nil {
		c.edition.worked(EditionRunScoped)
		return result, nil
	}
	if !mayBeOtherEdition(scopedErr) {
		return ExperimentResult{}, scopedErr
	}
	result, found, flatErr := c.lists.result(ctx, runID, documentID, options)
	switch {
	case flatErr == nil:
		c.edition.worked(EditionFlat)
		if found {
			return result, nil
		}
		return ExperimentResult{}, c.explainAbsence(ctx, runID, documentID, bearerToken)
	case !mayBeOtherEdition(flatErr):
		return ExperimentResult{}, flatErr
	}
	// Neither route gave an answer. The route of the run is the same in both editions and tells what is missing. It is
	// asked with the credential that has not been refused.
	if statusOf(scopedErr) == http.StatusUnauthorized {
		if statusOf(flatErr) == http.StatusUnauthorized {
			return ExperimentResult{}, flatErr
		}
		return ExperimentResult{}, c.explainAbsence(ctx, runID, documentID, bearerToken)
	}
	err := c.explainAbsence(ctx, runID, documentID, apiKeyHeader)
	var absent *AbsentError
	if errors.As(err, &absent) && absent.Reason != NoSuchRun {
		c.edition.worked(EditionRunScoped)
	}
	return ExperimentResult{}, err
}

// resultByDocument is the run-scoped edition's one request.
func (c *Client) resultByDocument(ctx context.Context, runID, documentID string, options ResultOptions) (ExperimentResult, error) {
	answer, err := c.get(ctx, request{
		segments: []string{"workflows", "experiments", "runs", runID, "results", documentID}, credential: apiKeyHeader,
	})
	if err != nil {
		return ExperimentResult{}, err
	}
	result, err := decodeResult(answer.body, options)
	if err == nil {
		err = checkEcho(echo{"run_id", runID, result.RunID}, echo{"document_id", documentID, result.DocumentID})
	}
	if err != nil {
		return ExperimentResult{}, c.responseError(answer, err)
	}
	return result, nil
}
