package diagnose

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/poll"
)

// TestRead_summaryIsShort checks that a summary has at most 60 characters, also for the longest noun and an unpublished status.
func TestRead_summaryIsShort(t *testing.T) {
	t.Parallel()
	subject := Subject{Noun: "list of experiment runs"}
	ended := &poll.Ended{Cause: context.DeadlineExceeded}
	for _, err := range []error{
		&WaitTimeoutError{Ended: ended}, &WaitTimeoutError{Ended: ended, Status: "hibernating"},
		&WaitTimeoutError{Ended: ended, Status: strings.Repeat("very ", 20) + "long"}, &WaitTimeoutError{Ended: &poll.Ended{Cause: context.Canceled}},
		&transport.APIError{StatusCode: http.StatusForbidden, IsJSON: true}, &transport.Error{Err: context.Canceled},
		&transport.Error{Err: context.DeadlineExceeded}, client.ErrTooManyResults, &client.IncompleteListError{},
	} {
		if got := Read(err, subject).Summary(); len(got) > 60 || got == Internal("").Summary() {
			t.Errorf("%v: got %q", err, got)
		}
	}
}

// TestRead_serverTextIsNotExpanded checks that verbs and names in the server's own words stay as they are.
func TestRead_serverTextIsNotExpanded(t *testing.T) {
	t.Parallel()
	err := &transport.APIError{StatusCode: 422, Message: "Bad %d ${ids} $noun", IsJSON: true}
	if detail := Read(err, Subject{Noun: "experiment run"}).Detail(); !strings.Contains(detail, "Retab answered HTTP 422 Unprocessable Entity: Bad %d ${ids} $noun.") {
		t.Error(detail)
	}
}

// TestRead_missingRun checks that the advice names the argument with the id of the missing run, and no argument if a wait has
// found the run by other ids.
func TestRead_missingRun(t *testing.T) {
	t.Parallel()
	subject := Subject{IDs: []ID{{"run_id", "run", "exprun_1"}, {"prior_run_id", "run", "exprun_2"}}}
	for id, want := range map[string]string{"exprun_1": "Check run_id, and", "exprun_2": "Check prior_run_id, and", "exprun_3": "Check the ids, and"} {
		if detail := Read(&client.AbsentError{Reason: client.NoSuchRun, RunID: id}, subject).Detail(); !strings.Contains(detail, want) {
			t.Errorf("%s: %s", id, detail)
		}
	}
}

// TestRead_manyIDs checks that the error names some ids and says how many there are.
func TestRead_manyIDs(t *testing.T) {
	t.Parallel()
	many := &client.AmbiguousError{}
	for range 20 + 3 {
		many.IDs = append(many.IDs, "exp_1")
	}
	detail := Read(many, Subject{Description: "it"}).Detail()
	if !strings.Contains(detail, "Retab has 23 of them") || !strings.Contains(detail, " and 3 more.") || strings.Count(detail, "exp_1") != 20 {
		t.Error(detail)
	}
}
