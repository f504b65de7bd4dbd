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

// This file words what a person can meet when reading fails; what is wrong with an argument is worded by its validator. A
// summary says what could not be done, in at most 60 characters; a detail says what was asked, what came back in the
// server's own words, what to do next, and last how to find the request again.

// wanted is what a read asked for, in the words its failures are told with.
type wanted struct {
	noun    string // "experiment result"
	runID   string // the argument that names the run
	phrase  string // `the result of document "…" in experiment run "…"`
	timeout string // the argument that bounds the read
	ignore  string // what to do when it may legitimately be absent, "" when nothing
}

func wantedResult(runID, documentID string) wanted {
	return wanted{
		noun:    "experiment result",
		runID:   "run_id",
		phrase:  fmt.Sprintf("the result of document %q in experiment run %q", documentID, runID),
		timeout: "timeouts.read",
		ignore:  " If the result may legitimately be absent, set ignore_not_found = true and use exists.",
	}
}

func wantedRun(runID string) wanted {
	return wanted{
		noun:    "experiment run",
		runID:   "id",
		phrase:  fmt.Sprintf("experiment run %q", runID),
		timeout: "timeouts.read",
		ignore:  " If the run may legitimately be absent, set ignore_not_found = true and use exists.",
	}
}

func wantedNewestRun(experimentID, status string) wanted {
	asked := wantedRun("")
	asked.ignore = " status_filter = \"any\" also finds a run that is not " + status + "." + asked.ignore
	asked.phrase = fmt.Sprintf("the newest run of experiment %q with the status %q", experimentID, status)
	if status == anyStatus {
		asked = wantedRun("")
		asked.phrase = fmt.Sprintf("the newest run of experiment %q", experimentID)
	}
	return asked
}

var wantedRuns = wanted{noun: "list of experiment runs", phrase: "a list of experiment runs", timeout: "timeouts.read"}

func wantedResults(runID string) wanted {
	return wanted{noun: "experiment run", runID: "run_id", phrase: fmt.Sprintf("the results of experiment run %q", runID), timeout: "timeouts.read"}
}

// readDiagnostic words a read that failed.
func readDiagnostic(err error, asked wanted, timeout time.Duration) diag.Diagnostic {
	var unfinished *unfinishedError
	var argument *client.ArgumentError
	var absent *client.AbsentError
	var api *client.APIError
	var malformed *client.ResponseError
	var transport *client.TransportError
	switch {
	case errors.As(err, &unfinished):
		return unfinishedDiagnostic(unfinished, asked, timeout)
	case errors.As(err, &argument):
		return invalidIDDiagnostic(path.Root(argument.Argument), argument)
	case errors.Is(err, client.ErrNoRun):
		return noRunDiagnostic(asked)
	case errors.As(err, &absent):
		return absentDiagnostic(absent, asked)
	case errors.As(err, &api):
		return apiDiagnostic(api, asked)
	case errors.As(err, &malformed) && errors.Is(malformed, client.ErrUnreachableResults):
		return unreachableDiagnostic(malformed, asked)
	case errors.As(err, &malformed):
		return responseDiagnostic(malformed, asked)
	case errors.As(err, &transport):
		return transportDiagnostic(transport, asked, timeout)
	default:
		return internalDiagnostic(err.Error())
	}
}

// absentDiagnostic words the three ways in which a run can lack a result, the first of which is to be no run.
func absentDiagnostic(err *client.AbsentError, asked wanted) diag.Diagnostic {
	run := fmt.Sprintf("Experiment run %q", err.RunID)
	switch err.Reason {
	case client.NoSuchRun:
		answer := fmt.Sprintf("Retab has no experiment run %q for this API key.", err.RunID)
		if err.Message != "" {
			answer = fmt.Sprintf("Retab has no such run for this API key: %s", sentence(err.Message))
		}
		return failure("Experiment run not found", asked, answer,
			"Check "+asked.runID+", and that the API key belongs to the Retab environment of the run: runs of another environment are not found. "+
				"Check base_url if it is set."+asked.ignore,
			err.RequestInfo)
	case client.RunActive:
		answer := fmt.Sprintf("%s is still %s, and this document has no result yet.", run, err.Run.Status)
		if err.Run.TotalDocuments > 0 {
			answer = fmt.Sprintf("%s is still %s: %d of %d documents have a final result, and this one has none yet.",
				run, err.Run.Status, err.Run.DocumentsWithResult(), err.Run.TotalDocuments)
		}
		return failure("Experiment result is not there yet", asked, answer,
			"Wait for the whole run with the data source retab_experiment_run or retab_experiment_results and wait_for_completion = true, or try again later. "+
				"If the result never appears, check that document_id is the id of a document of this experiment."+asked.ignore,
			err.RequestInfo)
	default:
		return failure("Experiment result not found", asked,
			fmt.Sprintf("%s is over (%s), and this document was not part of it.", run, err.Run.Status),
			"Check document_id: it is the id of the document, not of the result. A document added to the experiment later has results in later runs only."+asked.ignore,
			err.RequestInfo)
	}
}

