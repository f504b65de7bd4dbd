package diagnose

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/prose"
)

// entry is what a diagnostic says about one kind of failure. The texts have the names of values in ${}; see values.go.
type entry struct {
	is                      func(f *failure) bool
	summary, answer, advice string
}

// table has all kinds of failures of a read. The first entry that applies is used.
var table = slices.Concat(withAnswer, withoutAnswer)

var withAnswer = []entry{
	// Objects that do not exist, or that cannot be told from others.
	entryOf(isA[UnnamedExperimentError], unexpectedAnswer,
		"${Error}, so it may be a run of another one",
		"The API has changed: look for a newer version of this provider, and report the problem."),
	entryOf(absent(client.NoSuchExperiment), "Experiment not found",
		"Retab has no such experiment for this API key${because}",
		"Check ${experiment_arguments}, and that the API key belongs to the Retab environment of the experiment: experiments of another environment are not found. Check base_url if it is set.${ignore}"),
	entryOf(is(client.ErrNoExperiment), "Experiment not found",
		"Retab lists no such experiment for this API key.",
		"Check workflow_id, name and block_id, and that the API key belongs to their Retab environment. Names must match exactly.${ignore}"),
	entryOf(is(client.ErrNoEvalRun), "Run of evals not found",
		"Retab lists no such run for this API key.",
		"Check workflow_id, eval_id, target_block_id and status_filter, and that the API key belongs to their Retab environment.${ignore}"),
	entryOf(func(f *failure) bool { return f.ambiguous != nil }, "Several experiments match", "${matches}",
		"Set id to one of these ids, or add name or block_id. Names are not unique."),
	entryOf(is(client.ErrWorkflowNeeded), "Reading the experiment needs workflow_id",
		"This edition of the API reads an experiment only through its workflow. The workflow could not be learned from a run of the experiment, because there is none.",
		"Set workflow_id. If that does not help, check id, and that the API key belongs to the Retab environment of the experiment."),
	entryOf(func(f *failure) bool { return f.noDetails != nil && f.noDetails.DocumentID != "" }, "There are no metrics for document_id",
		"The run has metrics, but none of document ${details}: ${message}",
		"Check document_id: it is the id of the document, not of the result. Documents that failed have no metrics."),
	entryOf(func(f *failure) bool { return f.noDetails != nil }, "There are no metrics for target_path",
		"The run has metrics, but none of target ${details}: ${message}",
		"Check target_path: it is one of the keys of target_scores."),
	entryOf(func(f *failure) bool { return f.artifact != nil }, "Artifact not found",
		"Retab has no such artifact for this API key: ${message}",
		"Check operation and id, and that the API key belongs to the Retab environment of the artifact: artifacts of another environment are not found.${ids}"),
	entryOf(func(f *failure) bool { return f.noRoute != nil }, "Retab has no route for this artifact",
		"Retab reads experiments with this API key, but not an artifact of this operation with this id. It answered ${answered}",
		"Check operation: it is the artifact.operation of a result. The block kinds extract, classifier, split and for_each produce the operations extraction, classification, split and partition.${ids}"),
	entryOf(is(client.ErrNoRun), "Experiment run not found",
		"Retab lists no such run for this API key.",
		"Check experiment_id, and that the API key belongs to its Retab environment.${ids}${ignore}"),
	entryOf(absent(client.NoSuchEvalRun, client.NoSuchWorkflow), "${Noun} not found",
		"Retab has no such ${noun} for this API key${because}",
		"Check the id, and that the API key belongs to the Retab environment of the ${noun}.${ignore}"),
	entryOf(absent(client.NoSuchRun), "Experiment run not found", "${no_such_run}",
		"Check ${run_argument}, and that the API key belongs to the Retab environment of the run: runs of another environment are not found. Check base_url if it is set.${ids}${ignore}"),
	entryOf(absent(client.RunActive), "Experiment result is not there yet",
		"Experiment run ${run} is still ${run_status}${progress}",
		"Wait for the whole run with the data source retab_experiment_run or retab_experiment_results and wait_for_completion = true, or try again later. If the result never appears, check that document_id is the id of a document of this experiment.${ids}${ignore}"),
	entryOf(func(f *failure) bool { return f.absent != nil }, "Experiment result not found",
		"Experiment run ${run} is over (${run_status}), and ${not_in_run}",
		"Check document_id: it is the id of the document, not of the result. A document added to the experiment later has results in later runs only.${ids}${ignore}"),

	// Lists that do not decide, or that are too long.
	entryOf(func(f *failure) bool { return f.incomplete != nil && f.incomplete.Truncated }, undecidedSummary,
		"Experiment run ${run} has more documents than the ${results} that the run-scoped edition of the API can list, so it cannot be decided whether this document is one of them.",
		"Check document_id: it is the id of the document, not of the result. For counts, read the run with retab_experiment_run."),
	entryOf(func(f *failure) bool {
		return f.incomplete != nil && (!f.incomplete.Run.HasTotal || f.incomplete.Run.TotalDocuments == 0)
	}, undecidedSummary,
		"Experiment run ${run} is completed, but Retab does not say how many documents it has, and lists ${results} results, none of them for this document.",
		mayStillCome),
	entryOf(func(f *failure) bool {
		return f.incomplete != nil && int64(f.incomplete.Results) > f.incomplete.Run.TotalDocuments
	}, undecidedSummary,
		"Experiment run ${run} is over (${run_status}) and has ${documents} documents, but Retab lists ${results} results, and none for this document. One of them must be wrong.",
		mayStillCome),
	entryOf(func(f *failure) bool { return f.incomplete != nil }, undecidedSummary,
		"Experiment run ${run} is completed and has ${documents} documents, but Retab lists only ${results} results, and none for this document. It may still come.",
		mayStillCome),
	entryOf(is(client.ErrTooManyResults), "Experiment run has too many documents to list",
		prose.UpperFirst(client.ErrTooManyResults.Error()),
		"Narrow the results with document_ids or statuses, or read the counts of the run with retab_experiment_run."),
	entryOf(is(client.ErrUnreachableResults), "Experiment run has too many documents to list",
		prose.UpperFirst(client.ErrUnreachableResults.Error()),
		"Read each document with retab_experiment_result, or the counts of the run with retab_experiment_run. document_ids can select only documents of that list."),

	// Waits that were not successful.
	entryOf(func(f *failure) bool { return f.wait != nil && errors.Is(f.err, context.Canceled) }, "Waiting for the ${noun} was interrupted", "${watched}", ""),
	entryOf(func(f *failure) bool { return f.wait != nil && f.wait.Problem != "" }, incompleteSummary,
		"${wait_problem} Waited for ${waited}.",
		"Raise ${timeout_argument} (now ${timeout}) to wait longer, or read again later."),
	entryOf(func(f *failure) bool { return f.wait != nil && (f.wait.Status == "" || f.wait.Silent > 0) }, "Reading the ${noun} timed out", "${watched}",
		"Raise ${timeout_argument} (now ${timeout}) if Retab is slow, or check that base_url can be reached from here."),
	entryOf(func(f *failure) bool { return f.wait != nil }, "${Noun} ${still}", "${watched}",
		"Raise ${timeout_argument} (now ${timeout}) to wait longer, and check at Retab whether it is still running."),

	// Answers with a status outside 2xx.
	entryOf(func(f *failure) bool {
		return status(http.StatusUnauthorized)(f) || status(http.StatusForbidden)(f) && f.api.IsJSON && saysNotAuthenticated(f.api)
	}, "Retab rejected the API key", "${answer}",
		"Check api_key, or the environment variable RETAB_API_KEY: the key may be mistyped, revoked, or for another Retab server than base_url names.${edition}"),
	entryOf(status(http.StatusPaymentRequired), "Retab asks for payment", "${answer}",
		"Check the subscription and the credits of the organization at Retab."),
	// A 403 proves nothing about the key: gateways check requests before the API sees the key.
	entryOf(func(f *failure) bool { return status(http.StatusForbidden)(f) && !f.api.IsJSON }, "Access to Retab was refused", "${answer}",
		"The answer is not the API's own, which would be JSON: a firewall, proxy or gateway in front of it probably refused the request. Ask whoever runs it to allow requests to base_url, and check base_url. If it wants a header of its own, set headers.${credential}"),
	entryOf(status(http.StatusForbidden), "Retab refused access to the ${noun}", "${answer}",
		"The API itself refused this. The API key may lack permission to read experiments, or may be for another organization or environment: check it at Retab.${credential}"),
	entryOf(status(http.StatusNotFound, http.StatusMethodNotAllowed), "There is no Retab API at this address", "${answer}",
		"Check base_url: it should be the address of the API itself.${edition} If that is right, check the ids.${ids}"),
	entryOf(status(http.StatusTooManyRequests), "Retab is limiting requests", "${answer}",
		"Try again later, lower Terraform's -parallelism, or raise ${timeout_argument}."),
	entryOf(status(http.StatusNotAcceptable), "A gateway did not accept the request", "${answer}",
		"The API itself does not send this status. Ask whoever runs the gateway or proxy in front of it to let requests with Accept: application/json through, and check base_url."),
	entryOf(func(f *failure) bool { return f.api != nil && f.api.StatusCode/100 == 3 }, "Retab answered with a redirect", "${answer}",
		"Check base_url: it should be the address of the API itself."),
	entryOf(func(f *failure) bool { return f.api != nil && f.api.StatusCode >= 500 }, "Retab could not answer", "${answer}",
		"The failure is on the server's side. Try again later; if it lasts, report the request id to Retab."),
	entryOf(func(f *failure) bool { return f.api != nil }, "Retab did not accept the request", "${answer}",
		"Check the ids and base_url."),

	// Answers with a body that is not what the API promises.
	entryOf(func(f *failure) bool { return f.malformed != nil && f.message != "" }, unexpectedAnswer,
		"Retab answered HTTP ${status}, but with an error instead of the ${noun}: ${message}",
		"Check the ids, and that base_url is the address of the Retab API.${ids}"),
	entryOf(func(f *failure) bool { return f.malformed != nil && isA[client.OtherRunError](f) }, unexpectedAnswer,
		"Retab answered HTTP ${status}, but ${problem}.",
		"Two causes are possible: the server ignored which run was requested, or Retab reused a result of an earlier run and kept its run id. Check that base_url is the address of the Retab API. If it is, report the problem."),
	entryOf(func(f *failure) bool { return f.malformed != nil }, unexpectedAnswer,
		"Retab answered HTTP ${status}, but ${problem}.${excerpt}",
		"Check that base_url is the address of the Retab API. If it is, the API has changed: look for a newer version of this provider, and report the problem."),
}

const (
	unexpectedAnswer = "Retab sent an unexpected answer"
	undecidedSummary = "Cannot decide whether the experiment result exists"
	mayStillCome     = "Read again later, or set wait_for_completion = true to wait for it. If it does not come, report the run to Retab."
)

func entryOf(is func(f *failure) bool, summary, answer, advice string) entry {
	return entry{is, summary, answer, advice}
}

func is(target error) func(*failure) bool {
	return func(f *failure) bool { return errors.Is(f.err, target) }
}

func isA[E error](f *failure) bool {
	var target E
	return errors.As(f.err, &target)
}

func absent(reasons ...client.AbsenceReason) func(*failure) bool {
	return func(f *failure) bool { return f.absent != nil && slices.Contains(reasons, f.absent.Reason) }
}

func status(codes ...int) func(*failure) bool {
	return func(f *failure) bool { return f.api != nil && slices.Contains(codes, f.api.StatusCode) }
}

// saysNotAuthenticated reports whether a refusal has the words of older gateways for a missing credential.
func saysNotAuthenticated(err *transport.APIError) bool {
	return strings.EqualFold(strings.TrimSuffix(err.Message, "."), "Not authenticated")
}
