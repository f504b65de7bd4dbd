package diagnose

import (
	"errors"
	"fmt"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/prose"
)

// explain returns what failed, what the server answered, and what to do. No error is of two of these kinds. The texts
// are empty for an error that the client does not return.
func explain(err error, s Subject) (summary, answer, advice string) {
	var (
		wait       *WaitTimeoutError
		absent     *client.AbsentError
		incomplete *client.IncompleteListError
		noRoute    *client.NoRouteError
		noDetails  *client.NoDetailsError
		ambiguous  *client.AmbiguousError
		api        *transport.APIError
		transport  *transport.Error
	)
	switch {
	case errors.As(err, &wait):
		return explainWait(wait, s)
	case errors.As(err, &absent):
		summary, answer, advice = explainAbsence(absent, s)
		return summary, answer, advice + s.absenceAdvice()
	case errors.As(err, &incomplete):
		return explainIncompleteList(incomplete)
	case errors.As(err, &noRoute):
		return "Retab has no route for this artifact",
			"Retab reads experiments with this API key, but not an artifact of this operation with this id. It answered " + answered(noRoute.Refusal),
			"Check operation: it is the artifact.operation of a result. The block kinds extract, classifier, split and for_each produce the operations extraction, classification, split and partition." + s.idAdvice()
	case errors.As(err, &noDetails):
		return explainMissingDetails(noDetails)
	case errors.As(err, &ambiguous):
		return "Several experiments match", matches(ambiguous), "Set id to one of these ids, or add name or block_id. Names are not unique."
	case errors.As(err, &api):
		return explainStatus(api, s)
	case errors.As(err, &transport):
		return explainTransport(transport, s)
	default:
		return explainCause(err, s)
	}
}

// explainCause explains errors without a type of their own, and answers with an unexpected body.
func explainCause(err error, s Subject) (summary, answer, advice string) {
	var malformed *transport.ResponseError
	switch {
	case errors.Is(err, client.ErrNoExperiment):
		return "Experiment not found", "Retab lists no such experiment for this API key.",
			"Check workflow_id, name and block_id, and that the API key belongs to their Retab environment. Names must match exactly." + s.absenceAdvice()
	case errors.Is(err, client.ErrNoEvalRun):
		return "Run of evals not found", "Retab lists no such run for this API key.",
			"Check workflow_id, eval_id, target_block_id and status_filter, and that the API key belongs to their Retab environment." + s.absenceAdvice()
	case errors.Is(err, client.ErrNoRun):
		return "Experiment run not found", "Retab lists no such run for this API key.",
			"Check experiment_id, and that the API key belongs to its Retab environment." + s.absenceAdvice()
	case errors.Is(err, client.ErrWorkflowNeeded):
		return "Reading the experiment needs workflow_id",
			"This edition of the API reads an experiment only through its workflow. The workflow could not be learned from a run of the experiment, because there is none.",
			"Set workflow_id. If that does not help, check id, and that the API key belongs to the Retab environment of the experiment."
	case errors.Is(err, client.ErrTooManyResults):
		return "Experiment run has too many documents to list", prose.UpperFirst(client.ErrTooManyResults.Error()),
			"Narrow the results with document_ids or statuses, or read the counts of the run with retab_experiment_run."
	case errors.Is(err, client.ErrUnreachableResults):
		return "Experiment run has too many documents to list", prose.UpperFirst(client.ErrUnreachableResults.Error()),
			"Read each document with retab_experiment_result, or the counts of the run with retab_experiment_run. document_ids can select only documents of that list."
	case errors.Is(err, client.ErrUnnamedExperiment):
		return "Retab sent an unexpected answer", prose.UpperFirst(err.Error()) + ", so it may be a run of another one",
			"The API has changed: look for a newer version of this provider, and report the problem."
	case errors.As(err, &malformed):
		return explainBody(malformed, s)
	default:
		return "", "", ""
	}
}

