package provider

import (
	"errors"
	"fmt"
	"strings"

	"github.com/retab-dev/terraform-provider-retab/internal/provider/diagnose"
)

// This file describes the objects of reads, for the diagnostics of their failures.

const ignoreAbsentRun = " If the run may legitimately be absent, set ignore_not_found = true and use exists."

func resultSubject(runID, documentID string) diagnose.Subject {
	return diagnose.Subject{
		Noun:        "experiment result",
		Description: fmt.Sprintf("the result of document %q in experiment run %q", documentID, runID),
		IDs:         []diagnose.ID{{Argument: "run_id", Kind: "run", Value: runID}, {Argument: "document_id", Kind: "document", Value: documentID}},
		Ignore:      " If the result may legitimately be absent, set ignore_not_found = true and use exists.",
	}
}

// runSubject describes a run, whose id is in the given argument.
func runSubject(argument, runID string) diagnose.Subject {
	return diagnose.Subject{
		Noun:        "experiment run",
		Description: fmt.Sprintf("experiment run %q", runID),
		IDs:         []diagnose.ID{{Argument: argument, Kind: "run", Value: runID}},
		Ignore:      ignoreAbsentRun,
	}
}

// awaitedRunSubject describes the run that the action waits for.
func awaitedRunSubject(runID string) diagnose.Subject {
	subject := runSubject("run_id", runID)
	subject.TimeoutArgument, subject.Ignore = "timeouts.invoke", ""
	return subject
}

func newestRunSubject(experimentID, status string) diagnose.Subject {
	subject := diagnose.Subject{
		Noun:        "experiment run",
		Description: fmt.Sprintf("the newest run of experiment %q", experimentID),
		IDs:         []diagnose.ID{{Argument: "experiment_id", Kind: "experiment", Value: experimentID}},
		Ignore:      ignoreAbsentRun,
	}
	if status != "" {
		subject.Description += fmt.Sprintf(" with the status %q", status)
		subject.Ignore = " status_filter = \"any\" also finds a run that is not " + status + "." + ignoreAbsentRun
	}
	return subject
}

func runsSubject(experimentID string) diagnose.Subject {
	subject := diagnose.Subject{Noun: "list of experiment runs", Description: "a list of experiment runs"}
	if experimentID != "" {
		subject.IDs = []diagnose.ID{{Argument: "experiment_id", Kind: "experiment", Value: experimentID}}
	}
	return subject
}

func resultsSubject(runID string) diagnose.Subject {
	subject := runSubject("run_id", runID)
	subject.Description = fmt.Sprintf("the results of experiment run %q", runID)
	return subject
}

// subject describes the requested experiment.
func (m *experimentConfigModel) subject() diagnose.Subject {
	subject := diagnose.Subject{
		Noun:   "experiment",
		Ignore: " If the experiment may legitimately be absent, set ignore_not_found = true and use exists.",
	}
	if !m.ID.IsNull() {
		subject.Description = fmt.Sprintf("experiment %q", m.ID.ValueString())
		if !m.WorkflowID.IsNull() {
			subject.Description += fmt.Sprintf(" of workflow %q", m.WorkflowID.ValueString())
		}
		return subject
	}
	var by []string
	if !m.Name.IsNull() {
		by = append(by, fmt.Sprintf("the name %q", m.Name.ValueString()))
	}
	if !m.BlockID.IsNull() {
		by = append(by, fmt.Sprintf("the block %q", m.BlockID.ValueString()))
	}
	subject.Description = fmt.Sprintf("the experiment of workflow %q with %s", m.WorkflowID.ValueString(), strings.Join(by, " and "))
	return subject
}

func experimentsSubject(workflowID string) diagnose.Subject {
	return diagnose.Subject{Noun: "list of experiments", Description: fmt.Sprintf("the experiments of workflow %q", workflowID)}
}

// metricsSubject describes the metrics of a run. A wait that did not end, and a run that is missing, are about the run.
func metricsSubject(runID, priorRunID string, err error) diagnose.Subject {
	subject := diagnose.Subject{
		Noun:        "metrics",
		Description: fmt.Sprintf("the metrics of experiment run %q", runID),
		IDs:         []diagnose.ID{{Argument: "run_id", Kind: "run", Value: runID}},
		Ignore:      ignoreAbsentRun,
	}
	var timedOut *diagnose.WaitTimeoutError
	if errors.As(err, &timedOut) {
		subject.Noun = "experiment run"
	}
	if priorRunID != "" && isMissingRun(err, priorRunID) {
		subject.IDs, subject.Ignore = []diagnose.ID{{Argument: "prior_run_id", Kind: "run", Value: priorRunID}}, ""
	}
	return subject
}

func artifactSubject(operation, id string) diagnose.Subject {
	return diagnose.Subject{
		Noun:        "artifact",
		Description: fmt.Sprintf("the artifact %q of the operation %q", id, operation),
		IDs:         []diagnose.ID{{Argument: "id", Kind: operation, Value: id}},
	}
}
