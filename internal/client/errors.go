package client

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
)

// Errors without details.
var (
	ErrNoRun        = errors.New("no experiment run matches") // matches a filter, as the next two
	ErrNoEvalRun    = errors.New("no run of evals matches")
	ErrNoExperiment = errors.New("no experiment matches")

	// ErrUnnamedExperiment is wrapped when a listed run does not name its experiment, so that it may be a run of another one.
	ErrUnnamedExperiment = errors.New("does not name its experiment")

	// errNotListed reports that the list of a run lacks a document.
	errNotListed = errors.New("the list of the run has no result for the document")

	// ErrWorkflowNeeded is returned when the run-scoped edition cannot find an experiment without its workflow: there is
	// no run of the experiment that names it.
	ErrWorkflowNeeded = errors.New("the workflow of the experiment is needed")
)

// AbsenceReason says why something is absent.
type AbsenceReason int

// The reasons. Each is proved when it is reported; what cannot be decided is another error. An object that does not exist
// may also belong to another environment than the key.
const (
	NoSuchRun AbsenceReason = iota + 1
	RunActive               // the run has no result for the document, but is still working, so the result may come
	RunOver                 // the run has ended without the document, so the result will not come
	NoSuchExperiment
	NoSuchEvalRun
	NoSuchWorkflow
	NoSuchArtifact
)

// AbsentError reports that there is no such object, or that a run has no result for a document, and why.
type AbsentError struct {
	transport.RequestInfo // the request that decided
	Reason                AbsenceReason
	RunID                 string
	DocumentID            string        // of the requested result
	Run                   ExperimentRun // only if Reason is RunActive or RunOver
	Message               string        // about what does not exist, "" if the server gave no message

	ExperimentID string   // only if Reason is NoSuchExperiment
	WorkflowID   string   // only if Reason is NoSuchExperiment or NoSuchWorkflow, "" if none was given
	Artifact     Artifact // only if Reason is NoSuchArtifact
}

func (e *AbsentError) Error() string {
	object := map[AbsenceReason]string{
		NoSuchRun:        fmt.Sprintf("experiment run %q", e.RunID),
		NoSuchEvalRun:    fmt.Sprintf("run of evals %q", e.RunID),
		NoSuchWorkflow:   fmt.Sprintf("workflow %q", e.WorkflowID),
		NoSuchExperiment: fmt.Sprintf("experiment %q", e.ExperimentID),
		NoSuchArtifact:   fmt.Sprintf("artifact %q of the operation %q", e.Artifact.ID, e.Artifact.Operation),
	}[e.Reason]
	if object != "" {
		return "there is no " + object
	}
	text := fmt.Sprintf("experiment run %q is %s and has no result for document %q", e.RunID, e.Run.Status, e.DocumentID)
	if e.Reason == RunActive {
		text += " yet"
	}
	return text
}

// IsAbsent reports whether an error is an [*AbsentError].
func IsAbsent(err error) bool { return errors.As(err, new(*AbsentError)) }

// NoDetailsError reports that a run has metrics, but none of the requested document or target.
type NoDetailsError struct {
	transport.RequestInfo // the request that was answered with 404
	RunID                 string
	DocumentID            string // "" if it is about a target
	TargetPath            string // "" if it is about a document
	Message               string // the server's message
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
	transport.RequestInfo // the request that read the run
	RunID                 string
	DocumentID            string
	Run                   ExperimentRun
	Results               int  // how many results the list has
	Truncated             bool // whether the run has more results than the list can show
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

// NoRouteError reports that the API answers, but has no route for an artifact of this operation, or with this id.
type NoRouteError struct {
	transport.RequestInfo // the request that decided
	Operation             string
	ID                    string
	Refusal               *transport.APIError // what the server answered instead
}

func (e *NoRouteError) Error() string {
	return fmt.Sprintf("there is no route for artifact %q of the operation %q: %v", e.ID, e.Operation, e.Refusal)
}

// IsTemporary reports whether a failure may be temporary, so that a wait continues.
func IsTemporary(err error) bool {
	incomplete, isIncomplete := errors.AsType[*IncompleteListError](err)
	return isIncomplete && !incomplete.Truncated || transport.IsTemporary(err)
}

// IsNotFound reports whether an error is the server's 404, which may mean a missing record, a record of another
// environment, or a missing route.
func IsNotFound(err error) bool { return transport.HasStatus(err, http.StatusNotFound) != nil }

// isAPINotFound reports whether an error is a 404 that may be the API's answer about an object: JSON with a message
// that says more than Not Found. "Workflow not found" is what the API answers for a missing route (seen live).
func isAPINotFound(err error) bool {
	notFound := transport.HasStatus(err, http.StatusNotFound)
	if notFound == nil || !notFound.IsJSON {
		return false
	}
	message := strings.ToLower(strings.TrimSuffix(notFound.Message, "."))
	return !slices.Contains([]string{"", "not found", "workflow not found"}, message)
}

// mayBeOtherEdition reports whether a failure can mean that the server speaks the other edition: the route is
// missing, or a gateway does not know the credential. No other refusal, limit or fault can mean that. An experiment
// that the run-scoped edition cannot find without its workflow may be found in the flat edition.
func mayBeOtherEdition(err error) bool {
	return isMissingRoute(err) || isKeyRefused(err) || errors.Is(err, ErrWorkflowNeeded)
}

// isMissingRoute reports whether the server answered as it does for a route that it does not have.
func isMissingRoute(err error) bool {
	status := transport.StatusOf(err)
	return status == http.StatusNotFound || status == http.StatusMethodNotAllowed
}

// isKeyRefused reports whether the server did not accept the credential. Older gateways answer 403 to a request
// without a Bearer token.
func isKeyRefused(err error) bool {
	status := transport.StatusOf(err)
	return status == http.StatusUnauthorized || status == http.StatusForbidden && isMissingCredential(err)
}

// isDecisive reports whether an error means more than that a route may be missing. A refused key does.
func isDecisive(err error) bool {
	return err != nil && (!mayBeOtherEdition(err) || isKeyRefused(err))
}

// isMissingCredential reports whether the server's message is the one for a request without a key, as in the vendor's
// clients/python/tests/test_error_handling.py, or empty.
func isMissingCredential(err error) bool {
	api, isAPI := errors.AsType[*transport.APIError](err)
	if !isAPI {
		return false
	}
	message := strings.TrimSuffix(api.Message, ".")
	return strings.EqualFold(message, "Not authenticated") || message == "" && api.StatusCode == http.StatusUnauthorized
}
