package client

import (
	"context"
	"errors"
	"fmt"
)

// AbsenceReason says why a run has no result for a document.
type AbsenceReason int

// The reasons. Each is certain when it is reported; what cannot be decided is another error.
const (
	// NoSuchRun: the run does not exist, or belongs to another environment than the key.
	NoSuchRun AbsenceReason = iota + 1
	// RunActive: the run is still working, so the result may come.
	RunActive
	// RunOver: the run has ended without this document, so the result will not come.
	RunOver
)

// AbsentError says that a run has no result for a document, and why.
type AbsentError struct {
	Exchange   // the request that decided
	Reason     AbsenceReason
	RunID      string
	DocumentID string
	Run        ExperimentRun // zero when Reason is NoSuchRun
	Message    string        // the server's own words about a run that does not exist, "" when it gave none
}

func (e *AbsentError) Error() string {
	switch e.Reason {
	case NoSuchRun:
		return fmt.Sprintf("there is no experiment run %q", e.RunID)
	case RunActive:
		return fmt.Sprintf("experiment run %q is %s and has no result for document %q yet", e.RunID, e.Run.Status, e.DocumentID)
	default:
		return fmt.Sprintf("experiment run %q is %s and has no result for document %q", e.RunID, e.Run.Status, e.DocumentID)
	}
}

// IsAbsent reports whether an error says for certain that there is no such result.
func IsAbsent(err error) bool {
	var absent *AbsentError
	return errors.As(err, &absent)
}

// explainAbsence asks for the run to find out why it has no result for a document. It returns an [*AbsentError], or
// whatever kept it from finding out.
func (c *Client) explainAbsence(ctx context.Context, runID, documentID string, as credential) error {
	absent := &AbsentError{RunID: runID, DocumentID: documentID}
	run, exchange, err := c.experimentRun(ctx, runID, as)
	var api *APIError
	switch {
	case IsNotFound(err) && errors.As(err, &api):
		absent.Reason, absent.Exchange, absent.Message = NoSuchRun, api.Exchange, api.Message
		return absent
	case err != nil:
		return err
	}
	absent.Run, absent.Exchange = run, exchange
	absent.Reason = RunActive
	if run.Status.Terminal() {
		absent.Reason = RunOver
	}
	return absent
}
