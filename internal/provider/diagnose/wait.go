package diagnose

import (
	"errors"
	"fmt"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/poll"
	"github.com/retab-dev/terraform-provider-retab/internal/prose"
)

// WaitTimeoutError reports that the context ended before the wait was over, by its deadline or by an interruption.
type WaitTimeoutError struct {
	Status  string        // the last one that was read, "" when no read succeeded
	Problem string        // of the last read that succeeded, "" when there is none
	Waited  time.Duration // since the first read
	Silent  time.Duration // since the last read that succeeded, 0 if that was recent
	Ended   *poll.Ended
}

func (e *WaitTimeoutError) Error() string { return e.Ended.Error() }
func (e *WaitTimeoutError) Unwrap() error { return e.Ended }

// lastFailure returns the most useful failure: that of the read which the deadline interrupted, if the server had
// answered it, or else that of the read before. It returns nil when there is none.
func (e *WaitTimeoutError) lastFailure() error {
	var transport *transport.Error
	if errors.As(e.Ended.Cut, &transport) && transport.Last != nil {
		return transport.Last
	}
	return e.Ended.Last
}

func (e *WaitTimeoutError) duration() string {
	if e.Waited < 10*time.Second {
		return e.Waited.Round(10 * time.Millisecond).String()
	}
	return prose.Duration(e.Waited.Round(time.Second))
}

// watched describes the reads of the wait.
func (e *WaitTimeoutError) watched() string {
	answer := fmt.Sprintf("It was watched for %s; its last status was %q.", e.duration(), e.Status)
	if e.Status == "" {
		answer = fmt.Sprintf("It was watched for %s without one successful read.", e.duration())
	}
	if last := e.lastFailure(); last != nil {
		answer += " The last read failed: " + failedRead(last)
	}
	if e.Status != "" && e.Silent > 0 {
		answer += fmt.Sprintf(" No read has succeeded for the last %s.", prose.Duration(e.Silent.Round(time.Second)))
	}
	return answer
}

// failedRead describes a read that a wait repeated.
func failedRead(err error) string {
	var api *transport.APIError
	var transport *transport.Error
	switch {
	case errors.As(err, &api):
		return fmt.Sprintf("%s %s: %s", api.Method, api.URL, answered(api))
	case errors.As(err, &transport) && transport.URL != "":
		return prose.Sentence(fmt.Sprintf("%s %s: %s", transport.Method, transport.URL, plainFailure(transport.Problem)))
	default:
		return prose.Sentence(plainFailure(err.Error()))
	}
}

// still describes a status that is not final. A status that the vendor has not published can have any length, so a
// long one is left out of the summary.
func still(f *failure) string {
	if text := "is still " + f.wait.Status; len(f.Noun)+1+len(text) <= 60 {
		return text
	}
	return "has not ended"
}
