package client

import (
	"context"
	"net/http"
	"time"
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

	Lifecycle
	Artifact      *Artifact // nil until one was produced
	HandleInputs  []Handle  // sorted by name
	HandleOutputs []Handle  // sorted by name

	Attempt       int64 // vendor-defined counter; 0 when left out
	IsPlaceholder *bool // nil when the server left it out, as the flat edition does
}

// Succeeded reports whether the block ran for this document and completed. A placeholder stands for a document
// that was never executed, so it has not succeeded whatever its status says.
func (r ExperimentResult) Succeeded() bool {
	placeholder := r.IsPlaceholder != nil && *r.IsPlaceholder
	return r.Status == StatusCompleted && !placeholder
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
	Name     string // such as input-document-0
	Type     string // file, json, or a later value; inferred when the server left it out
	FileID   *string
	Filename *string
	MIMEType *string
	Data     *string // compact JSON text, its keys sorted unless it is nested more than 100 deep; nil unless ResultOptions.HandleData asks for it
}

// payloadBytes is how much the payloads of a result take.
func (r ExperimentResult) payloadBytes() (bytes int) {
	for _, handles := range [][]Handle{r.HandleInputs, r.HandleOutputs} {
		for _, handle := range handles {
			bytes += len(deref(handle.Data))
		}
	}
	return bytes
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
		return ExperimentResult{}, waitError(err, nil)
	}
	defer done()
	read := resultRead{client: c, runID: runID, documentID: documentID, options: options, began: time.Now()}
	switch edition {
	case EditionRunScoped:
		return read.runScoped(ctx)
	case EditionFlat:
		return read.flat(ctx)
	default:
		return read.auto(ctx)
	}
}

// resultRead is one read of a result.
type resultRead struct {
	client            *Client
	runID, documentID string
	options           ResultOptions
	began             time.Time
}

// runScoped reads by the run-scoped edition's routes: the list of the run when several of its documents are wanted, else,
// and wherever the list does not help, the route of the one result, whose 404 leaves open what is missing.
func (r resultRead) runScoped(ctx context.Context) (ExperimentResult, error) {
	if result, found, err := r.fromRunScopedList(ctx); found || err != nil {
		return result, err
	}
	result, err := r.client.resultByDocument(ctx, r.runID, r.documentID, r.options)
	if IsNotFound(err) {
		return r.explainRunScoped(ctx, err, apiKeyHeader)
	}
	return result, err
}

// fromRunScopedList looks for the result in the list of its run, if there is one already, or if the run is one of which
// so many documents are wanted that one list costs less than they do. Its only error is the end of the context.
func (r resultRead) fromRunScopedList(ctx context.Context) (ExperimentResult, bool, error) {
	if row, known := r.client.lists.known(EditionRunScoped, r.runID, r.documentID, r.options); known && r.isComplete(row) {
		return row.result, true, nil
	}
	if !r.client.demand.isHigh(r.runID, r.documentID) {
		return ExperimentResult{}, false, nil
	}
	patient, cancel := context.WithTimeout(ctx, listPatience(ctx))
	defer cancel()
	row, err := r.client.lists.result(patient, r.began, EditionRunScoped, r.runID, r.documentID, r.options)
	switch {
	case ctx.Err() != nil:
		return ExperimentResult{}, false, err
	case err != nil: // a list that fails, takes too long, or is cut short is no help to any later read either
		r.client.demand.giveUp(r.runID)
		return ExperimentResult{}, false, nil
	default:
		return row.result, row.found && r.isComplete(row), nil
	}
}

// maxListPatience is how long a read waits for a list that it could do without: long enough for a large one and for the one
// before it, which a poll waits for, too.
const maxListPatience = 30 * time.Second

// listPatience leaves at least half of a read's time for the route of the one result.
func listPatience(ctx context.Context) time.Duration {
	if deadline, bounded := ctx.Deadline(); bounded {
		return min(maxListPatience, time.Until(deadline)/2)
	}
	return maxListPatience
}

// isComplete reports whether a list has all that is wanted of a result.
func (r resultRead) isComplete(row listed) bool { return row.payloads || !r.options.HandleData }

// explainRunScoped finds out what a 404 of the run-scoped route means.
func (r resultRead) explainRunScoped(ctx context.Context, notFound error, credentials ...credential) (ExperimentResult, error) {
	return r.client.explain(ctx, absence{
		runID: r.runID, documentID: r.documentID, since: r.began, credentials: credentials,
		sure:  inOwnWords(notFound),
		route: func(ctx context.Context) error { return r.client.runScopedRoute(ctx, r.runID, notFound) },
		again: func(ctx context.Context) (ExperimentResult, bool, error) {
			result, err := r.client.resultByDocument(ctx, r.runID, r.documentID, r.options)
			if notFound := answeredWith(err, http.StatusNotFound); notFound != nil && notFound.IsJSON {
				return ExperimentResult{}, false, nil
			}
			return result, err == nil, err
		},
	})
}

// flat reads from the run's list.
func (r resultRead) flat(ctx context.Context) (ExperimentResult, error) {
	row, err := r.fromFlatList(ctx)
	if err == nil && row.found || err != nil && !IsNotFound(err) {
		return r.withPayloads(ctx, row, err)
	}
	return r.explainFlat(ctx, row.asOf, err)
}

