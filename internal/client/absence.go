package client

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
	"github.com/retab-dev/terraform-provider-retab/internal/poll"
)

// This file decides what a 404 proves. Its text alone proves nothing: a gateway, a wrong base URL and a missing route
// answer 404, too. An object is absent only if the API itself says so, if lists agree, and if the same route has
// answered 200 for another object with the same key. If there is no other object to request, the vendor's published
// words for this object are the proof. Any other 404 is returned as it is.

// provedAbsent returns an [*AbsentError] if err is the 404 of a run that does not exist. The list of runs must come
// in the API's own shape, must not have the run, and the route of one run must answer for the newest run of the list.
func provedAbsent(
	err error, runID string, reason AbsenceReason, list func() (ids []string, page wire.Page, err error), readOther func(id string) error,
) error {
	if !isAPINotFound(err) {
		return err
	}
	ids, page, otherErr := list()
	switch {
	case otherErr != nil:
	case !page.IsEnvelope || slices.ContainsFunc(ids, func(id string) bool { return sameID(id, runID) }):
		otherErr = err
	case len(ids) > 0:
		otherErr = readOther(ids[0])
	case page.GoesOn(0, 1):
		otherErr = err
	}
	if otherErr = confirmed(otherErr, err); otherErr != nil {
		return otherErr
	}
	api := transport.HasStatus(err, http.StatusNotFound)
	return &AbsentError{RequestInfo: api.RequestInfo, Reason: reason, RunID: runID, Message: api.Message}
}

// runAbsence returns an [*AbsentError] if err is the 404 of an experiment run that does not exist: see provedAbsent.
func (c *Client) runAbsence(ctx context.Context, edition Edition, err error, runID, documentID string) error {
	after := c.cache.freshnessOf(true)
	err = provedAbsent(err, runID, NoSuchRun, func() (ids []string, page wire.Page, err error) {
		runs, err := c.runsPage(ctx, edition, RunFilter{}, after)
		for _, run := range runs.Rows {
			ids = append(ids, run.ID)
		}
		return ids, runs.Page, err
	}, func(other string) error {
		_, err := c.run(ctx, edition, other, after)
		return err
	})
	if absent := new(AbsentError); errors.As(err, &absent) {
		absent.DocumentID = documentID
	}
	return err
}

// findAbsent finds out why a read did not find a result. err is the 404 of the route of the result, or says that the
// list of the run lacks the result.
//
//  1. The run does not exist: see runAbsence.
//  2. A list that is no older than the end of the run has the result: that is the result.
//  3. The route of one result answers for no other document of the list: the route may be missing.
//  4. The run is not over: there is no result yet.
//  5. The run is over, and its list has as many results as the run says: the document is not part of the run.
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
	switch {
	case mayBeOtherEdition(err) && !isUnlisted:
		return ExperimentResult{}, notFound // neither route exists, so nothing is decided
	case err != nil:
		return ExperimentResult{}, err
	}
	if row := list.row(r.documentID); row != nil && !list.decidesNothing() {
		result, err := r.fromRow(ctx, edition, row, edition == EditionRunScoped)
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
		return r.list(ctx, edition, edition == EditionRunScoped && r.options.IncludeContent, needs, true)
	}
	list, err := read(ctx, r.needs)
	if err != nil {
		return nil, err
	}
	list, err = r.client.rereadShortList(ctx, run, list, read, func(list *resultList) bool {
		return list.row(r.documentID) == nil && !list.isPartial(run) && !list.hasMoreThan(run) && !list.hasEveryDocument(run)
	})
	if err == nil && ctx.Err() != nil {
		err = transport.NewWaitError(ctx.Err())
	}
	return list, err
}

// checkOwnRoute returns nil if the route that did not find the result answers for another document of the run.
func (r resultRead) checkOwnRoute(ctx context.Context, list *resultList, notFound error) error {
	var other string
	for _, row := range list.rows {
		if other == "" || row.DocumentID < other {
			other = row.DocumentID
		}
	}
	if other == "" {
		return unlessSaid(notFound, r.documentID, "experiment result")
	}
	_, err := r.client.result(ctx, EditionRunScoped, resultQuery{runID: r.runID, documentID: other}, r.needs)
	return confirmed(err, notFound)
}

// absence returns the error for a document that was found neither by its route nor in the list of its run.
func (r resultRead) absence(read runRead, list *resultList, notFound error) error {
	run := read.ExperimentRun
	absent := &AbsentError{RequestInfo: read.info, RunID: r.runID, DocumentID: r.documentID, Run: run, Reason: RunOver}
	undecided := &IncompleteListError{
		RequestInfo: read.info, RunID: r.runID, DocumentID: r.documentID, Run: run, Results: len(list.rows), Truncated: list.isPartial(run),
	}
	switch {
	case list.row(r.documentID) != nil, list.isPartial(run) && !isAPINotFound(notFound):
		return undecided
	case !run.Status.Terminal():
		absent.Reason = RunActive
		return absent
	case list.isPartial(run), list.hasMoreThan(run):
		return undecided
	case !list.hasEveryDocument(run) && run.Status == StatusCompleted:
		return undecided
	default:
		return absent
	}
}

// shortListPauses are the pauses before the short list of a completed run is read again, because rows may come a
// moment later than the end of the run. There is none before the first, because the list may have been read before
// the run ended.
var shortListPauses = []int{0, 1, 2, 4} // times Client.shortListPause

