package provider

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
)

// This file formats the diagnostics of failed reads; validators format those of arguments. A summary says what failed, in
// at most 60 characters. A detail says what was read, what the server answered, what to do next, and how to find the
// request again.

// readDiagnostic formats a read that failed.
func readDiagnostic(err error, target readTarget, timeout time.Duration) diag.Diagnostic {
	var timedOut *waitTimeoutError
	var argument *client.ArgumentError
	var absent *client.AbsentError
	var api *client.APIError
	var incomplete *client.IncompleteListError
	var malformed *client.ResponseError
	var transport *client.TransportError
	switch {
	case errors.As(err, &timedOut):
		return waitTimeoutDiagnostic(timedOut, target, timeout)
	case errors.As(err, &argument):
		return invalidIDDiagnostic(path.Root(argument.Argument), argument)
	case errors.Is(err, client.ErrNoRun):
		return noRunDiagnostic(target)
	case errors.As(err, &absent):
		return absentDiagnostic(absent, target)
	case errors.As(err, &api):
		return apiDiagnostic(api, target)
	case errors.As(err, &incomplete):
		return incompleteListDiagnostic(incomplete, target)
	case errors.Is(err, client.ErrUnreachableResults), errors.Is(err, client.ErrTooManyResults):
		return largeRunDiagnostic(err, target)
	case errors.As(err, &malformed):
		return responseDiagnostic(malformed, target)
	case errors.As(err, &transport):
		return transportDiagnostic(transport, target, timeout)
	default:
		return internalDiagnostic(err.Error())
	}
}

// absentDiagnostic formats the three ways in which a run can lack a result, the first of which is to be no run.
func absentDiagnostic(err *client.AbsentError, target readTarget) diag.Diagnostic {
	run := fmt.Sprintf("Experiment run %q", err.RunID)
	switch err.Reason {
	case client.NoSuchRun:
		answer := fmt.Sprintf("Retab has no experiment run %q for this API key.", err.RunID)
		if err.Message != "" {
			answer = fmt.Sprintf("Retab has no such run for this API key: %s", sentence(err.Message))
		}
		return failure("Experiment run not found", target, answer,
			"Check "+target.runID+", and that the API key belongs to the Retab environment of the run: runs of another environment are not found. "+
				"Check base_url if it is set."+target.ignore,
			err.RequestInfo)
	case client.RunActive:
		answer := fmt.Sprintf("%s is still %s, and this document has no result yet.", run, err.Run.Status)
		if err.Run.TotalDocuments > 0 {
			answer = fmt.Sprintf("%s is still %s: %d of %d documents have a final result, and this one has none yet.",
				run, err.Run.Status, err.Run.DocumentsWithResult(), err.Run.TotalDocuments)
		}
		return failure("Experiment result is not there yet", target, answer,
			"Wait for the whole run with the data source retab_experiment_run or retab_experiment_results and wait_for_completion = true, or try again later. "+
				"If the result never appears, check that document_id is the id of a document of this experiment."+target.ignore,
			err.RequestInfo)
	default:
		answer := fmt.Sprintf("%s is over (%s), and this document was not part of it.", run, err.Run.Status)
		if err.Run.Status != client.StatusCompleted { // which may have left documents behind that were part of it
			answer = fmt.Sprintf("%s is over (%s), and it has no result for this document.", run, err.Run.Status)
		}
		return failure("Experiment result not found", target, answer,
			"Check document_id: it is the id of the document, not of the result. A document added to the experiment later has results in later runs only."+target.ignore,
			err.RequestInfo)
	}
}

// noRunDiagnostic formats that no run matches.
func noRunDiagnostic(target readTarget) diag.Diagnostic {
	return failure("Experiment run not found", target, "Retab lists no such run for this API key.",
		"Check experiment_id, and that the API key belongs to its Retab environment."+target.ignore,
		client.RequestInfo{})
}

