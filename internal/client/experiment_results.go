package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
)

// MaxRunResults is how many results of a run are returned at once. The state of a larger read would take more memory
// than Terraform and its users can handle.
const MaxRunResults = 20_000

var (
	// ErrUnreachableResults is wrapped when requested results may be beyond the end of the list of a run.
	ErrUnreachableResults = fmt.Errorf("the run may have more results than the list of them shows, which in the run-scoped edition of the API ends after %d", maxResultsPage)

	// ErrTooManyResults is wrapped when more than [MaxRunResults] results of a run were requested at once.
	ErrTooManyResults = fmt.Errorf("the run has more than %d results to read at once", MaxRunResults)
)

// ResultsOptions says how to read the results of a run.
type ResultsOptions struct {
	ResultOptions
	DocumentIDs []string // the requested documents; nil means all, an empty list none
	Statuses    []string // the requested statuses; nil means all, an empty list none
}

// RunResults are a run and the results that it has produced so far.
type RunResults struct {
	Run ExperimentRun
	// Results has one result per document, sorted by document id, also those that the options do not select. It must not
	// be changed.
	Results []*ExperimentResult
}

// ExperimentResults reads the results of a run and the run itself, whose count of documents says whether results are
// missing. If a completed run has fewer results than that, the list is read again for a few seconds. The caller must
// check whether it is complete.
//
// API: GET /v1/workflows/experiments/runs/{run_id}/results ("List Experiment Run Results") in the run-scoped edition,
// GET /v1/workflows/experiments/results?run_id= ("List Experiment Results") in the flat edition. A run that provably does
// not exist is an [*AbsentError]. A list that cannot show the requested results, or too many of them, are errors that unwrap to
// [ErrUnreachableResults] and [ErrTooManyResults].
func (c *Client) ExperimentResults(ctx context.Context, runID string, options ResultsOptions) (RunResults, error) {
	ids := CheckID("run_id", runID)
	for _, id := range options.DocumentIDs {
		ids = cmp.Or(ids, CheckID("document_ids", id))
	}
	read := resultsRead{c, runID, options, c.cache.freshnessOf(options.Fresh)}
	return inEdition(ctx, c, ownRoutes, ids, read.read, explained[RunResults](nil))
}

type resultsRead struct {
	client  *Client
	runID   string
	options ResultsOptions
	needs   freshness
}

// read reads the run and its list at the same time.
func (r resultsRead) read(ctx context.Context, edition Edition) (RunResults, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var run runReply
	var runErr error
	var running sync.WaitGroup
	running.Go(func() {
		if run, runErr = r.run(ctx, edition); errors.Is(runErr, ErrTooManyResults) {
			cancel() // the list is too long to read; after any other error, its own error may say more
		}
	})
	list, listErr := r.list(ctx, edition, r.needs)
	running.Wait()
	if isDecisive(listErr) && !errors.Is(runErr, ErrTooManyResults) {
		runErr = nil // the error of the list says more
	}
	if err := cmp.Or(runErr, listErr); err != nil { // if the run exists, a list that was not found is a missing route
		return RunResults{}, err
	}
	readList := func(ctx context.Context, needs freshness) (*resultList, error) { return r.list(ctx, edition, needs) }
	isShort := func(list *resultList) bool { return r.isShort(run.ExperimentRun, list) }
	list, err := r.client.rereadShortList(ctx, run.ExperimentRun, list, readList, isShort)
	if err != nil {
		return RunResults{}, err
	}
	if err := r.problem(run.ExperimentRun, list); err != nil {
		return RunResults{}, unusableAnswer(run.info, err)
	}
	sorted := slices.SortedFunc(maps.Values(list.rows), func(one, other *ExperimentResult) int {
		return cmp.Compare(one.DocumentID, other.DocumentID)
	})
	return RunResults{Run: run.ExperimentRun, Results: sorted}, nil
}

func (r resultsRead) list(ctx context.Context, edition Edition, needs freshness) (*resultList, error) {
	list, err := r.client.results(ctx, edition, r.runID, r.options.IncludeContent, needs, never)
	if err == nil && edition == EditionRunScoped && !r.options.Fresh {
		r.client.listPolicy.useList.LoadOrStore(r.runID, true)
	}
	return list, err
}

// run reads the run, and refuses one with too many results.
func (r resultsRead) run(ctx context.Context, edition Edition) (runReply, error) {
	run, err := r.client.run(ctx, edition, r.runID, r.needs)
	selectsAll := r.options.DocumentIDs == nil && r.options.Statuses == nil
	switch {
	case err != nil:
		return runReply{}, r.client.runAbsence(ctx, edition, err, r.runID, "")
	case run.TotalDocuments > MaxRunResults && selectsAll && edition != EditionRunScoped: // whose lists are shorter
		return runReply{}, unusableAnswer(run.info, ErrTooManyResults)
	}
	return run, nil
}

// isShort reports whether the list lacks a final result for a requested document of the run. A complete list does not
// lack a document: that document is not part of the run.
func (r resultsRead) isShort(run ExperimentRun, list *resultList) bool {
	if r.problem(run, list) != nil {
		return false
	}
	if r.options.DocumentIDs == nil {
		return !list.isFinal(run)
	}
	isComplete := list.hasEveryDocument(run)
	return slices.ContainsFunc(r.options.DocumentIDs, func(id string) bool {
		row := list.row(id)
		return row == nil && !isComplete || row != nil && !row.Status.Terminal()
	})
}

// problem returns an error if a requested result may be beyond the end of the list, or if there are too many.
func (r resultsRead) problem(run ExperimentRun, list *resultList) error {
	isMissing := func(id string) bool { return list.row(id) == nil }
	switch {
	case list.isPartial(run) && (r.options.DocumentIDs == nil || list.hasAttempts || slices.ContainsFunc(r.options.DocumentIDs, isMissing)):
		return ErrUnreachableResults
	case r.selected(list) > MaxRunResults:
		return ErrTooManyResults
	default:
		return nil
	}
}

// selected counts the rows that the options select.
func (r resultsRead) selected(list *resultList) (count int) {
	ids := map[string]bool{}
	for _, id := range r.options.DocumentIDs {
		ids[Identity(id)] = true
	}
	for id, row := range list.rows {
		if (r.options.DocumentIDs == nil || ids[id]) && (r.options.Statuses == nil || slices.Contains(r.options.Statuses, string(row.Status))) {
			count++
		}
	}
	return count
}
