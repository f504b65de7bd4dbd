package client

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// MaxRunResults is how many results of a run are returned at once. The state of a larger read would take more memory than
// Terraform and its users can handle.
const MaxRunResults = 20_000

// ResultsOptions says how to read the results of a run.
type ResultsOptions struct {
	ResultOptions
	DocumentIDs []string // the requested documents; nil means all, an empty list none
	Statuses    []string // the requested statuses; nil means all, an empty list none
}

// RunResults are a run and the results that it has produced so far.
type RunResults struct {
	Run ExperimentRun
	// Results has one result per document, sorted by document id; it must not be changed. A result that the options do not
	// select has only its document id and what [ExperimentResult.Succeeded] and its status need.
	Results []*ExperimentResult
}

// ExperimentResults reads the results of a run and the run itself, whose count of documents says whether results are
// missing. If a completed run has fewer results than that, the list is read again for a few seconds. The caller must check
// whether it is complete.
//
// API: GET /v1/workflows/experiments/runs/{run_id}/results ("List Experiment Run Results") in the run-scoped edition,
// GET /v1/workflows/experiments/results?run_id= ("List Experiment Results") in the flat edition. A run that provably does
// not exist is an [*AbsentError]. A list that cannot show all results, or that selects too many, is an error that unwraps to
// [ErrUnreachableResults] or [ErrTooManyResults].
func (c *Client) ExperimentResults(ctx context.Context, runID string, options ResultsOptions) (RunResults, error) {
	ids := []idArgument{{"run_id", runID}}
	for _, id := range options.DocumentIDs {
		ids = append(ids, idArgument{"document_ids", id})
	}
	if err := checkIDs(ids...); err != nil {
		return RunResults{}, err
	}
	read := resultsRead{
		client: c, runID: runID, options: options, notBefore: notBefore(options.Poll),
		selection: newSelection(options.DocumentIDs, options.Statuses),
	}
	return withEdition(ctx, c, read.read)
}

// resultsRead is one read of the results of a run.
type resultsRead struct {
	client    *Client
	runID     string
	options   ResultsOptions
	selection selection
	notBefore time.Time
}

// runWithList is a run and its list.
type runWithList struct {
	state runState
	list  *resultList
}

// read reads the run and its list from one edition, or from both if the edition is unknown.
func (r resultsRead) read(ctx context.Context, edition Edition) (RunResults, error) {
	var found runWithList
	var failures *editionErrors
	var err error
	if edition != EditionAuto {
		found, err = r.runAndList(ctx, edition)
	} else if found, edition, failures, err = bothEditions(ctx, r.runAndList); failures != nil {
		err = preferredError(failures.runScoped, failures.flat)
	}
	if err != nil {
		return RunResults{}, err
	}
	r.client.edition.detect(edition)
	return r.rereadShortList(ctx, edition, found.state, found.list)
}

// list reads the list of the run, or returns it from the cache.
func (r resultsRead) list(ctx context.Context, edition Edition, notBefore time.Time) (*resultList, error) {
	key := listKey{edition: edition, runID: r.runID, selection: r.selection}
	if r.options.HandleData {
		key.payloads = allPayloads
	}
	return r.client.lists.get(ctx, key, notBefore)
}

// run reads the run, and refuses one with too many results.
func (r resultsRead) run(ctx context.Context, edition Edition) (runState, error) {
	run, info, err := r.client.routesOf(edition).Run(ctx, r.runID)
	switch {
	case err != nil:
		return runState{}, r.client.asRunNotFound(ctx, edition, err, r.runID, "")
	case run.TotalDocuments > MaxRunResults && r.selection == (selection{}) && edition != EditionRunScoped: // whose lists are shorter
		return runState{}, unusableAnswer(info, ErrTooManyResults)
	}
	return runState{run, info, time.Now()}, nil
}

// runAndList reads the run and its list concurrently.
func (r resultsRead) runAndList(ctx context.Context, edition Edition) (runWithList, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var run runState
	var runErr error
	var running sync.WaitGroup
	running.Go(func() {
		if run, runErr = r.run(ctx, edition); errors.Is(runErr, ErrTooManyResults) {
			cancel() // the list is too long to read; after any other error, its own error may say more
		}
	})
	list, listErr := r.list(ctx, edition, r.notBefore)
	if isDecisive(listErr) {
		cancel()
	}
	running.Wait() // so that nothing outlives the read
	switch {
	case errors.Is(runErr, ErrTooManyResults):
		return runWithList{}, runErr
	case isDecisive(listErr):
		return runWithList{}, listErr
	case runErr != nil:
		return runWithList{}, runErr
	default: // the run exists, so a list that was not found is a missing route
		return runWithList{run, list}, listErr
	}
}