// apiDiagnostic formats a status outside 2xx.
func apiDiagnostic(err *client.APIError, target readTarget) diag.Diagnostic {
	var summary, advice string
	switch status := err.StatusCode; {
	case status == http.StatusUnauthorized:
		summary = "Retab rejected the API key"
		advice = "Check api_key, or the environment variable RETAB_API_KEY: the key may be mistyped, revoked, or for another Retab server than " +
			"base_url names. If api_edition is set, try auto: each edition of the API takes the key in a header of its own."
	case status == http.StatusForbidden:
		summary = "Retab refused access to the " + target.noun
		advice = "The API key is valid but may not read this. Use a key with permission to read experiments."
	case status == http.StatusNotFound || status == http.StatusMethodNotAllowed:
		summary = "There is no Retab API at this address"
		advice = "Check base_url: it should be the address of the API itself. If api_edition is set, try auto: the server may speak the other edition " +
			"of the API. If both are right, check the ids."
	case status == http.StatusTooManyRequests:
		summary = "Retab is limiting requests"
		advice = "Try again later, lower Terraform's -parallelism, or raise max_retries."
	case status >= 300 && status < 400:
		summary = "Retab answered with a redirect"
		advice = "Check base_url: it should be the address of the API itself."
	case status >= 500:
		summary = "Retab could not answer"
		advice = "The failure is on the server's side. Try again later; if it lasts, report the request id to Retab."
	default:
		summary = "Retab did not accept the request"
		advice = "Check the ids and base_url."
	}
	return failure(summary, target, "Retab answered "+answered(err), advice, err.RequestInfo)
}

// answered formats a status outside 2xx, as the end of a sentence.
func answered(err *client.APIError) string {
	words := "HTTP " + statusLine(err.StatusCode)
	if err.Message != "" {
		words += ": " + err.Message
	}
	return sentence(words)
}

// responseDiagnostic formats a 2xx answer that is not what the API promises.
func responseDiagnostic(err *client.ResponseError, target readTarget) diag.Diagnostic {
	answer := fmt.Sprintf("Retab answered HTTP %s, but %s.", statusLine(err.StatusCode), err.Problem)
	if err.Excerpt != "" {
		answer += fmt.Sprintf(" It has the content type %q: %s.", err.ContentType, err.Excerpt)
	}
	advice := "Check that base_url is the address of the Retab API. If it is, the API has changed: look for a newer version of this provider, and report the problem."
	return failure("Retab sent an unexpected answer", target, answer, advice, err.RequestInfo)
}

// transportDiagnostic formats a read that got no complete answer.
func transportDiagnostic(err *client.TransportError, target readTarget, timeout time.Duration) diag.Diagnostic {
	var summary, answer, advice string
	switch {
	case errors.Is(err, context.Canceled):
		summary = "Reading the " + target.noun + " was interrupted"
		answer = "The read was cancelled before Retab answered."
	case errors.Is(err, context.DeadlineExceeded):
		summary = "Reading the " + target.noun + " timed out"
		answer = fmt.Sprintf("There was no answer within %s.", shortDuration(timeout))
		var last *client.APIError
		switch {
		case errors.As(err.Last, &last):
			answer = fmt.Sprintf("There was no successful answer within %s. The last one was %s", shortDuration(timeout), answered(last))
		case err.Last != nil:
			answer += " The last attempt failed: " + sentence(err.Last.Error())
		}
		advice = fmt.Sprintf("Raise %s if Retab is slow, or check that base_url can be reached from here.", target.timeout)
	case errors.Is(err, client.ErrRequestTimeout):
		summary = "Retab did not answer in time"
		answer = sentence(upperFirst(err.Problem))
		advice = "Raise request_timeout if Retab is slow, or check that base_url can be reached from here."
	case errors.Is(err, client.ErrCrossOriginRedirect), errors.Is(err, client.ErrRedirectLoop):
		summary = "Retab answered with a redirect"
		answer = sentence(upperFirst(err.Problem))
		advice = "Check base_url: it should be the address of the API itself."
	case errors.Is(err, client.ErrBodyTooLarge):
		summary = "Retab sent too large an answer"
		answer = sentence(upperFirst(err.Problem))
		advice = "Check that base_url is the address of the Retab API. If it is, the documents of this result are too large for a data source."
	default:
		summary = "Could not get an answer from Retab"
		answer = "The last attempt failed: " + sentence(err.Problem)
		advice = "Check base_url, and that it can be reached from here: name resolution, proxy, firewall and certificates."
	}
	return failure(summary, target, answer, advice, err.RequestInfo)
}

