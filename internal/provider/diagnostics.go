package provider

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/prose"
)

// This file formats the diagnostics of failed reads; validators format those of arguments. A summary says what failed, in
// at most 60 characters. A detail says what was read, what the server answered, what to do next, and how to find the
// request again.

// readDiagnostic formats the failure of a read.
func readDiagnostic(err error, target readTarget) diag.Diagnostic {
	var timedOut *waitTimeoutError
	var argument *client.ArgumentError
	var absent *client.AbsentError
	var api *client.APIError
	var incomplete *client.IncompleteListError
	var malformed *client.ResponseError
	var transport *client.TransportError
	if specific := cmp.Or(experimentDiagnostic(err, target), artifactDiagnostic(err, target)); specific != nil {
		return specific
	}
	switch {
	case errors.As(err, &timedOut):
		return waitTimeoutDiagnostic(timedOut, target)
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
		return transportDiagnostic(transport, target)
	default:
		return internalDiagnostic(err.Error())
	}
}

// absentDiagnostic formats the ways in which a result can be absent: there is no such run, the run is active, or it is over.
func absentDiagnostic(err *client.AbsentError, target readTarget) diag.Diagnostic {
	run := fmt.Sprintf("Experiment run %q", err.RunID)
	advice := target.idAdvice() + target.ignore
	switch err.Reason {
	case client.NoSuchEvalRun, client.NoSuchWorkflow:
		return failure(prose.UpperFirst(target.noun)+" not found", target, prose.Sentence("Retab has no such "+target.noun+" for this API key"+prose.Because(err.Message)),
			"Check the id, and that the API key belongs to the Retab environment of the "+target.noun+"."+target.ignore, err.RequestInfo)
	case client.NoSuchRun:
		answer := fmt.Sprintf("Retab has no experiment run %q for this API key.", err.RunID)
		if err.Message != "" {
			answer = fmt.Sprintf("Retab has no such run for this API key: %s", prose.Sentence(err.Message))
		}
		return failure("Experiment run not found", target, answer,
			"Check "+target.runID+", and that the API key belongs to the Retab environment of the run: runs of another environment are not found. "+
				"Check base_url if it is set."+advice,
			err.RequestInfo)
	case client.RunActive:
		answer := fmt.Sprintf("%s is still %s, and this document has no result yet.", run, err.Run.Status)
		if err.Run.TotalDocuments > 0 {
			answer = fmt.Sprintf("%s is still %s: %d of %d documents have a final result, and this one has none yet.",
				run, err.Run.Status, err.Run.DocumentsWithResult(), err.Run.TotalDocuments)
		}
		return failure("Experiment result is not there yet", target, answer,
			"Wait for the whole run with the data source retab_experiment_run or retab_experiment_results and wait_for_completion = true, or try again later. "+
				"If the result never appears, check that document_id is the id of a document of this experiment."+advice,
			err.RequestInfo)
	default:
		answer := fmt.Sprintf("%s is over (%s), and this document was not part of it.", run, err.Run.Status)
		if err.Run.Status != client.StatusCompleted { // which may have left documents behind that were part of it
			answer = fmt.Sprintf("%s is over (%s), and it has no result for this document.", run, err.Run.Status)
		}
		return failure("Experiment result not found", target, answer,
			"Check document_id: it is the id of the document, not of the result. A document added to the experiment later has results in later runs only."+advice,
			err.RequestInfo)
	}
}

// noRunDiagnostic formats that no run matches.
func noRunDiagnostic(target readTarget) diag.Diagnostic {
	return failure("Experiment run not found", target, "Retab lists no such run for this API key.",
		"Check experiment_id, and that the API key belongs to its Retab environment."+target.idAdvice()+target.ignore,
		client.RequestInfo{})
}