// rereadShortList returns the results of a list. If the run is over and the list is short, it reads the list again first.
func (r resultsRead) rereadShortList(ctx context.Context, edition Edition, state runState, list *resultList) (RunResults, error) {
	run := state.run
	for attempt := 0; attempt < shortListRetries && r.isShort(run, list); attempt++ {
		if list.truncated && !list.hasEveryDocument(run) {
			return r.readUnlisted(ctx, edition, state, list)
		}
		mayRetry := attempt == 0 || run.Status == StatusCompleted && !r.options.Poll
		if !run.Status.Terminal() || !mayRetry || r.client.pauseForShortList(ctx, run, attempt) != nil {
			// The list of a cancelled or failed run may stay short, and a poll is repeated by its caller. If the time is over, the
			// short list is the result: the caller sees that it is short.
			return r.results(state, list)
		}
		var err error
		if list, err = r.list(ctx, edition, time.Now()); err != nil {
			return RunResults{}, err
		}
	}
	return r.results(state, list)
}

// isShort reports whether the list lacks a final result for a requested document of the run. A complete list does not lack a
// document: that document is not part of the run.
func (r resultsRead) isShort(run ExperimentRun, list *resultList) bool {
	if r.options.DocumentIDs == nil {
		return !list.isFinal(run)
	}
	isComplete := list.hasEveryDocument(run)
	return slices.ContainsFunc(r.options.DocumentIDs, func(id string) bool {
		row := list.rows[id]
		return row == nil && !isComplete || row != nil && !row.Status.Terminal()
	})
}

// concurrentReads is how many requested documents are read at the same time, as many as Terraform reads at a time.
const concurrentReads = 10

// readUnlisted reads requested documents that the run-scoped edition cannot list, one by one.
func (r resultsRead) readUnlisted(ctx context.Context, edition Edition, state runState, list *resultList) (RunResults, error) {
	if r.options.DocumentIDs == nil {
		return RunResults{}, unusableAnswer(state.info, ErrUnreachableResults)
	}
	all := newResultList()
	var unlisted []string
	for _, id := range r.options.DocumentIDs {
		if row := list.rows[id]; row != nil {
			all.rows[id] = row
		} else {
			unlisted = append(unlisted, id)
		}
	}
	var mu sync.Mutex
	reads, ctx := errgroup.WithContext(ctx)
	reads.SetLimit(concurrentReads)
	for _, id := range unlisted {
		reads.Go(func() error {
			result, err := r.readOne(ctx, edition, state, id)
			if err != nil {
				return err
			}
			if result != nil {
				mu.Lock()
				defer mu.Unlock()
				all.rows[id] = result
			}
			return nil
		})
	}
	if err := reads.Wait(); err != nil {
		return RunResults{}, err
	}
	return r.results(state, all)
}

// readOne reads the result of one document, nil if there is none.
func (r resultsRead) readOne(ctx context.Context, edition Edition, state runState, documentID string) (*listedResult, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	read := resultRead{client: r.client, runID: r.runID, documentID: documentID, options: r.options.ResultOptions, notBefore: r.notBefore}
	result, err := r.client.runScoped.Result(ctx, r.runID, documentID, r.options.HandleData)
	if IsNotFound(err) {
		result, err = read.diagnoseNotFoundIn(ctx, edition, state, err)
	}
	switch {
	case IsAbsent(err):
		return nil, nil
	case err != nil:
		return nil, err
	default:
		return &listedResult{result, true}, nil
	}
}

// results returns the rows of a list, sorted by document id. Too many selected rows are an error.
func (r resultsRead) results(state runState, list *resultList) (RunResults, error) {
	isSelected := r.selection.selector()
	sorted := make([]*ExperimentResult, 0, len(list.rows))
	count := 0
	for _, row := range list.rows {
		if isSelected(row) {
			count++
		}
		sorted = append(sorted, &row.ExperimentResult)
	}
	if count > MaxRunResults {
		return RunResults{}, unusableAnswer(state.info, ErrTooManyResults)
	}
	slices.SortFunc(sorted, func(one, other *ExperimentResult) int { return cmp.Compare(one.DocumentID, other.DocumentID) })
	return RunResults{Run: state.run, Results: sorted}, nil
}