// rereadShortList reads the list of a run that is over again while it is short: that of a completed run a few times,
// that of another run once, after a pause, because it may stay short. If the time is over, the short list is the
// result.
func (c *Client) rereadShortList(
	ctx context.Context, run ExperimentRun, list *resultList,
	read func(ctx context.Context, needs freshness) (*resultList, error), isShort func(*resultList) bool,
) (*resultList, error) {
	pauses := shortListPauses
	if run.Status != StatusCompleted {
		pauses = pauses[1:2]
	}
	for _, factor := range pauses {
		if !run.Status.Terminal() || !isShort(list) {
			return list, nil
		}
		if poll.Sleep(ctx, time.Duration(factor)*c.shortListPause) != nil {
			return list, nil //nolint:nilerr // the short list says more
		}
		var err error
		if list, err = read(ctx, c.cache.freshnessOf(true)); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// findAbsent returns an [*AbsentError] if an experiment does not exist: no list has it, and the route answers for
// another experiment, if there is one.
func (r experimentRead) findAbsent(ctx context.Context, edition Edition, notFound error) (Experiment, error) {
	if !IsNotFound(notFound) {
		return Experiment{}, notFound
	}
	after := r.client.cache.freshnessOf(true)
	other, err := r.otherExperiment(ctx, edition, notFound, after)
	switch {
	case err != nil:
	case !isAPINotFound(notFound):
		err = notFound
	case other == "":
		err = unlessSaid(notFound, r.experimentID, "experiment")
	default:
		_, err = r.client.experiment(ctx, edition, r.workflowID, other, after)
	}
	if err = confirmed(err, notFound); err != nil {
		return Experiment{}, err
	}
	api := transport.HasStatus(notFound, http.StatusNotFound)
	return Experiment{}, r.absent(api.RequestInfo, api.Message)
}

// otherExperiment returns another experiment of the workflow or, if the workflow is not known, of the newest run, ""
// if there is none. It returns the 404 if a list has the experiment: that of its workflow or, if the workflow is not
// known, that of its runs.
func (r experimentRead) otherExperiment(ctx context.Context, edition Edition, notFound error, after freshness) (string, error) {
	runs, err := r.client.runsPage(ctx, edition, RunFilter{ExperimentID: r.experimentID}, after) // this route has the best error for a bad key
	switch {
	case err != nil:
		return "", err
	case r.workflowID != "":
		return r.otherOfWorkflow(ctx, edition, notFound, after)
	case !runs.IsEnvelope || len(runs.Rows) > 0 || runs.GoesOn(0, 1):
		return "", notFound
	}
	runs, err = r.client.runsPage(ctx, edition, RunFilter{}, after)
	if err != nil || len(runs.Rows) == 0 || runs.Rows[0].ExperimentID == nil {
		return "", err
	}
	return *runs.Rows[0].ExperimentID, nil
}

func (r experimentRead) otherOfWorkflow(ctx context.Context, edition Edition, notFound error, after freshness) (string, error) {
	list, err := r.client.experiments(ctx, edition, r.workflowID, after)
	switch {
	case err != nil || len(list) == 0:
		return "", err
	case slices.ContainsFunc(list, func(row Experiment) bool { return sameID(row.ID, r.experimentID) }):
		return "", notFound
	default:
		return list[0].ID, nil
	}
}

// absent returns the error for an experiment that does not exist.
func (r experimentRead) absent(info transport.RequestInfo, message string) error {
	return &AbsentError{RequestInfo: info, Reason: NoSuchExperiment, ExperimentID: r.experimentID, WorkflowID: r.workflowID, Message: message}
}

// orKeyRefused returns a 404, or the refusal of the key: the routes of runs give the best error for a bad key.
func (c *Client) orKeyRefused(ctx context.Context, edition Edition, notFound error) error {
	if !IsNotFound(notFound) {
		return notFound
	}
	if _, err := c.runsPage(ctx, edition, RunFilter{}, c.cache.freshnessOf(false)); isKeyRefused(err) {
		return err
	}
	return notFound
}

// isAPINotFound reports whether an error is a 404 that may be the API's answer about an object: JSON with a message
// that says more than Not Found. "Workflow not found" is what the API answers for a missing route (seen live).
func isAPINotFound(err error) bool {
	notFound := transport.HasStatus(err, http.StatusNotFound)
	if notFound == nil || !notFound.IsJSON {
		return false
	}
	switch strings.ToLower(strings.TrimSuffix(notFound.Message, ".")) {
	case "", "not found", "workflow not found":
		return false
	default:
		return true
	}
}

// unlessSaid returns nil if a 404 is in the words that the vendor has published for a missing object, such as
// "Experiment not found: exp_abc". Where they have an id, it must be that of the object. Otherwise it returns the 404.
func unlessSaid(notFound error, id string, nouns ...string) error {
	api := transport.HasStatus(notFound, http.StatusNotFound)
	if api == nil || !api.IsJSON {
		return notFound
	}
	noun, about, isPublished := strings.Cut(strings.ToLower(strings.TrimSuffix(api.Message, ".")), " not found")
	if isPublished && slices.Contains(nouns, noun) && (about == "" || strings.HasSuffix(about, strings.ToLower(id))) {
		return nil
	}
	return notFound
}

// confirmed returns nil if a request for another object was answered. Otherwise it returns the error of that request
// if it says more than that its route may be missing, or else the 404.
func confirmed(err, notFound error) error {
	if err == nil || isDecisive(err) {
		return err
	}
	return notFound
}
