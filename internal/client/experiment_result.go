package client

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// ExperimentResult is what one experiment run produced for one document.
//
// API: "Get Experiment Run Result" (schema ExperimentResultPublic, run-scoped edition) and "List Experiment
// Results" (schema WorkflowExperimentResult, flat edition).
type ExperimentResult struct {
	ID           string  `tfsdk:"-"`
	RunID        string  `tfsdk:"run_id"`
	DocumentID   string  `tfsdk:"document_id"`
	ExperimentID *string `tfsdk:"experiment_id"` // nil when the server left it out
	BlockKind    *string `tfsdk:"block_kind"`    // such as extract or classifier; nil when the server left it out

	Lifecycle
	Artifact      *Artifact `tfsdk:"artifact"` // nil until one was produced
	HandleInputs  []Handle  `tfsdk:"-"`        // sorted by name; maps would take several times the memory of a long list
	HandleOutputs []Handle  `tfsdk:"-"`        // sorted by name

	Attempt int64 `tfsdk:"-"` // vendor-defined counter; 0 when left out
	// IsAttemptUnread reports that Attempt is not known, because the server sent something else than a number.
	IsAttemptUnread bool  `tfsdk:"-"`
	IsPlaceholder   *bool `tfsdk:"is_placeholder"` // nil when the server left it out, as the flat edition does
}

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
	read := resultRead{c, runID, documentID, options, c.cache.freshnessOf(options.Fresh)}
	return inEdition(ctx, c, ownRoutes, cmp.Or(CheckID("run_id", runID), CheckID("document_id", documentID)), read.read, read.findAbsent)
}

type resultRead struct {
	client            *Client
	runID, documentID string
	options           ResultOptions
	needs             freshness
}

// read reads the result from the list of its run in the flat edition, and in the run-scoped edition if the list costs
// less than the routes of single results. If that list cannot be used, the route of the one result decides.
func (r resultRead) read(ctx context.Context, edition Edition) (ExperimentResult, error) {
	useList := r.client.listPolicy.count(r.runID, r.documentID)
	if edition == EditionFlat {
		return r.readFlat(ctx, useList)
	}
	if useList {
		if row := r.fromSharedList(ctx); row != nil {
			return *row, nil
		}
	}
	return r.fromOwnRoute(ctx, edition, "")
}

// readFlat reads the result in the flat edition, where the list of the run says which result is of the document. A list
// with payloads costs less than the routes of many results.
func (r resultRead) readFlat(ctx context.Context, useList bool) (ExperimentResult, error) {
	if useList && r.options.IncludeContent {
		result, err := r.fromList(ctx, true)
		if !errors.Is(err, transport.ErrBodyTooLarge) && !IsTemporary(err) {
			return result, err
		}
		r.client.listPolicy.useList.Store(r.runID, false)
	}
	row, err := r.fromList(ctx, false)
	if err != nil {
		return ExperimentResult{}, err
	}
	return r.withContent(ctx, EditionFlat, row)
}

// fromList returns the row of the document in the list of the run of the flat edition.
func (r resultRead) fromList(ctx context.Context, content bool) (ExperimentResult, error) {
	list, err := r.list(ctx, EditionFlat, content, r.needs)
	if err != nil {
		return ExperimentResult{}, err
	}
	if row := list.latest(r.documentID); row != nil {
		return *row, nil
	}
	return ExperimentResult{}, errNotListed
}

// withContent adds the payloads to a row of the list, if they are requested. In the run-scoped edition the list has them.
func (r resultRead) withContent(ctx context.Context, edition Edition, row ExperimentResult) (ExperimentResult, error) {
	if !r.options.IncludeContent || edition == EditionRunScoped {
		return row, nil
	}
	result, err := r.fromOwnRoute(ctx, EditionFlat, row.ID)
	if mayBeOtherEdition(err) || errors.As(err, new(*transport.ArgumentError)) { // the list still has the payloads
		return r.fromList(ctx, true)
	}
	return result, err
}

// maxListTime limits the wait for a list that a read can do without, and minListTime is the shortest one that makes later
// reads skip the list.
const maxListTime, minListTime = 30 * time.Second, 5 * time.Second

