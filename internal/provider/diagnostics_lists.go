package provider

import (
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/prose"
)

// incompleteListDiagnostic formats a result that was not found in a list that does not agree with its run.
func incompleteListDiagnostic(err *client.IncompleteListError, target readTarget) diag.Diagnostic {
	answer := fmt.Sprintf("Experiment run %q is completed and has %d documents, but Retab lists only %d results, and none for this document. It may still come.",
		err.RunID, err.Run.TotalDocuments, err.Results)
	advice := "Read again later, or set wait_for_completion = true to wait for it. If it does not come, report the run to Retab."
	switch {
	case err.Truncated:
		answer = fmt.Sprintf("Experiment run %q has more documents than the %d that the run-scoped edition of the API can list, so it cannot be decided whether this document is one of them.",
			err.RunID, err.Results)
		advice = "Check document_id: it is the id of the document, not of the result. For counts, read the run with retab_experiment_run."
	case !err.Run.HasTotal || err.Run.TotalDocuments == 0:
		answer = fmt.Sprintf("Experiment run %q is completed, but Retab does not say how many documents it has, and lists %d results, none of them for this document.",
			err.RunID, err.Results)
	case int64(err.Results) > err.Run.TotalDocuments:
		answer = fmt.Sprintf("Experiment run %q is over (%s) and has %d documents, but Retab lists %d results, and none for this document. One of them must be wrong.",
			err.RunID, err.Run.Status, err.Run.TotalDocuments, err.Results)
	}
	return failure("Cannot decide whether the experiment result exists", target, answer, advice, err.RequestInfo)
}

// largeRunDiagnostic formats a run with more results than one read can return.
func largeRunDiagnostic(err error, target readTarget) diag.Diagnostic {
	limit, advice := client.ErrUnreachableResults, "Read each document with retab_experiment_result, or the counts of the run with retab_experiment_run. document_ids can select only documents of that list."
	if errors.Is(err, client.ErrTooManyResults) {
		limit, advice = client.ErrTooManyResults, "Narrow the results with document_ids or statuses, or read the counts of the run with retab_experiment_run."
	}
	var answered *client.ResponseError
	info := client.RequestInfo{}
	if errors.As(err, &answered) {
		info = answered.RequestInfo
	}
	return failure("Experiment run has too many documents to list", target, prose.Sentence(prose.UpperFirst(limit.Error())), advice, info)
}
