package client

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
)

// ErrNoRun is returned when no run matches a filter.
var ErrNoRun = errors.New("no experiment run matches")

// ErrUnnamedExperiment is wrapped when a listed run does not name its experiment, so that it may be a run of another one.
var ErrUnnamedExperiment = errors.New("does not name its experiment")

// ErrNoEvalRun is returned when no run of evals has the requested scope and status.
var ErrNoEvalRun = errors.New("no run of evals matches")

// ErrNoExperiment is returned when no experiment of a workflow matches a filter.
var ErrNoExperiment = errors.New("no experiment matches")

// ErrWorkflowNeeded is returned when the run-scoped edition cannot find an experiment without its workflow: there is
// no run of the experiment that names it.
var ErrWorkflowNeeded = errors.New("the workflow of the experiment is needed")

// ErrUnreachableResults is wrapped when requested results may be beyond the end of the list of a run.
var ErrUnreachableResults = fmt.Errorf("the run may have more results than the list of them shows, which in the run-scoped edition of the API ends after %d", maxResultsPage)

// ErrTooManyResults is wrapped when more than [MaxRunResults] results of a run were requested at once.
var ErrTooManyResults = fmt.Errorf("the run has more than %d results to read at once", MaxRunResults)

// AbsenceReason says why a run has no result for a document.
type AbsenceReason int

// The reasons. Each is proved when it is reported; what cannot be decided is another error.
const (
	// NoSuchRun: the run does not exist, or belongs to another environment than the key.
	NoSuchRun AbsenceReason = iota + 1
	// RunActive: the run is still working, so the result may come.
	RunActive
	// RunOver: the run has ended without this document, so the result will not come.
	RunOver
	// NoSuchExperiment: the experiment does not exist in the workflow, or belongs to another environment than the key.
	NoSuchExperiment
	// NoSuchEvalRun and NoSuchWorkflow: likewise.
	NoSuchEvalRun
	NoSuchWorkflow
)

// AbsentError reports that a run has no result for a document, and why; or, without a document, that there is no such
// run or no such experiment.
type AbsentError struct {
	RequestInfo // the request that decided
	Reason      AbsenceReason
	RunID       string
	DocumentID  string
	Run         ExperimentRun // zero if Reason is NoSuchRun or NoSuchExperiment
	Message     string        // about what does not exist, "" if the server gave no message

	ExperimentID string // only if Reason is NoSuchExperiment
	WorkflowID   string // only if Reason is NoSuchExperiment or NoSuchWorkflow, "" if none was given
}

func (e *AbsentError) Error() string {
	switch e.Reason {
	case NoSuchRun:
		return fmt.Sprintf("there is no experiment run %q", e.RunID)
	case NoSuchEvalRun:
		return fmt.Sprintf("there is no run of evals %q", e.RunID)
	case NoSuchWorkflow:
		return fmt.Sprintf("there is no workflow %q", e.WorkflowID)
	case NoSuchExperiment:
		return fmt.Sprintf("there is no experiment %q", e.ExperimentID)
	case RunActive:
		return fmt.Sprintf("experiment run %q is %s and has no result for document %q yet", e.RunID, e.Run.Status, e.DocumentID)
	default:
		return fmt.Sprintf("experiment run %q is %s and has no result for document %q", e.RunID, e.Run.Status, e.DocumentID)
	}
}

// IsAbsent reports whether an error proves that there is no such result, run or experiment.
func IsAbsent(err error) bool {
	var absent *AbsentError
	return errors.As(err, &absent)
}

// NoDetailsError reports that a run has metrics, but none of the requested document or target.
type NoDetailsError struct {
	RequestInfo // the request that was answered with 404
	RunID       string
	DocumentID  string // "" if it is about a target
	TargetPath  string // "" if it is about a document
	Message     string // the server's message
}

func (e *NoDetailsError) Error() string {
	if e.DocumentID != "" {
		return fmt.Sprintf("experiment run %q has no metrics of document %q", e.RunID, e.DocumentID)
	}
	return fmt.Sprintf("experiment run %q has no metrics of target %q", e.RunID, e.TargetPath)
}

// IncompleteListError reports that the list of a run that is over has no result for a document, but also fewer
// results than the run says. The result may still exist.
type IncompleteListError struct {
	RequestInfo // the request that read the run
	RunID       string
	DocumentID  string
	Run         ExperimentRun
	Results     int  // how many results the list has
	Truncated   bool // whether the run has more results than the list can show
}

func (e *IncompleteListError) Error() string {
	return fmt.Sprintf("experiment run %q has %d documents, but its list has %d results, and none for document %q", e.RunID, e.Run.TotalDocuments, e.Results, e.DocumentID)
}

// AmbiguousError reports that several experiments match a filter where one is needed.
type AmbiguousError struct {
	IDs   []string  // sorted
	Names [2]string // two names that differ only in their Unicode form, "" if there are none
}

func (e *AmbiguousError) Error() string {
	return "several experiments match: " + strings.Join(e.IDs, ", ")
}

// OtherRunError reports a result of another run than the requested one. The vendor does not say whether a result that a
// run reuses keeps the id of the earlier run.
type OtherRunError struct{ error }

// SameIDError reports two objects in one list whose ids differ only in their Unicode form, which Terraform does not
// tell apart.
type SameIDError struct {
	Member string
	IDs    [2]string
}

func (e *SameIDError) Error() string {
	return fmt.Sprintf("%s is %+q in one row and %+q in another, which Terraform cannot tell apart", e.Member, e.IDs[0], e.IDs[1])
}

// ArtifactAbsentError reports that the record of an artifact does not exist, or belongs to another environment than
// the key.
type ArtifactAbsentError struct {
	RequestInfo // the request that decided
	Operation   string
	ID          string
	Message     string // the server's message
}

func (e *ArtifactAbsentError) Error() string {
	return fmt.Sprintf("there is no artifact %q of the operation %q", e.ID, e.Operation)
}

// NoRouteError reports that the API answers, but has no route for an artifact of this operation, or with this id.
type NoRouteError struct {
	RequestInfo // the request that decided
	Operation   string
	ID          string
	Refusal     *APIError // what the server answered instead
}

func (e *NoRouteError) Error() string {
	return fmt.Sprintf("there is no route for artifact %q of the operation %q: %v", e.ID, e.Operation, e.Refusal)
}

// IsTemporary reports whether a failure may be temporary, so that a wait continues.
func IsTemporary(err error) bool {
	var incomplete *IncompleteListError
	return errors.As(err, &incomplete) && !incomplete.Truncated || transport.IsTemporary(err)
}

// IsNotFound reports whether an error is the server's 404, which may mean a missing record, a record of another
// environment, or a missing route.
func IsNotFound(err error) bool { return transport.HasStatus(err, http.StatusNotFound) != nil }