// fromFlatList looks for the result in the list of its run, with payloads only if those of several documents are wanted:
// for a few, they are read one by one.
func (r resultRead) fromFlatList(ctx context.Context) (listed, error) {
	options := r.options
	options.HandleData = options.HandleData && r.client.demand.isHigh(r.runID, r.documentID)
	return r.client.lists.result(ctx, r.began, EditionFlat, r.runID, r.documentID, options)
}

// withPayloads completes what a list says of a result by its payloads, if they are wanted and not there.
func (r resultRead) withPayloads(ctx context.Context, row listed, err error) (ExperimentResult, error) {
	if err != nil || r.isComplete(row) {
		return row.result, err
	}
	byIDErr := CheckID("id", row.result.ID) // which comes from the server
	if byIDErr == nil {
		var result ExperimentResult
		if result, byIDErr = r.client.resultByID(ctx, row.result, r.options); !mayBeOtherEdition(byIDErr) {
			return result, byIDErr
		}
	}
	// Without that route, the payload may still be among those that a list keeps.
	row, err = r.client.lists.result(ctx, r.began, EditionFlat, r.runID, r.documentID, r.options)
	if err == nil && !row.payloads {
		err = byIDErr
	}
	return row.result, err
}

// explainFlat finds out what it means that the list has no such row, or that there is no list. Whether a run that does
// not exist has an empty list or none is not documented; for a run that does exist, no list is no route.
func (r resultRead) explainFlat(ctx context.Context, asOf time.Time, noList error) (ExperimentResult, error) {
	return r.client.explain(ctx, absence{
		runID: r.runID, documentID: r.documentID, since: asOf, sure: noList == nil, credentials: []credential{bearerToken},
		route: func(context.Context) error { return noList },
		again: func(ctx context.Context) (ExperimentResult, bool, error) {
			again := r
			again.options.Poll = true
			row, err := again.fromFlatList(ctx)
			if !row.found || err != nil {
				return ExperimentResult{}, false, err
			}
			result, err := again.withPayloads(ctx, row, nil)
			return result, err == nil, err
		},
	})
}

// auto tries the run-scoped route, then the flat one, and remembers which of them worked.
func (r resultRead) auto(ctx context.Context) (ExperimentResult, error) {
	result, scopedErr := r.client.resultByDocument(ctx, r.runID, r.documentID, r.options)
	if scopedErr == nil {
		r.client.edition.worked(EditionRunScoped)
		return result, nil
	}
	if !mayBeOtherEdition(scopedErr) {
		return ExperimentResult{}, scopedErr
	}
	row, flatErr := r.fromFlatList(ctx)
	switch {
	case flatErr == nil:
		r.client.edition.worked(EditionFlat)
		if row.found {
			return r.withPayloads(ctx, row, nil)
		}
		return r.explainFlat(ctx, row.asOf, nil)
	case !mayBeOtherEdition(flatErr):
		return ExperimentResult{}, flatErr
	}
	// Neither route gave an answer. The route of the run, which is the same in both editions, tells what is missing.
	scopedRefused, flatRefused := statusOf(scopedErr) == http.StatusUnauthorized, statusOf(flatErr) == http.StatusUnauthorized
	var err error
	switch {
	case scopedRefused && flatRefused:
		err = flatErr
	case statusOf(scopedErr) != http.StatusNotFound:
		result, err = r.explainFlat(ctx, row.asOf, flatErr)
	case flatRefused:
		result, err = r.explainRunScoped(ctx, scopedErr, apiKeyHeader)
	default: // a 404 of a route that is not there says nothing of its credential
		result, err = r.explainRunScoped(ctx, scopedErr, apiKeyHeader, bearerToken)
	}
	return result, clearestRefusal(err, flatErr, scopedErr)
}

// resultByDocument is the run-scoped edition's one request.
func (c *Client) resultByDocument(ctx context.Context, runID, documentID string, options ResultOptions) (ExperimentResult, error) {
	result, err := c.oneResult(ctx, request{
		segments: []string{"workflows", "experiments", "runs", runID, "results", documentID}, credential: apiKeyHeader,
	}, options, func(answered ExperimentResult) []echo {
		return []echo{{"run_id", runID, answered.RunID}, {"document_id", documentID, answered.DocumentID}}
	})
	if err == nil {
		c.scoped.Store(true)
	}
	return result, err
}

// resultByID is the flat edition's request for one result that its list has. It goes by the result's own id.
func (c *Client) resultByID(ctx context.Context, known ExperimentResult, options ResultOptions) (ExperimentResult, error) {
	return c.oneResult(ctx, request{
		segments: []string{"workflows", "experiments", "results", known.ID}, credential: bearerToken,
	}, options, func(answered ExperimentResult) []echo {
		return []echo{
			{"id", known.ID, answered.ID}, {"experiment_run_id", known.RunID, answered.RunID}, {"document_id", known.DocumentID, answered.DocumentID},
		}
	})
}

// oneResult asks for one result and refuses an answer that is not the one asked for.
func (c *Client) oneResult(ctx context.Context, asked request, options ResultOptions, echoes func(ExperimentResult) []echo) (ExperimentResult, error) {
	answer, err := c.get(ctx, asked)
	if err != nil {
		return ExperimentResult{}, err
	}
	defer answer.Body.Close()
	result, err := decodeResult(answer.body, options)
	if err == nil {
		err = checkEcho(echoes(result)...)
	}
	if err != nil {
		return ExperimentResult{}, c.responseError(answer, err)
	}
	c.hideKeyInResult(&result)
	return result, nil
}