// fromSharedList returns the row of the document from the list of the run in the run-scoped edition. It returns nil if
// the list does not decide, or takes half of the time of the read, so that the route of the one result has the rest.
func (r resultRead) fromSharedList(ctx context.Context) *ExperimentResult {
	patience := maxListTime
	if deadline, bounded := ctx.Deadline(); bounded {
		patience = min(patience, time.Until(deadline)/2)
	}
	limited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	list, err := r.list(limited, EditionRunScoped, r.options.IncludeContent, r.needs)
	if err == nil {
		return list.latest(r.documentID)
	}
	if ctx.Err() == nil && (!errors.Is(err, context.DeadlineExceeded) || patience >= minListTime) {
		r.client.listPolicy.useList.Store(r.runID, false)
	}
	return nil
}

// list reads the list of the run. A row from before a 404 of the document is not used.
func (r resultRead) list(ctx context.Context, edition Edition, includeContent bool, needs freshness) (*resultList, error) {
	isFinal := func(list *resultList) bool {
		row := list.row(r.documentID)
		return row != nil && row.Status == StatusCompleted
	}
	list, err := r.client.results(ctx, edition, r.runID, includeContent, needs, isFinal)
	notFoundAt := r.client.cache.outdatedAt(edition, r.runID, r.documentID)
	if err != nil || list.row(r.documentID) == nil || list.requestedAt > notFoundAt {
		return list, err
	}
	needs.after = notFoundAt
	return r.client.results(ctx, edition, r.runID, includeContent, needs, isFinal)
}

// fromOwnRoute reads the result from the route of the one result. The flat edition needs the id of the result.
func (r resultRead) fromOwnRoute(ctx context.Context, edition Edition, resultID string) (ExperimentResult, error) {
	ids := values{"run_id": r.runID, "document_id": r.documentID, "result_id": resultID}
	request := resultRoute.request(edition, ids, nil).about(r.runID, r.documentID)
	request.content = r.options.IncludeContent
	if err := checkOptionalID("id", resultID); err != nil { // it comes from the server
		return ExperimentResult{}, err
	}
	isFinal := func(result ExperimentResult) bool { return result.Status == StatusCompleted }
	return get(ctx, r.client, request, r.needs, isFinal, checked(convertResult, func(result ExperimentResult) error {
		ids := []idMatch{{"document_id", r.documentID, result.DocumentID}}
		if edition == EditionFlat {
			ids = append(ids, idMatch{"id", resultID, result.ID})
		}
		return cmp.Or(verifyRun(runIDNames[edition], r.runID, result.RunID), verifyIDs(ids...))
	}))
}

// findAbsent finds out why a read did not find a result. err is the 404 of the route of the result, or says that the
// list of the run lacks the result.
//
//  1. The run does not exist: see runAbsence.
//  2. A list that is no older than the end of the run has the result: that is the result.
//  3. The route of one result answers for no other document of the list: the route may be missing.
//  4. The run is active: there is no result yet.
//  5. The run has finished, and its list has as many results as the run says: the document is not part of the run.
//  6. The run was cancelled or failed, so its list may stay short: if two reads of the list agree, a second apart, there is no result.
//  7. Otherwise, nothing is decided: the list is shorter, or longer, than the run says, or may go on.
func (r resultRead) findAbsent(ctx context.Context, edition Edition, notFound error) (ExperimentResult, error) {
	isUnlisted := errors.Is(notFound, errNotListed)
	if !isUnlisted && !IsNotFound(notFound) {
		return ExperimentResult{}, notFound
	}
	run, err := r.client.run(ctx, edition, r.runID, r.needs)
	if err != nil {
		return ExperimentResult{}, r.client.runAbsence(ctx, edition, err, r.runID, r.documentID)
	}
	list, err := r.settledList(ctx, edition, run.ExperimentRun)
	if mayBeOtherEdition(err) && !isUnlisted {
		err = notFound // neither route exists, so nothing is decided
	}
	if err != nil {
		return ExperimentResult{}, err
	}
	if row := list.latest(r.documentID); row != nil {
		result, err := r.withContent(ctx, edition, *row)
		if !errors.Is(err, errNotListed) {
			return result, err
		}
	}
	if edition == EditionRunScoped {
		if err := r.checkOwnRoute(ctx, list, notFound); err != nil {
			return ExperimentResult{}, err
		}
	}
	return ExperimentResult{}, r.absence(run, list, notFound)
}

