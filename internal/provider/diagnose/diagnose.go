// Package diagnose formats errors as diagnostics. The summary says what failed, in at most 60 characters. The detail
// names the object of the read, what the server answered, what to do, and the request. Each function named explain…
// has the texts for one kind of error. The diagnostics of arguments are in the validators of package provider.
package diagnose

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/prose"
)

// Read formats the error of a read. If the request was not sent because of a limit or an outage, the diagnostic is
// short: the reads that noticed it report it in full.
func Read(err error, s Subject) diag.Diagnostic {
	if argument, ok := errors.AsType[*transport.ArgumentError](err); ok {
		return InvalidID(path.Root(argument.Argument), argument)
	}
	summary, answer, advice := explain(err, s)
	if summary == "" {
		return Internal(err.Error())
	}
	var request transport.RequestInfo // empty if no single request failed
	if failed, ok := errors.AsType[requestError](err); ok {
		request = failed.Request()
	}
	detail := []string{fmt.Sprintf("Asked for %s.", s.Description), prose.Sentence(answer)}
	if advice != "" {
		detail = append(detail, "", advice)
	}
	if request.URL != "" {
		unsent, cause := failure(err)
		isInterrupted := errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
		if unsent.URL != "" && unsent.Attempts == 0 && !isInterrupted {
			return diag.NewErrorDiagnostic(summary, detail[0]+" Not sent, because other reads failed: "+cause)
		}
		detail = append(detail, "", fmt.Sprintf("%s %s", request.Method, request.URL),
			fmt.Sprintf("Request id: %s · attempts: %d", cmp.Or(request.RequestID, "none"), request.Attempts))
	}
	return diag.NewErrorDiagnostic(summary, strings.Join(detail, "\n"))
}

type requestError interface {
	error
	Request() transport.RequestInfo
}

// failure describes an answer with a status outside 2xx, or why there was no answer, as the end of a sentence, and
// returns the request. Of any other error it returns the text only. It replaces the messages of Go for a closed
// connection.
func failure(err error) (request transport.RequestInfo, text string) {
	if api, ok := errors.AsType[*transport.APIError](err); ok {
		return api.RequestInfo, answered(api)
	}
	text = err.Error()
	if failed, ok := errors.AsType[*transport.Error](err); ok {
		request, text = failed.RequestInfo, failed.Problem
	}
	switch strings.TrimPrefix(text, "net/http: HTTP/1.x transport connection broken: ") {
	case "EOF":
		text = "the server closed the connection without an answer"
	case "unexpected EOF":
		text = "the server closed the connection in the middle of its answer"
	}
	return request, prose.Sentence(text)
}

// InvalidID formats the error of an argument whose value cannot be an id.
func InvalidID(at path.Path, err *transport.ArgumentError) diag.Diagnostic {
	where := at.String()
	if set, _, isElement := strings.Cut(where, "["); isElement {
		where = "an element of " + set
	}
	return diag.NewAttributeErrorDiagnostic(at, "Invalid id", fmt.Sprintf(
		"The value of %s %s.\n\nUse the id exactly as Retab shows it, such as exprun_2 for a run or expdoc_xyz for a document.", where, err.Problem))
}

// Unread formats the warning about descriptive members whose form this version does not know.
func Unread(names []string) diag.Diagnostic {
	slices.Sort(names)
	return diag.NewWarningDiagnostic("Retab sent members in an unknown form", fmt.Sprintf(
		"These attributes are null, because the API sent something else than before: %s. Nothing that a gate needs is among them.\n\n"+
			"The API has changed: look for a newer version of this provider.", strings.Join(names, ", ")))
}

const incompleteSummary = "Experiment results are incomplete"

// Incomplete formats the warning about a completed run whose list of results has a gap.
func Incomplete(gap string) diag.Diagnostic {
	return diag.NewWarningDiagnostic(incompleteSummary, gap+
		" What is not proved counts as not succeeded: all_terminal and all_succeeded are false.\n\n"+
		"Read again later, or set wait_for_completion = true to wait for the rest. If it does not come, report the run to Retab.")
}

// Requirement formats the error of a run that did not end as required.
func Requirement(why string, run client.ExperimentRun) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Experiment run does not meet the requirements", fmt.Sprintf(
		"Waited for experiment run %q: %s\n\nLook at the run at Retab, or change require and min_score.", run.ID, prose.Sentence(why)))
}

// Internal formats a bug of the provider.
func Internal(problem string) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Unexpected provider failure",
		"This is a bug in the provider: "+problem+".\n\nPlease report it at https://github.com/retab-dev/terraform-provider-retab/issues.")
}