// apiDiagnostic formats a status outside 2xx.
func apiDiagnostic(err *client.APIError, target readTarget) diag.Diagnostic {
	var summary, advice string
	switch status := err.StatusCode; {
	case status == http.StatusUnauthorized:
		summary, advice = rejectedKey(target)
	case status == http.StatusPaymentRequired:
		summary = "Retab asks for payment"
		advice = "Check the subscription and the credits of the organization at Retab."
	case status == http.StatusForbidden:
		summary, advice = forbidden(err, target)
	case status == http.StatusNotFound || status == http.StatusMethodNotAllowed:
		summary = "There is no Retab API at this address"
		advice = "Check base_url: it should be the address of the API itself." + target.editionAdvice() + " If that is right, check the ids." + target.idAdvice()
	case status == http.StatusTooManyRequests:
		summary = "Retab is limiting requests"
		advice = fmt.Sprintf("Try again later, lower Terraform's -parallelism, or raise %s.", target.timeoutArgument)
	case status == http.StatusNotAcceptable:
		summary = "A gateway did not accept the request"
		advice = "The API itself does not send this status. Ask whoever runs the gateway or proxy in front of it to let requests with Accept: application/json through, and check base_url."
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
	return failure(summary, target, answererOf(err)+" answered "+answered(err), advice, err.RequestInfo)
}

// answererOf names who answered: all errors of the API are JSON.
func answererOf(err *client.APIError) string {
	if err.IsJSON {
		return "Retab"
	}
	return "The server"
}

func rejectedKey(target readTarget) (summary, advice string) {
	return "Retab rejected the API key", "Check api_key, or the environment variable RETAB_API_KEY: the key may be mistyped, revoked, or for another Retab server than " +
		"base_url names." + target.editionAdvice()
}

// forbidden says who refused. A 403 proves nothing about the key: gateways check requests before the API sees the key.
func forbidden(err *client.APIError, target readTarget) (summary, advice string) {
	switch {
	case !err.IsJSON:
		return "Access to Retab was refused",
			"The answer is not the API's own, which would be JSON: a firewall, proxy or gateway in front of it probably refused the request. " +
				"Ask whoever runs it to allow requests to base_url, and check base_url. If it wants a header of its own, set headers." + target.credentialAdvice()
	case strings.EqualFold(strings.TrimSuffix(err.Message, "."), "Not authenticated"): // older gateways' words for a missing credential
		return rejectedKey(target)
	default:
		return "Retab refused access to the " + target.noun,
			"The API itself refused this. The API key may lack permission to read experiments, or may be for another organization or environment: check it at Retab." +
				target.credentialAdvice()
	}
}

// answered formats a status outside 2xx, as the end of a sentence.
func answered(err *client.APIError) string {
	text := "HTTP " + statusLine(err.StatusCode)
	if err.Message != "" {
		text += ": " + err.Message
	}
	text = prose.Sentence(text)
	if err.RetryAfter >= time.Second {
		text += fmt.Sprintf(" Retab asks to wait %s before the next request.", shortDuration(err.RetryAfter.Round(time.Second)))
	}
	return text
}

// responseDiagnostic formats a 2xx answer that is not what the API promises.
func responseDiagnostic(err *client.ResponseError, target readTarget) diag.Diagnostic {
	if err.Message != "" {
		return failure("Retab sent an unexpected answer", target,
			fmt.Sprintf("Retab answered HTTP %s, but with an error instead of the %s: %s", statusLine(err.StatusCode), target.noun, prose.Sentence(err.Message)),
			"Check the ids, and that base_url is the address of the Retab API."+target.idAdvice(), err.RequestInfo)
	}
	answer := fmt.Sprintf("Retab answered HTTP %s, but %s.", statusLine(err.StatusCode), err.Problem)
	if err.Excerpt != "" {
		answer += fmt.Sprintf(" It has the content type %q: %s.", err.ContentType, err.Excerpt)
	}
	advice := "Check that base_url is the address of the Retab API. If it is, the API has changed: look for a newer version of this provider, and report the problem."
	return failure("Retab sent an unexpected answer", target, answer, advice, err.RequestInfo)
}

const incompleteSummary = "Experiment results are incomplete"

// unreadDiagnostic formats the warning about members that only describe, and that have another form than this version knows.
func unreadDiagnostic(names []string) diag.Diagnostic {
	slices.Sort(names)
	return diag.NewWarningDiagnostic("Retab sent members in an unknown form", fmt.Sprintf(
		"These attributes are null, because the API sent something else than before: %s. Nothing that a gate needs is among them.\n\n"+
			"The API has changed: look for a newer version of this provider.", strings.Join(names, ", ")))
}

// incompleteDiagnostic formats the warning about a completed run whose list does not show how all documents ended.
func incompleteDiagnostic(gap string) diag.Diagnostic {
	return diag.NewWarningDiagnostic(incompleteSummary, gap+
		" What is not proved counts as not succeeded: all_terminal and all_succeeded are false.\n\n"+
		"Read again later, or set wait_for_completion = true to wait for the rest. If it does not come, report the run to Retab.")
}

// failure formats an error: what was read, what the server answered, what to do, and which request it was.
func failure(summary string, target readTarget, answer, advice string, info client.RequestInfo) diag.Diagnostic {
	detail := []string{fmt.Sprintf("Asked for %s.", target.description), answer}
	if advice != "" {
		detail = append(detail, "", advice)
	}
	if info.URL != "" { // empty when the request that was awaited belongs to another read
		requestID := info.RequestID
		if requestID == "" {
			requestID = "none"
		}
		detail = append(detail, "",
			fmt.Sprintf("%s %s", info.Method, info.URL),
			fmt.Sprintf("Request id: %s · attempts: %d", requestID, info.Attempts))
	}
	return diag.NewErrorDiagnostic(summary, strings.Join(detail, "\n"))
}

// requirementDiagnostic formats that a run has not ended as required.
func requirementDiagnostic(reason error, run client.ExperimentRun) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Experiment run does not meet the requirements", fmt.Sprintf(
		"Waited for experiment run %q: %s\n\nLook at the run at Retab, or change require and min_score.", run.ID, prose.Sentence(reason.Error())))
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
