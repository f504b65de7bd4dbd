package provider

import (
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/prose"
)

// This file formats the failures that only reads of experiments and metrics can have; see diagnostics.go for the others.

// experimentDiagnostic formats a failure that only reads of experiments and metrics can have. It returns nil for others.
func experimentDiagnostic(err error, target readTarget) diag.Diagnostic {
	var absent *client.AbsentError
	var ambiguous *client.AmbiguousError
	var noDetails *client.NoDetailsError
	var unnamed unnamedExperimentError
	switch {
	case errors.As(err, &unnamed):
		return failure("Retab sent an unexpected answer", target, prose.Sentence(prose.UpperFirst(unnamed.Error())+", so it may be a run of another one"),
			"The API has changed: look for a newer version of this provider, and report the problem.", client.RequestInfo{})
	case errors.As(err, &absent) && absent.Reason == client.NoSuchExperiment:
		return noSuchExperimentDiagnostic(absent, target)
	case errors.Is(err, client.ErrNoExperiment):
		return failure("Experiment not found", target, "Retab lists no such experiment for this API key.",
			"Check workflow_id, name and block_id, and that the API key belongs to their Retab environment. Names must match exactly."+target.ignore,
			client.RequestInfo{})
	case errors.Is(err, client.ErrNoEvalRun):
		return failure("Run of evals not found", target, "Retab lists no such run for this API key.",
			"Check workflow_id, eval_id, target_block_id and status_filter, and that the API key belongs to their Retab environment."+target.ignore, client.RequestInfo{})
	case errors.As(err, &ambiguous):
		return ambiguousDiagnostic(ambiguous, target)
	case errors.Is(err, client.ErrWorkflowNeeded):
		return failure("Reading the experiment needs workflow_id", target,
			"This edition of the API reads an experiment only through its workflow. The workflow could not be learned from a run of the experiment, because there is none.",
			"Set workflow_id. If that does not help, check id, and that the API key belongs to the Retab environment of the experiment.",
			client.RequestInfo{})
	case errors.As(err, &noDetails):
		return noDetailsDiagnostic(noDetails, target)
	default:
		return nil
	}
}

func noSuchExperimentDiagnostic(err *client.AbsentError, target readTarget) diag.Diagnostic {
	arguments := "id"
	if err.WorkflowID != "" {
		arguments = "id and workflow_id"
	}
	return failure("Experiment not found", target, prose.Sentence("Retab has no such experiment for this API key"+prose.Because(err.Message)),
		"Check "+arguments+", and that the API key belongs to the Retab environment of the experiment: experiments of another environment are not found. "+
			"Check base_url if it is set."+target.ignore,
		err.RequestInfo)
}

// maxListedIDs is how many ids a message names.
const maxListedIDs = 20

func ambiguousDiagnostic(err *client.AmbiguousError, target readTarget) diag.Diagnostic {
	answer := fmt.Sprintf("Retab has %d of them: %s.", len(err.IDs), prose.IDs(err.IDs, maxListedIDs))
	if err.Names[1] != "" {
		answer += fmt.Sprintf(" Their names are %+q and %+q, which Terraform cannot tell apart.", err.Names[0], err.Names[1])
	}
	return failure("Several experiments match", target, answer,
		"Set id to one of these ids, or add name or block_id. Names are not unique.", client.RequestInfo{})
}

func noDetailsDiagnostic(err *client.NoDetailsError, target readTarget) diag.Diagnostic {
	argument, advice := "document_id", "Check document_id: it is the id of the document, not of the result. Documents that failed have no metrics."
	about := fmt.Sprintf("document %q", err.DocumentID)
	if err.DocumentID == "" {
		argument, advice = "target_path", "Check target_path: it is one of the keys of target_scores."
		about = fmt.Sprintf("target %q", err.TargetPath)
	}
	return failure("There are no metrics for "+argument, target,
		fmt.Sprintf("The run has metrics, but none of %s: %s", about, prose.Sentence(err.Message)), advice, err.RequestInfo)
}