// noRunDiagnostic words that no run matches.
func noRunDiagnostic(asked wanted) diag.Diagnostic {
	return failure("Experiment run not found", asked, "Retab lists no such run for this API key.",
		"Check experiment_id, and that the API key belongs to its Retab environment."+asked.ignore,
		client.RequestInfo{})
}

// unreachableDiagnostic words a run that is too large for the run-scoped edition's list.
func unreachableDiagnostic(err *client.ResponseError, asked wanted) diag.Diagnostic {
	return failure("Experiment run has too many documents to list", asked, sentence(upperFirst(client.ErrUnreachableResults.Error())),
		"Read single documents with retab_experiment_result instead.", err.RequestInfo)
}

// apiDiagnostic words a status outside 2xx.
func apiDiagnostic(err *client.APIError, asked wanted) diag.Diagnostic {
	var summary, advice string
	switch status := err.StatusCode; {
	case status == http.StatusUnauthorized:
		summary = "Retab rejected the API key"
		advice = "Check api_key, or the environment variable RETAB_API_KEY: the key may be mistyped, revoked, or for another Retab server than " +
			"base_url names. If api_edition is set, try auto: each edition of the API takes the key in a header of its own."
	case status == http.StatusForbidden:
		summary = "Retab refused access to the " + asked.noun
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
	return failure(summary, asked, "Retab answered "+answered(err), advice, err.RequestInfo)
}

// answered words a status outside 2xx, as the end of a sentence.
func answered(err *client.APIError) string {
	words := "HTTP " + statusLine(err.StatusCode)
	if err.Message != "" {
		words += ": " + err.Message
	}
	words = sentence(words)
	if err.RetryAfter >= time.Second {
		words += fmt.Sprintf(" Retab asks to wait %s before the next request.", shortDuration(err.RetryAfter.Round(time.Second)))
	}
	return words
}

// responseDiagnostic words a 2xx answer that is not what the API promises.
func responseDiagnostic(err *client.ResponseError, asked wanted) diag.Diagnostic {
	answer := fmt.Sprintf("Retab answered HTTP %s, but %s.", statusLine(err.StatusCode), err.Problem)
	if err.Excerpt != "" {
		answer += fmt.Sprintf(" It has the content type %q: %s.", err.ContentType, err.Excerpt)
	}
	advice := "Check that base_url is the address of the Retab API. If it is, the API has changed: look for a newer version of this provider, and report the problem."
	return failure("Retab sent an unexpected answer", asked, answer, advice, err.RequestInfo)
}

// transportDiagnostic words a read that got no complete answer.
func transportDiagnostic(err *client.TransportError, asked wanted, timeout time.Duration) diag.Diagnostic {
	var summary, answer, advice string
	switch {
	case errors.Is(err, context.Canceled):
		summary = "Reading the " + asked.noun + " was interrupted"
		answer = "The read was cancelled before Retab answered."
	case errors.Is(err, context.DeadlineExceeded):
		summary = "Reading the " + asked.noun + " timed out"
		answer = fmt.Sprintf("There was no answer within %s.", shortDuration(timeout))
		var last *client.APIError
		switch {
		case errors.As(err.Last, &last):
			answer = fmt.Sprintf("There was no successful answer within %s. The last one was %s", shortDuration(timeout), answered(last))
		case err.Last != nil:
			answer += " The last attempt failed: " + sentence(err.Last.Error())
		}
		advice = fmt.Sprintf("Raise %s if Retab is slow, or check that base_url can be reached from here.", asked.timeout)
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
	return failure(summary, asked, answer, advice, err.RequestInfo)
}

// unfinishedDiagnostic words a wait that came to its deadline, or was interrupted.
func unfinishedDiagnostic(err *unfinishedError, asked wanted, timeout time.Duration) diag.Diagnostic {
	watched := shortDuration(err.watched.Round(time.Second))
	if err.watched < 10*time.Second {
		watched = err.watched.Round(10 * time.Millisecond).String()
	}
	answer := fmt.Sprintf("It was watched for %s; its last status was %q.", watched, err.status)
	if err.status == "" {
		answer = fmt.Sprintf("It was watched for %s without one successful read.", watched)
	}
	if failure := err.lastFailure(); failure != nil {
		answer += fmt.Sprintf(" The last read failed: %s", sentence(failure.Error()))
	}
	if errors.Is(err, context.Canceled) {
		return failure("Waiting for the "+asked.noun+" was interrupted", asked, answer, "", client.RequestInfo{})
	}
	summary := upperFirst(asked.noun) + " is still " + err.status
	advice := fmt.Sprintf("Raise %s (now %s) to wait longer, and check at Retab whether it is still running.", asked.timeout, shortDuration(timeout))
	if len(summary) > 60 { // a status nobody has published could be of any length
		summary = upperFirst(asked.noun) + " has not ended"
	}
	if err.status == "" {
		summary = "Reading the " + asked.noun + " timed out"
		advice = fmt.Sprintf("Raise %s (now %s) if Retab is slow, or check that base_url can be reached from here.", asked.timeout, shortDuration(timeout))
	}
	return failure(summary, asked, answer, advice, client.RequestInfo{})
}

func failure(summary string, asked wanted, answer, advice string, exchange client.RequestInfo) diag.Diagnostic {
	detail := []string{fmt.Sprintf("Asked for %s.", asked.phrase), answer}
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

// requirementDiagnostic words a run that has ended otherwise than required.
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

// diagnostic words settings the client refuses, naming where the value comes from and where else it can be set.
func (m configModel) diagnostic(err error) diag.Diagnostic {
	var argument *client.ArgumentError
	if !errors.As(err, &argument) {
		return internalDiagnostic(err.Error())
	}
	summary := map[string]string{
		"api_key": "Invalid Retab API key", "base_url": "Invalid Retab base URL", "api_edition": "Invalid Retab API edition",
	}[argument.Argument]
	return diag.NewAttributeErrorDiagnostic(path.Root(argument.Argument), summary, fmt.Sprintf(
		"The value of %s %s.\n\nCorrect it there. It can be set by %s.", m.sourceOf(argument.Argument), argument.Problem, settingPlaces(argument.Argument)))
}

func missingKeyDiagnostic(setButEmpty bool) diag.Diagnostic {
	detail := "The provider has no API key to authenticate with.\n\nSet " + settingPlaces("api_key") + "."
	if setButEmpty {
		detail = "The attribute api_key is set to an empty text, so the environment variable RETAB_API_KEY was not consulted.\n\nSet " +
			settingPlaces("api_key") + "; remove the attribute to use the variable."
	}
	return diag.NewAttributeErrorDiagnostic(path.Root("api_key"), "Missing Retab API key", detail)
}

func unknownSettingDiagnostics(attributes []string) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, attribute := range attributes {
		remedies := "Give it a value that is known when planning"
		if variables := environment[attribute]; len(variables) > 0 {
			remedies += ", leave it out and set the environment variable " + strings.Join(variables, " or ")
		}
		diags.Append(diag.NewAttributeErrorDiagnostic(path.Root(attribute), "Provider setting is not known yet", fmt.Sprintf(
			"The provider cannot read from Retab yet: the value of its attribute %s is only known after apply.\n\n%s, "+
				"or first apply what it depends on with -target.", attribute, remedies)))
	}
	return diags
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

// settingPlaces names where a provider setting can be written.
func settingPlaces(attribute string) string {
	return fmt.Sprintf("the attribute %s in the provider block, or the environment variable %s", attribute, strings.Join(environment[attribute], " or "))
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
