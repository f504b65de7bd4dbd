package diagnose

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/prose"
)

// values has what the names in the texts of the table stand for.
var values = map[string]func(f *failure) string{
	"noun":             func(f *failure) string { return f.Noun },
	"Noun":             func(f *failure) string { return prose.UpperFirst(f.Noun) },
	"run_argument":     func(f *failure) string { return f.RunID },
	"timeout_argument": func(f *failure) string { return cmp.Or(f.TimeoutArgument, "timeouts.read") },
	"timeout":          func(f *failure) string { return prose.Duration(f.Timeout) },

	// Advice, each sentence after a space.
	"ids":        func(f *failure) string { return f.idAdvice() },
	"ignore":     func(f *failure) string { return f.Ignore },
	"edition":    func(f *failure) string { return f.editionAdvice() },
	"credential": func(f *failure) string { return f.credentialAdvice() },

	// What the server, the proxy or the network said.
	"Error":    func(f *failure) string { return prose.UpperFirst(f.err.Error()) },
	"message":  func(f *failure) string { return f.message },
	"because":  func(f *failure) string { return prose.Because(f.message) },
	"problem":  func(f *failure) string { return f.problem },
	"Problem":  func(f *failure) string { return prose.UpperFirst(f.problem) },
	"failure":  func(f *failure) string { return plainFailure(f.problem) },
	"proxy":    proxyAnswer,
	"deadline": deadlineAnswer,
	"answered": func(f *failure) string { return answered(f.api) },
	"answer":   apiAnswer,
	"status":   func(f *failure) string { return statusLine(f.malformed.StatusCode) },
	"excerpt":  excerpt,

	// Runs, their results and metrics.
	"run":                  func(f *failure) string { id, _ := f.run(); return strconv.Quote(id) },
	"run_status":           func(f *failure) string { _, run := f.run(); return string(run.Status) },
	"documents":            func(f *failure) string { return strconv.FormatInt(f.incomplete.Run.TotalDocuments, 10) },
	"results":              func(f *failure) string { return strconv.Itoa(f.incomplete.Results) },
	"no_such_run":          noSuchRun,
	"progress":             progress,
	"not_in_run":           notInRun,
	"experiment_arguments": experimentArguments,
	"matches":              func(f *failure) string { return matches(f.ambiguous) },
	"details":              func(f *failure) string { return strconv.Quote(cmp.Or(f.noDetails.DocumentID, f.noDetails.TargetPath)) },

	// Waits.
	"waited":       func(f *failure) string { return f.wait.duration() },
	"watched":      func(f *failure) string { return f.wait.watched() },
	"wait_problem": func(f *failure) string { return f.wait.Problem },
	"still":        still,
}

// run returns the run that an absence or an undecided list is about.
func (f *failure) run() (id string, run client.ExperimentRun) {
	if f.incomplete != nil {
		return f.incomplete.RunID, f.incomplete.Run
	}
	return f.absent.RunID, f.absent.Run
}

func noSuchRun(f *failure) string {
	if f.message != "" {
		return "Retab has no such run for this API key: " + f.message
	}
	return fmt.Sprintf("Retab has no experiment run %q for this API key.", f.absent.RunID)
}

func progress(f *failure) string {
	if run := f.absent.Run; run.TotalDocuments > 0 {
		return fmt.Sprintf(": %d of %d documents have a final result, and this one has none yet.", run.DocumentsWithResult(), run.TotalDocuments)
	}
	return ", and this document has no result yet."
}

func notInRun(f *failure) string {
	if f.absent.Run.Status != client.StatusCompleted { // which may have left documents behind that were part of it
		return "it has no result for this document."
	}
	return "this document was not part of it."
}

func experimentArguments(f *failure) string {
	if f.absent.WorkflowID != "" {
		return "id and workflow_id"
	}
	return "id"
}

// maxListedIDs limits how many ids a message lists.
const maxListedIDs = 20

func matches(err *client.AmbiguousError) string {
	answer := fmt.Sprintf("Retab has %d of them: %s.", len(err.IDs), prose.IDs(err.IDs, maxListedIDs))
	if err.Names[1] != "" {
		answer += fmt.Sprintf(" Their names are %+q and %+q, which Terraform cannot tell apart.", err.Names[0], err.Names[1])
	}
	return answer
}

// apiAnswer formats a status outside 2xx with who answered: all errors of the API are JSON.
func apiAnswer(f *failure) string {
	if f.api.IsJSON {
		return "Retab answered " + answered(f.api)
	}
	return "The server answered " + answered(f.api)
}

// answered formats a status outside 2xx, as the end of a sentence.
func answered(err *transport.APIError) string {
	text := prose.Sentence("HTTP " + statusLine(err.StatusCode) + prose.Because(err.Message))
	if err.RetryAfter >= time.Second {
		text += fmt.Sprintf(" Retab asks to wait %s before the next request.", prose.Duration(err.RetryAfter.Round(time.Second)))
	}
	return text
}

func statusLine(status int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status)))
}

func excerpt(f *failure) string {
	if f.malformed.Excerpt == "" {
		return ""
	}
	return fmt.Sprintf(" It has the content type %q: %s.", f.malformed.ContentType, f.malformed.Excerpt)
}

func proxyAnswer(f *failure) string {
	answer := prose.Sentence(prose.UpperFirst(f.proxy.Error()))
	if f.proxy.Target != "" {
		answer += fmt.Sprintf(" It was asked to connect to %s.", f.proxy.Target)
	}
	return answer + " Retab itself was not reached."
}

// deadlineAnswer describes the last attempt before the deadline of a read.
func deadlineAnswer(f *failure) string {
	timeout := prose.Duration(f.Timeout)
	var last *transport.APIError
	switch {
	case errors.As(f.transport.Last, &last):
		return fmt.Sprintf("There was no successful answer within %s. The last one was %s", timeout, answered(last))
	case f.transport.Last != nil:
		return fmt.Sprintf("There was no answer within %s. The last attempt failed: %s", timeout, plainFailure(f.transport.Last.Error()))
	default:
		return fmt.Sprintf("There was no answer within %s.", timeout)
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