// waitTimeoutDiagnostic formats a wait that came to its deadline, or was interrupted.
func waitTimeoutDiagnostic(err *waitTimeoutError, target readTarget, timeout time.Duration) diag.Diagnostic {
	waited := shortDuration(err.waited.Round(time.Second))
	if err.waited < 10*time.Second {
		waited = err.waited.Round(10 * time.Millisecond).String()
	}
	answer := fmt.Sprintf("It was watched for %s; its last status was %q.", waited, err.status)
	if err.status == "" {
		answer = fmt.Sprintf("It was watched for %s without one successful read.", waited)
	}
	if failure := err.lastFailure(); failure != nil {
		answer += fmt.Sprintf(" The last read failed: %s", sentence(failure.Error()))
	}
	if errors.Is(err, context.Canceled) {
		return failure("Waiting for the "+target.noun+" was interrupted", target, answer, "", client.RequestInfo{})
	}
	if err.problem != "" {
		return failure(incompleteSummary, target, fmt.Sprintf("%s Waited for %s.", err.problem, waited),
			fmt.Sprintf("Raise %s (now %s) to wait longer, or read again later.", target.timeout, shortDuration(timeout)), client.RequestInfo{})
	}
	summary := upperFirst(target.noun) + " is still " + err.status
	advice := fmt.Sprintf("Raise %s (now %s) to wait longer, and check at Retab whether it is still running.", target.timeout, shortDuration(timeout))
	if len(summary) > 60 { // a status nobody has published could be of any length
		summary = upperFirst(target.noun) + " has not ended"
	}
	if err.status == "" {
		summary = "Reading the " + target.noun + " timed out"
		advice = fmt.Sprintf("Raise %s (now %s) if Retab is slow, or check that base_url can be reached from here.", target.timeout, shortDuration(timeout))
	}
	return failure(summary, target, answer, advice, client.RequestInfo{})
}

const incompleteSummary = "Experiment results are incomplete"

// incompleteDiagnostic formats the warning about a completed run whose list does not show how all documents ended.
func incompleteDiagnostic(gap string) diag.Diagnostic {
	return diag.NewWarningDiagnostic(incompleteSummary, gap+
		" What is not proved counts as not succeeded: all_terminal and all_succeeded are false.\n\n"+
		"Read again later, or set wait_for_completion = true to wait for the rest. If it does not come, report the run to Retab.")
}

func failure(summary string, target readTarget, answer, advice string, exchange client.RequestInfo) diag.Diagnostic {
	detail := []string{fmt.Sprintf("Asked for %s.", target.description), answer}
	if advice != "" {
		detail = append(detail, "", advice)
	}
	if exchange.URL != "" { // empty when the request that was awaited belongs to another read
		requestID := exchange.RequestID
		if requestID == "" {
			requestID = "none"
		}
		detail = append(detail, "",
			fmt.Sprintf("%s %s", exchange.Method, exchange.URL),
			fmt.Sprintf("Request id: %s · attempts: %d", requestID, exchange.Attempts))
	}
	return diag.NewErrorDiagnostic(summary, strings.Join(detail, "\n"))
}

// requirementDiagnostic formats a run that has ended otherwise than required.
func requirementDiagnostic(reason error, run client.ExperimentRun) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Experiment run does not meet the requirements", fmt.Sprintf(
		"Waited for experiment run %q: %s\n\nLook at the run at Retab, or change require and min_score.", run.ID, sentence(reason.Error())))
}

// because words a reason as the end of a sentence, "" when there is none.
func because(reason string) string {
	if reason == "" {
		return ""
	}
	return ": " + reason
}

func invalidIDDiagnostic(at path.Path, err *client.ArgumentError) diag.Diagnostic {
	where := at.String()
	if set, _, isElement := strings.Cut(where, "["); isElement {
		where = "an element of " + set
	}
	return diag.NewAttributeErrorDiagnostic(at, "Invalid id", fmt.Sprintf(
		"The value of %s %s.\n\nUse the id exactly as Retab shows it, such as exprun_2 for a run or expdoc_xyz for a document.", where, err.Problem))
}

func internalDiagnostic(problem string) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Unexpected provider failure",
		"This is a bug in the provider: "+problem+".\n\nPlease report it at https://github.com/retab-dev/terraform-provider-retab/issues.")
}

func statusLine(status int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status)))
}

// sentence ends a text with a full stop unless it already ends like one.
func sentence(text string) string {
	if strings.HasSuffix(text, ".") || strings.HasSuffix(text, "!") || strings.HasSuffix(text, "…") {
		return text
	}
	return text + "."
}

func upperFirst(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
