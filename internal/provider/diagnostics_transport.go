package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/prose"
)

// This file formats the diagnostics of reads and waits that ended without an answer.

// transportDiagnostic formats a read that got no complete answer.
func transportDiagnostic(err *client.TransportError, target readTarget) diag.Diagnostic {
	if summary, answer, advice := networkFailure(err); summary != "" {
		return failure(summary, target, answer, advice, err.RequestInfo)
	}
	var summary, answer, advice string
	switch {
	case errors.Is(err, context.Canceled):
		summary = "Reading the " + target.noun + " was interrupted"
		answer = "The read was cancelled before Retab answered."
	case errors.Is(err, context.DeadlineExceeded):
		summary = "Reading the " + target.noun + " timed out"
		answer = deadlineAnswer(err, target.timeout)
		advice = fmt.Sprintf("Raise %s if Retab is slow, or check that base_url can be reached from here.", target.timeoutArgument)
	case errors.Is(err, client.ErrRequestTimeout):
		summary = "Retab did not answer in time"
		answer = prose.Sentence(prose.UpperFirst(err.Problem))
		advice = "Raise request_timeout if Retab is slow, or check that base_url can be reached from here."
	case errors.Is(err, client.ErrCrossOriginRedirect), errors.Is(err, client.ErrRedirectLoop):
		summary = "Retab answered with a redirect"
		answer = prose.Sentence(prose.UpperFirst(err.Problem))
		advice = "Check base_url: it should be the address of the API itself."
	case errors.Is(err, client.ErrBodyTooLarge):
		summary = "Retab sent too large an answer"
		answer = prose.Sentence(prose.UpperFirst(err.Problem))
		advice = "Check that base_url is the address of the Retab API. If it is, the documents of this result are too large for a data source."
	case errors.Is(err, client.ErrStaleAnswer):
		summary = "A cache answered instead of Retab"
		answer = prose.Sentence(prose.UpperFirst(err.Problem))
		advice = "Ask whoever runs the cache to exclude the host of base_url, or to honour Cache-Control: no-cache. An old answer could open a gate that is closed."
	default:
		summary = "Could not get an answer from Retab"
		answer = "The last attempt failed: " + prose.Sentence(plainFailure(err.Problem))
		advice = "Check base_url, and that it can be reached from here: name resolution, proxy, firewall and certificates."
	}
	return failure(summary, target, answer, advice, err.RequestInfo)
}

// deadlineAnswer describes the last attempt before the deadline of a read.
func deadlineAnswer(err *client.TransportError, timeout time.Duration) string {
	var last *client.APIError
	switch {
	case errors.As(err.Last, &last):
		return fmt.Sprintf("There was no successful answer within %s. The last one was %s", shortDuration(timeout), answered(last))
	case err.Last != nil:
		return fmt.Sprintf("There was no answer within %s. The last attempt failed: %s", shortDuration(timeout), prose.Sentence(plainFailure(err.Last.Error())))
	default:
		return fmt.Sprintf("There was no answer within %s.", shortDuration(timeout))
	}
}

// plainFailure replaces the error texts of Go for a closed connection.
func plainFailure(problem string) string {
	switch strings.TrimPrefix(problem, "net/http: HTTP/1.x transport connection broken: ") {
	case "EOF":
		return "the server closed the connection without an answer"
	case "unexpected EOF":
		return "the server closed the connection in the middle of its answer"
	default:
		return problem
	}
}

// failedRead describes a read that a wait repeated.
func failedRead(err error) string {
	var api *client.APIError
	var transport *client.TransportError
	switch {
	case errors.As(err, &api):
		return fmt.Sprintf("%s %s: %s", api.Method, api.URL, answered(api))
	case errors.As(err, &transport) && transport.URL != "":
		return prose.Sentence(fmt.Sprintf("%s %s: %s", transport.Method, transport.URL, plainFailure(transport.Problem)))
	default:
		return prose.Sentence(plainFailure(err.Error()))
	}
}

// waitTimeoutDiagnostic formats a wait that came to its deadline, or was interrupted.
func waitTimeoutDiagnostic(err *waitTimeoutError, target readTarget) diag.Diagnostic {
	waited := shortDuration(err.waited.Round(time.Second))
	if err.waited < 10*time.Second {
		waited = err.waited.Round(10 * time.Millisecond).String()
	}
	answer := fmt.Sprintf("It was watched for %s; its last status was %q.", waited, err.status)
	if err.status == "" {
		answer = fmt.Sprintf("It was watched for %s without one successful read.", waited)
	}
	if last := err.lastFailure(); last != nil {
		answer += " The last read failed: " + failedRead(last)
	}
	isSilent := err.status != "" && err.silent > 2*maxPollInterval
	if isSilent {
		answer += fmt.Sprintf(" No read has succeeded for the last %s.", shortDuration(err.silent.Round(time.Second)))
	}
	if errors.Is(err, context.Canceled) {
		return failure("Waiting for the "+target.noun+" was interrupted", target, answer, "", client.RequestInfo{})
	}
	timeout := shortDuration(target.timeout)
	if err.problem != "" {
		return failure(incompleteSummary, target, fmt.Sprintf("%s Waited for %s.", err.problem, waited),
			fmt.Sprintf("Raise %s (now %s) to wait longer, or read again later.", target.timeoutArgument, timeout), client.RequestInfo{})
	}
	summary := prose.UpperFirst(target.noun) + " is still " + err.status
	advice := fmt.Sprintf("Raise %s (now %s) to wait longer, and check at Retab whether it is still running.", target.timeoutArgument, timeout)
	if len(summary) > 60 { // a status nobody has published could be of any length
		summary = prose.UpperFirst(target.noun) + " has not ended"
	}
	if err.status == "" || isSilent {
		summary = "Reading the " + target.noun + " timed out"
		advice = fmt.Sprintf("Raise %s (now %s) if Retab is slow, or check that base_url can be reached from here.", target.timeoutArgument, timeout)
	}
	return failure(summary, target, answer, advice, client.RequestInfo{})
}
