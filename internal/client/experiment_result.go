package client

import "context"

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

// ResultOptions says how much of a result to read.
type ResultOptions struct {
	HandleData bool // keep the JSON payloads of handles
}

// ExperimentResult reads the result of one document in one experiment run.
//
// API: GET /v1/workflows/experiments/runs/{run_id}/results/{document_id}, "Get Experiment Run Result".
// An absent result is an [*APIError] for which [IsNotFound] holds.
func (c *Client) ExperimentResult(ctx context.Context, runID, documentID string, options ResultOptions) (ExperimentResult, error) {
	if err := checkIDs(idArgument{"run_id", runID}, idArgument{"document_id", documentID}); err != nil {
		return ExperimentResult{}, err
	}
	response, err := c.get(ctx, "workflows", "experiments", "runs", runID, "results", documentID)
	if err != nil {
		return ExperimentResult{}, err
	}
	result, err := decodeResult(response.body, options)
	if err == nil {
		err = checkEcho(result, runID, documentID)
	}
	if err != nil {
		return ExperimentResult{}, c.responseError(response, err)
	}
	return result, nil
}
