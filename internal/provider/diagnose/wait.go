package diagnose

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/poll"
	"github.com/retab-dev/terraform-provider-retab/internal/prose"
)

// WaitTimeoutError reports a wait that hit its deadline or was interrupted.
type WaitTimeoutError struct {
	Status  string        // of the last successful read, "" if there was none
	Problem string        // what the last successful read found wrong, "" if nothing
	Waited  time.Duration // since the first read
	Silent  time.Duration // since the last successful read, 0 if that was recent
	*poll.Ended
}

// explainWait explains a wait that hit its deadline or was interrupted.
func explainWait(e *WaitTimeoutError, s Subject) (summary, answer, advice string) {
	waited := prose.Duration(e.Waited.Round(time.Second))
	if e.Waited < 10*time.Second {
		waited = e.Waited.Round(10 * time.Millisecond).String()
	}
	raise := fmt.Sprintf("Raise %s (now %s)", s.timeoutArgument(), prose.Duration(s.Timeout))
	switch {
	case errors.Is(e, context.Canceled):
		return fmt.Sprintf("Waiting for the %s was interrupted", s.Noun), e.watched(waited), ""
	case e.Problem != "":
		return incompleteSummary, fmt.Sprintf("%s Waited for %s.", e.Problem, waited), raise + " to wait longer, or read again later."
	case e.Status == "" || e.Silent > 0:
		return fmt.Sprintf("Reading the %s timed out", s.Noun), e.watched(waited),
			raise + " if Retab is slow, or check that base_url can be reached from here."
	default:
		summary = prose.UpperFirst(s.Noun) + " is still " + e.Status
		if len(summary) > 60 { // an unpublished status can have any length
			summary = prose.UpperFirst(s.Noun) + " has not ended"
		}
		return summary, e.watched(waited), raise + " to wait longer, and check at Retab whether it is still running."
	}
}

// watched describes what the wait has seen.
func (e *WaitTimeoutError) watched(waited string) string {
	answer := fmt.Sprintf("It was watched for %s; its last status was %q.", waited, e.Status)
	if e.Status == "" {
		answer = fmt.Sprintf("It was watched for %s without one successful read.", waited)
	}
	last := e.Last
	if cut, ok := errors.AsType[*transport.Error](e.Cut); ok && cut.Last != nil {
		last = cut.Last // the interrupted read had an answer already
	}
	if last != nil {
		request, text := failure(last)
		if request.URL != "" {
			text = fmt.Sprintf("%s %s: %s", request.Method, request.URL, text)
		}
		answer += " The last read failed: " + text
	}
	if e.Status != "" && e.Silent > 0 {
		answer += fmt.Sprintf(" No read has succeeded for the last %s.", prose.Duration(e.Silent.Round(time.Second)))
	}
	return answer
}
