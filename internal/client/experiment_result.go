package client

import (
	"context"
	"time"
)

// ResultOptions says how to read a result.
type ResultOptions struct {
	HandleData bool // keep the JSON payloads of handles
	Poll       bool // use no cached answer from before the call, as a wait must
}

// ExperimentResult reads the result of one document in one experiment run, from whichever edition of the API the
// server speaks.
//
// API: GET /v1/workflows/experiments/runs/{run_id}/results/{document_id} ("Get Experiment Run Result") in the
// run-scoped edition, GET /v1/workflows/experiments/results?run_id= ("List Experiment Results") in the flat edition.
// A result that provably does not exist is an [*AbsentError]; if a list is too short to prove that, an
// [*IncompleteListError].
func (c *Client) ExperimentResult(ctx context.Context, runID, documentID string, options ResultOptions) (ExperimentResult, error) {
	if err := checkIDs(idArgument{"run_id", runID}, idArgument{"document_id", documentID}); err != nil {
		return ExperimentResult{}, err
	}
	read := resultRead{client: c, runID: runID, documentID: documentID, options: options, notBefore: notBefore(options.Poll)}
	stop := read.prefetchList(ctx)
	defer stop()
	return withEdition(ctx, c, func(ctx context.Context, edition Edition) (ExperimentResult, error) {
		switch edition {
		case EditionRunScoped:
			return read.runScoped(ctx)
		case EditionFlat:
			return read.flat(ctx)
		default:
			return read.auto(ctx)
		}
	})
}

// resultRead is one read of a result.
type resultRead struct {
	client            *Client
	runID, documentID string
	options           ResultOptions
	notBefore         time.Time
}

// prefetchList starts to read the run-scoped edition's list of the run if another read is detecting the edition and the list
// would replace single reads. Otherwise, the list would take a second round trip. The caller must call stop at the end of its
// read.
func (r resultRead) prefetchList(ctx context.Context) (stop func()) {
	if !r.client.edition.isProbing() || !r.client.listPolicy.useList(r.runID, r.documentID) {
		return func() {}
	}
	return r.client.lists.prefetch(ctx, r.listKey(EditionRunScoped, r.options.HandleData), r.notBefore)
}

// runScoped reads from the list of the run if several of its documents are requested. Otherwise, and if the list does not have
// the result, it reads from the route of the one result.
func (r resultRead) runScoped(ctx context.Context) (ExperimentResult, error) {
	if row := r.fromRunScopedList(ctx); row != nil {
		return row.ExperimentResult, nil
	}
	result, err := r.client.runScoped.Result(ctx, r.runID, r.documentID, r.options.HandleData)
	if IsNotFound(err) {
		return r.diagnoseNotFound(ctx, EditionRunScoped, err)
	}
	return result, err
}

// fromRunScopedList returns the row of the document from a list that is cached or costs less than single reads, nil if there
// is none. The route of the one result then decides.
func (r resultRead) fromRunScopedList(ctx context.Context) *listedResult {
	key := r.listKey(EditionRunScoped, r.options.HandleData)
	if !r.options.Poll {
		if row, ok := r.client.lists.lookup(key, r.documentID, r.notBefore); ok && r.isComplete(row) {
			return row
		}
	}
	if !r.wantsList(key) {
		return nil
	}
	timeout := listTimeout(ctx)
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	list, err := r.client.lists.get(limited, key, r.notBefore)
	if err != nil {
		// The list would fail or take too long for later reads, too, unless this read had little time or was stopped.
		if limited.Err() == nil || timeout >= minListTimeout && ctx.Err() == nil {
			r.client.listPolicy.disable(r.runID)
		}
		return nil
	}
	if row := list.rows[r.documentID]; row != nil && r.isComplete(row) {
		return row
	}
	return nil
}

// wantsList reports whether the list costs less than single reads. One that another read has requested costs nothing more.
func (r resultRead) wantsList(key listKey) bool {
	return r.client.listPolicy.useList(r.runID, r.documentID) ||
		r.client.lists.isInFlight(key, r.notBefore) && !r.client.listPolicy.isDisabled(r.runID)
}

// listKey returns the key of a list from which single documents are read.
func (r resultRead) listKey(edition Edition, payloads bool) listKey {
	key := listKey{edition: edition, runID: r.runID}
	if payloads {
		key.payloads = somePayloads
	}
	return key
}

// isComplete reports whether a row has everything that was requested.
func (r resultRead) isComplete(row *listedResult) bool {
	return row.hasPayloads || !r.options.HandleData
}

