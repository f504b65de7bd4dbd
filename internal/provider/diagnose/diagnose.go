// Package diagnose formats errors as diagnostics. A summary says what failed, in at most 60 characters. A detail has the
// object of the read, the answer of the server, the next step, and the request. The texts of failed reads are in one
// table; validators format the diagnostics of arguments.
package diagnose

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/prose"
)

// failure is the error of a read, with the parts that the table looks at. A part is nil if the error does not have it.
type failure struct {
	Subject
	err error

	wait       *WaitTimeoutError
	absent     *client.AbsentError
	artifact   *client.ArtifactAbsentError
	noRoute    *client.NoRouteError
	noDetails  *client.NoDetailsError
	ambiguous  *client.AmbiguousError
	incomplete *client.IncompleteListError
	api        *transport.APIError
	malformed  *transport.ResponseError
	proxy      *transport.ProxyError
	transport  *transport.Error

	info    transport.RequestInfo // the request that failed; empty if the request belongs to another read
	message string                // the server's own words
	problem string                // what was wrong with the answer, or why there was none
}

func newFailure(err error, subject Subject) *failure {
	f := &failure{Subject: subject, err: err}
	errors.As(err, &f.ambiguous)
	errors.As(err, &f.proxy)
	if errors.As(err, &f.transport) {
		f.info, f.problem = f.transport.RequestInfo, f.transport.Problem
	}
	if errors.As(err, &f.malformed) {
		f.info, f.message, f.problem = f.malformed.RequestInfo, f.malformed.Message, f.malformed.Problem
	}
	if errors.As(err, &f.api) {
		f.info = f.api.RequestInfo
	}
	if errors.As(err, &f.incomplete) {
		f.info = f.incomplete.RequestInfo
	}
	if errors.As(err, &f.noDetails) {
		f.info, f.message = f.noDetails.RequestInfo, f.noDetails.Message
	}
	if errors.As(err, &f.noRoute) {
		f.info, f.api = f.noRoute.Refusal.RequestInfo, f.noRoute.Refusal
	}
	if errors.As(err, &f.artifact) {
		f.info, f.message = f.artifact.RequestInfo, f.artifact.Message
	}
	if errors.As(err, &f.absent) {
		f.info, f.message = f.absent.RequestInfo, f.absent.Message
	}
	if errors.As(err, &f.wait) {
		f.info = transport.RequestInfo{}
	}
	return f
}

// expand replaces the names in a text of the table, such as ${noun}, by their values.
func (f *failure) expand(text string) string {
	return os.Expand(text, func(name string) string { return values[name](f) })
}

// Read formats the error of a read: the first entry of the table that applies to it.
func Read(err error, subject Subject) diag.Diagnostic {
	var argument *transport.ArgumentError
	if errors.As(err, &argument) {
		return InvalidID(path.Root(argument.Argument), argument)
	}
	f := newFailure(err, subject)
	for _, entry := range table {
		if entry.is(f) {
			return f.diagnostic(f.expand(entry.summary), prose.Sentence(f.expand(entry.answer)), f.expand(entry.advice))
		}
	}
	return Internal(err.Error())
}

// diagnostic joins the parts of a diagnostic. It is short for a read that was not sent because of a limit or an outage
// that other reads have met, and that they report in full.
func (f *failure) diagnostic(summary, answer, advice string) diag.Diagnostic {
	if cause := f.causeInOthers(); cause != "" {
		return diag.NewErrorDiagnostic(summary, fmt.Sprintf("Asked for %s. Not sent, because other reads failed: %s", f.Description, cause))
	}
	detail := []string{fmt.Sprintf("Asked for %s.", f.Description), answer}
	if advice != "" {
		detail = append(detail, "", advice)
	}
	if f.info.URL != "" {
		requestID := f.info.RequestID
		if requestID == "" {
			requestID = "none"
		}
		detail = append(detail, "", fmt.Sprintf("%s %s", f.info.Method, f.info.URL), fmt.Sprintf("Request id: %s · attempts: %d", requestID, f.info.Attempts))
	}
	return diag.NewErrorDiagnostic(summary, strings.Join(detail, "\n"))
}

// causeInOthers returns why a request was not sent, "" if it was.
func (f *failure) causeInOthers() string {
	switch {
	case f.info.URL == "" || f.info.Attempts > 0:
		return ""
	case f.api != nil:
		return answered(f.api)
	case f.transport != nil && !errors.Is(f.err, context.DeadlineExceeded) && !errors.Is(f.err, context.Canceled):
		return prose.Sentence(plainFailure(f.problem))
	default:
		return ""
	}
}

// InvalidID formats that the value of an argument cannot be an id.
func InvalidID(at path.Path, err *transport.ArgumentError) diag.Diagnostic {
	where := at.String()
	if set, _, isElement := strings.Cut(where, "["); isElement {
		where = "an element of " + set
	}
	return diag.NewAttributeErrorDiagnostic(at, "Invalid id", fmt.Sprintf(
		"The value of %s %s.\n\nUse the id exactly as Retab shows it, such as exprun_2 for a run or expdoc_xyz for a document.", where, err.Problem))
}

// UnnamedExperimentError reports a listed run that does not name its experiment.
type UnnamedExperimentError struct{ RunID string }

func (e UnnamedExperimentError) Error() string {
	return fmt.Sprintf("run %q in the list does not name its experiment", sanitize.PlainText(e.RunID))
}

// Unread formats the warning about members that only describe, and that have another form than this version knows.
func Unread(names []string) diag.Diagnostic {
	slices.Sort(names)
	return diag.NewWarningDiagnostic("Retab sent members in an unknown form", fmt.Sprintf(
		"These attributes are null, because the API sent something else than before: %s. Nothing that a gate needs is among them.\n\n"+
			"The API has changed: look for a newer version of this provider.", strings.Join(names, ", ")))
}

const incompleteSummary = "Experiment results are incomplete"

// Incomplete formats the warning about a completed run whose list does not show how all documents ended.
func Incomplete(gap string) diag.Diagnostic {
	return diag.NewWarningDiagnostic(incompleteSummary, gap+
		" What is not proved counts as not succeeded: all_terminal and all_succeeded are false.\n\n"+
		"Read again later, or set wait_for_completion = true to wait for the rest. If it does not come, report the run to Retab.")
}

// Requirement formats that a run has not ended as required.
func Requirement(reason error, run client.ExperimentRun) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Experiment run does not meet the requirements", fmt.Sprintf(
		"Waited for experiment run %q: %s\n\nLook at the run at Retab, or change require and min_score.", run.ID, prose.Sentence(reason.Error())))
}

// Internal formats a bug of the provider.
func Internal(problem string) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Unexpected provider failure",
		"This is a bug in the provider: "+problem+".\n\nPlease report it at https://github.com/retab-dev/terraform-provider-retab/issues.")
}