// explainAbsence explains that an object provably does not exist.
func explainAbsence(e *client.AbsentError, s Subject) (summary, answer, advice string) {
	switch e.Reason {
	case client.NoSuchExperiment:
		arguments := "id"
		if e.WorkflowID != "" {
			arguments += " and workflow_id"
		}
		return "Experiment not found", "Retab has no such experiment for this API key" + prose.Because(e.Message),
			"Check " + arguments + ", and that the API key belongs to the Retab environment of the experiment: experiments of another environment are not found. Check base_url if it is set."
	case client.NoSuchEvalRun, client.NoSuchWorkflow:
		return prose.UpperFirst(s.Noun) + " not found", fmt.Sprintf("Retab has no such %s for this API key%s", s.Noun, prose.Because(e.Message)),
			fmt.Sprintf("Check the id, and that the API key belongs to the Retab environment of the %s.", s.Noun)
	case client.NoSuchArtifact:
		return "Artifact not found", "Retab has no such artifact for this API key: " + e.Message,
			"Check operation and id, and that the API key belongs to the Retab environment of the artifact: artifacts of another environment are not found."
	case client.NoSuchRun:
		answer = fmt.Sprintf("Retab has no experiment run %q for this API key.", e.RunID)
		if e.Message != "" {
			answer = "Retab has no such run for this API key: " + e.Message
		}
		return "Experiment run not found", answer,
			"Check " + s.argumentOf(e.RunID) + ", and that the API key belongs to the Retab environment of the run: runs of another environment are not found. Check base_url if it is set."
	case client.RunActive:
		answer = fmt.Sprintf("Experiment run %q is still %s, and this document has no result yet.", e.RunID, e.Run.Status)
		if total := e.Run.TotalDocuments; total > 0 {
			answer = fmt.Sprintf("Experiment run %q is still %s: %d of %d documents have a final result, and this one has none yet.",
				e.RunID, e.Run.Status, e.Run.DocumentsWithResult(), total)
		}
		return "Experiment result is not there yet", answer,
			"Wait for the whole run with the data source retab_experiment_run or retab_experiment_results and wait_for_completion = true, or try again later. If the result never appears, check that document_id is the id of a document of this experiment."
	default:
		state := "this document was not part of it"
		if e.Run.Status != client.StatusCompleted { // then the document may have been part of it
			state = "it has no result for this document"
		}
		return "Experiment result not found", fmt.Sprintf("Experiment run %q is over (%s), and %s.", e.RunID, e.Run.Status, state),
			"Check document_id: it is the id of the document, not of the result. A document added to the experiment later has results in later runs only."
	}
}

// explainIncompleteList explains that the list of a run does not prove whether the run has a document.
func explainIncompleteList(e *client.IncompleteListError) (summary, answer, advice string) {
	advice = "Read again later, or set wait_for_completion = true to wait for it. If it does not come, report the run to Retab."
	total := e.Run.TotalDocuments
	switch {
	case e.Truncated:
		answer = fmt.Sprintf("has more documents than the %d that the run-scoped edition of the API can list, so it cannot be decided whether this document is one of them.", e.Results)
		advice = "Check document_id: it is the id of the document, not of the result. For counts, read the run with retab_experiment_run."
	case !e.Run.HasTotal || total == 0:
		answer = fmt.Sprintf("is completed, but Retab does not say how many documents it has, and lists %d results, none of them for this document.", e.Results)
	case int64(e.Results) > total:
		answer = fmt.Sprintf("is over (%s) and has %d documents, but Retab lists %d results, and none for this document. One of them must be wrong.", e.Run.Status, total, e.Results)
	default:
		answer = fmt.Sprintf("is completed and has %d documents, but Retab lists only %d results, and none for this document. It may still come.", total, e.Results)
	}
	return "Cannot decide whether the experiment result exists", fmt.Sprintf("Experiment run %q %s", e.RunID, answer), advice
}

// explainMissingDetails explains that a run has metrics, but none of the requested document or target.
func explainMissingDetails(e *client.NoDetailsError) (summary, answer, advice string) {
	if e.DocumentID != "" {
		return "There are no metrics for document_id", fmt.Sprintf("The run has metrics, but none of document %q: %s", e.DocumentID, e.Message),
			"Check document_id: it is the id of the document, not of the result. Documents that failed have no metrics."
	}
	return "There are no metrics for target_path", fmt.Sprintf("The run has metrics, but none of target %q: %s", e.TargetPath, e.Message),
		"Check target_path: it is one of the keys of target_scores."
}

func matches(err *client.AmbiguousError) string {
	answer := fmt.Sprintf("Retab has %d of them: %s.", len(err.IDs), prose.IDs(err.IDs, 20))
	if err.Names[1] != "" {
		answer += fmt.Sprintf(" Their names are %+q and %+q, which Terraform cannot tell apart.", err.Names[0], err.Names[1])
	}
	return answer
}