// flat reads from the list of the run.
func (r resultRead) flat(ctx context.Context) (ExperimentResult, error) {
	row, err := r.fromFlatList(ctx)
	switch {
	case row != nil:
		return r.withPayloads(ctx, row)
	case err == nil || IsNotFound(err):
		return r.diagnoseNotFound(ctx, EditionFlat, err)
	default:
		return ExperimentResult{}, err
	}
}

// fromFlatList returns the row of the document from the list of its run, nil if there is none. The list has payloads only
// if those of several documents are requested: a few are read one by one.
func (r resultRead) fromFlatList(ctx context.Context) (*listedResult, error) {
	key := r.listKey(EditionFlat, r.options.HandleData && r.client.listPolicy.useList(r.runID, r.documentID))
	if !r.options.Poll {
		if row, ok := r.client.lists.lookup(key, r.documentID, r.notBefore); ok {
			return row, nil
		}
	}
	list, err := r.client.lists.get(ctx, key, r.notBefore)
	if err != nil {
		return nil, err
	}
	return list.rows[r.documentID], nil
}

// withPayloads adds the payloads to a row of the flat edition's list, if they are requested and the row lacks them.
func (r resultRead) withPayloads(ctx context.Context, row *listedResult) (ExperimentResult, error) {
	if r.isComplete(row) {
		return row.ExperimentResult, nil
	}
	err := CheckID("id", row.ID) // the id comes from the server
	if err == nil {
		var result ExperimentResult
		if result, err = r.client.flat.ResultByID(ctx, row.ExperimentResult, true); !mayBeOtherEdition(err) {
			return result, err
		}
	}
	// Without that route, a list that keeps payloads may still have this one.
	row, listErr := r.fromPayloadList(ctx, EditionFlat)
	switch {
	case listErr != nil:
		return ExperimentResult{}, listErr
	case row != nil:
		return row.ExperimentResult, nil
	default:
		return ExperimentResult{}, err
	}
}

// fromListedRow returns a result that the list has but its own route did not find, with its payloads if they are requested.
func (r resultRead) fromListedRow(ctx context.Context, edition Edition, row *listedResult) (ExperimentResult, error) {
	if edition == EditionFlat {
		return r.withPayloads(ctx, row)
	}
	if r.isComplete(row) {
		return row.ExperimentResult, nil
	}
	row, err := r.fromPayloadList(ctx, edition)
	switch {
	case err != nil:
		return ExperimentResult{}, err
	case row != nil:
		return row.ExperimentResult, nil
	default:
		return r.client.runScoped.Result(ctx, r.runID, r.documentID, true)
	}
}

// fromPayloadList returns the row of the document from a list that keeps payloads, nil if the list lacks the row or its
// payloads.
func (r resultRead) fromPayloadList(ctx context.Context, edition Edition) (*listedResult, error) {
	list, err := r.client.lists.get(ctx, r.listKey(edition, true), r.notBefore)
	if err != nil {
		return nil, err
	}
	row := list.rows[r.documentID]
	if row == nil || !row.hasPayloads {
		return nil, nil
	}
	return row, nil
}

// auto reads from both editions, and remembers which one answered.
func (r resultRead) auto(ctx context.Context) (ExperimentResult, error) {
	var runScopedErr error
	row, edition, failures, err := bothEditions(ctx, func(ctx context.Context, edition Edition) (*listedResult, error) {
		if edition == EditionFlat {
			return r.fromFlatList(ctx)
		}
		r.client.listPolicy.useList(r.runID, r.documentID) // only to count the document
		result, err := r.client.runScoped.Result(ctx, r.runID, r.documentID, r.options.HandleData)
		runScopedErr = err
		return &listedResult{result, true}, err
	})
	if err == nil && edition == EditionFlat && row == nil && isAPINotFound(runScopedErr) {
		failures = &editionErrors{runScoped: runScopedErr} // neither edition has the result, and the server may speak both
	}
	switch {
	case err != nil:
		return ExperimentResult{}, err
	case failures != nil:
		return diagnoseBoth(failures, func(edition Edition, err error) (ExperimentResult, error) {
			return r.diagnoseNotFound(ctx, edition, err)
		})
	}
	r.client.edition.detect(edition)
	switch {
	case row == nil:
		return r.diagnoseNotFound(ctx, edition, nil)
	case edition == EditionFlat:
		return r.withPayloads(ctx, row)
	default:
		return row.ExperimentResult, nil
	}
}