// settledList reads the list of the run, and again while it is short. That of the run-scoped edition has the
// payloads, if they are requested.
func (r resultRead) settledList(ctx context.Context, edition Edition, run ExperimentRun) (*resultList, error) {
	read := func(ctx context.Context, needs freshness) (*resultList, error) {
		return r.list(ctx, edition, edition == EditionRunScoped && r.options.IncludeContent, needs)
	}
	list, err := read(ctx, r.needs)
	if err != nil {
		return nil, err
	}
	list, err = r.client.rereadShortList(ctx, run, list, read, func(list *resultList) bool {
		return list.row(r.documentID) == nil && !list.isPartial(run) && !list.hasEveryDocument(run)
	})
	if err == nil && ctx.Err() != nil {
		err = transport.NewWaitError(ctx.Err())
	}
	return list, err
}

// checkOwnRoute returns nil if the route that did not find the result answers for another document of the run.
func (r resultRead) checkOwnRoute(ctx context.Context, list *resultList, notFound error) error {
	if len(list.rows) == 0 {
		return unlessSaid(notFound, r.documentID, "experiment result")
	}
	other := list.rows[slices.Min(slices.Collect(maps.Keys(list.rows)))] // the same one for every document
	_, err := resultRead{client: r.client, runID: r.runID, documentID: other.DocumentID, needs: r.needs}.fromOwnRoute(ctx, EditionRunScoped, "")
	return confirmed(err, notFound)
}

// absence returns the error for a document that was found neither by its route nor in the list of its run.
func (r resultRead) absence(read runReply, list *resultList, notFound error) error {
	run, isPartial := read.ExperimentRun, list.isPartial(read.ExperimentRun)
	isUndecided := list.row(r.documentID) != nil || isPartial && !isAPINotFound(notFound)
	reason := RunActive
	if run.Status.Terminal() {
		reason = RunOver
		isShort := run.Status == StatusCompleted && !list.hasEveryDocument(run)
		isLong := run.TotalDocuments > 0 && int64(len(list.rows)) > run.TotalDocuments
		isUndecided = isUndecided || isPartial || isShort || isLong
	}
	if isUndecided {
		return &IncompleteListError{
			RequestInfo: read.info, RunID: r.runID, DocumentID: r.documentID, Run: run, Results: len(list.rows), Truncated: isPartial,
		}
	}
	return &AbsentError{RequestInfo: read.info, RunID: r.runID, DocumentID: r.documentID, Run: run, Reason: reason}
}

// convertResult checks the required members and merges the two spellings.
func convertResult(b wire.ExperimentResult) (ExperimentResult, error) {
	var err error
	runID := oneOf(&err, member{"run_id", b.RunID}, member{"experiment_run_id", b.ExperimentRunID})
	result := ExperimentResult{
		ID:              b.ID.String(),
		RunID:           runID.String(),
		DocumentID:      b.DocumentID.String(),
		ExperimentID:    b.ExperimentID.Pointer(),
		BlockKind:       blockKind(&err, b.BlockKind, b.BlockType),
		Lifecycle:       convertLifecycle(b.Lifecycle, b.Error, b.Timing),
		Artifact:        convertArtifact(b.Artifact),
		HandleInputs:    convertHandles(b.HandleInputs),
		HandleOutputs:   convertHandles(b.HandleOutputs),
		Attempt:         b.Attempt.OrZero(),
		IsAttemptUnread: b.Attempt.IsUnread,
		IsPlaceholder:   b.IsPlaceholder,
	}
	return result, cmp.Or(err, requireMembers(
		member{"id", b.ID}, member{"run_id (or experiment_run_id)", runID}, member{"document_id", b.DocumentID}, member{"lifecycle.status", b.Lifecycle.Status},
	))
}
