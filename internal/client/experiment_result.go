package client

import (
	"context"
	"errors"
	"io"

	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// ResultOptions says how to read a result.
type ResultOptions struct {
	IncludeContent bool // keep the JSON payloads of handles
	Fresh          bool // use only answers that are requested from now on, as a wait and a read in the apply must
}

// ExperimentResult reads the result of one document in one experiment run, from whichever edition of the API the
// server speaks: its row in the list of its run, or the answer of its own route.
//
// API: GET /v1/workflows/experiments/runs/{run_id}/results/{document_id} ("Get Experiment Run Result") in the
// run-scoped edition, GET /v1/workflows/experiments/results?run_id= ("List Experiment Results") in the flat edition.
// A result that provably does not exist is an [*AbsentError]; if a list is too short to prove that, an
// [*IncompleteListError].
func (c *Client) ExperimentResult(ctx context.Context, runID, documentID string, options ResultOptions) (ExperimentResult, error) {
	if err := checkIDs(idArgument{"run_id", runID}, idArgument{"document_id", documentID}); err != nil {
		return ExperimentResult{}, err
	}
	read := resultRead{c, runID, documentID, options, c.cache.freshnessOf(options.Fresh)}
	return inEdition(ctx, c, ownRoutes, read.read, read.findAbsent)
}

// resultRead is one read of a result.
type resultRead struct {
	client            *Client
	runID, documentID string
	options           ResultOptions
	needs             freshness
}

// errNotListed reports that the list of a run lacks a document.
var errNotListed = errors.New("the list of the run has no result for the document")

// read reads the result from the list of its run in the flat edition, and in the run-scoped edition if the list costs
// less than the routes of single results. If that list cannot be used, the route of the one result decides.
func (r resultRead) read(ctx context.Context, edition Edition) (ExperimentResult, error) {
	useList := r.client.listPolicy.count(r.runID, r.documentID)
	if edition == EditionFlat {
		includeContent := r.options.IncludeContent && useList
		result, err := r.fromList(ctx, edition, includeContent)
		if includeContent && (errors.Is(err, ErrBodyTooLarge) || IsTemporary(err)) {
			r.client.listPolicy.giveUp(r.runID)
			return r.fromList(ctx, edition, false)
		}
		return result, err
	}
	if row := r.fromSharedList(ctx, useList); row != nil {
		return *row, nil
	}
	return r.fromOwnRoute(ctx, edition, "")
}

// fromList reads the row of the document from the list of the run. A list without payloads is followed by the route
// of the one result, if payloads are requested.
func (r resultRead) fromList(ctx context.Context, edition Edition, includeContent bool) (ExperimentResult, error) {
	list, err := r.list(ctx, edition, includeContent, r.needs, true)
	if err != nil {
		return ExperimentResult{}, err
	}
	if row := list.row(r.documentID); row != nil && !list.decidesNothing() {
		return r.fromRow(ctx, edition, row, includeContent)
	}
	return ExperimentResult{}, errNotListed
}

// fromRow returns a row of the list of the run. If it lacks the payloads, they are read from the route of the one
// result.
func (r resultRead) fromRow(ctx context.Context, edition Edition, row *ExperimentResult, hasContent bool) (ExperimentResult, error) {
	if hasContent || !r.options.IncludeContent {
		return *row, nil
	}
	result, err := r.fromOwnRoute(ctx, edition, row.ID)
	var invalid *ArgumentError
	if mayBeOtherEdition(err) || errors.As(err, &invalid) { // without that route, the list still has the payloads
		return r.fromList(ctx, edition, true)
	}
	return result, err
}

// fromSharedList returns the row of the document from the list of the run in the run-scoped edition. It returns nil
// if the list is not shared already and mayFetch is false, if it takes too long, or if it does not decide.
func (r resultRead) fromSharedList(ctx context.Context, mayFetch bool) *ExperimentResult {
	patience := listTime(ctx)
	limited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	list, err := r.list(limited, EditionRunScoped, r.options.IncludeContent, r.needs, mayFetch)
	if err != nil {
		if mayFetch && ctx.Err() == nil && (!errors.Is(err, context.DeadlineExceeded) || patience >= minListTime) {
			r.client.listPolicy.giveUp(r.runID)
		}
		return nil
	}
	if list.decidesNothing() {
		return nil
	}
	return list.row(r.documentID)
}

// list reads the list of the run. A row from before a 404 of the document is not used.
func (r resultRead) list(ctx context.Context, edition Edition, includeContent bool, needs freshness, mayFetch bool) (*resultList, error) {
	isFinal := func(list *resultList) bool {
		row := list.row(r.documentID)
		return row != nil && row.Status == StatusCompleted
	}
	list, err := r.client.results(ctx, edition, r.runID, includeContent, needs, isFinal, mayFetch)
	notFoundAt := r.client.cache.since(edition, r.runID, r.documentID)
	if err != nil || list.row(r.documentID) == nil || list.requestedAt > notFoundAt {
		return list, err
	}
	needs.after = notFoundAt
	return r.client.results(ctx, edition, r.runID, includeContent, needs, isFinal, mayFetch)
}

// fromOwnRoute reads the result from the route of the one result. The flat edition needs the id of the result.
func (r resultRead) fromOwnRoute(ctx context.Context, edition Edition, resultID string) (ExperimentResult, error) {
	return r.client.result(ctx, edition, resultQuery{r.runID, r.documentID, resultID, r.options.IncludeContent}, r.needs)
}

// resultQuery is the query of a [cacheKey] for one result.
type resultQuery struct {
	runID, documentID, resultID string
	includeContent              bool
}

// result reads one result from its own route.
func (c *Client) result(ctx context.Context, edition Edition, query resultQuery, needs freshness) (ExperimentResult, error) {
	key := cacheKey{edition: edition, object: query.runID, part: query.documentID, query: query}
	isFinal := func(result ExperimentResult) bool { return result.Status == StatusCompleted }
	return cached(ctx, c.cache, key, needs, isFinal, func(ctx context.Context) (ExperimentResult, error) {
		if edition == EditionFlat {
			if err := CheckID("id", query.resultID); err != nil { // it comes from the server
				return ExperimentResult{}, err
			}
		}
		return c.getResult(ctx, edition, query)
	})
}

func (c *Client) getResult(ctx context.Context, edition Edition, query resultQuery) (ExperimentResult, error) {
	request := resultRoute.request(edition, values{"run_id": query.runID, "document_id": query.documentID, "result_id": query.resultID}, nil)
	result, _, err := get(ctx, c, request, func(body io.Reader) (ExperimentResult, error) {
		result, err := c.decoder.Result(body, query.includeContent)
		if err != nil {
			return ExperimentResult{}, err
		}
		if err := verifyRun(runIDName(edition), query.runID, result.RunID); err != nil {
			return ExperimentResult{}, err
		}
		ids := []wire.IDMatch{{Name: "document_id", Requested: query.documentID, Answered: result.DocumentID}}
		if edition == EditionFlat {
			ids = append(ids, wire.IDMatch{Name: "id", Requested: query.resultID, Answered: result.ID})
		}
		return result, wire.VerifyIDs(ids...)
	})
	return result, err
}
