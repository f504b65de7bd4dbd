package provider

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
)

// readTarget describes what a read is about, for the diagnostics of its failures.
type readTarget struct {
	noun            string    // "experiment result"
	description     string    // `the result of document "…" in experiment run "…"`
	ids             []idValue // the ids that it is read by
	runID           string    // the argument that holds the run's id
	timeoutArgument string    // the argument that bounds the read
	ignore          string    // the advice for when it may legitimately be absent, "" when there is none

	timeout time.Duration  // the bound of the read
	edition client.Edition // the provider's setting
}

// bounded returns the target with the settings that a read runs under.
func (t readTarget) bounded(timeout time.Duration, edition client.Edition) readTarget {
	t.timeout, t.edition = timeout, edition
	return t
}

const ignoreAbsentRun = " If the run may legitimately be absent, set ignore_not_found = true and use exists."

func resultTarget(runID, documentID string) readTarget {
	return readTarget{
		noun:            "experiment result",
		description:     fmt.Sprintf("the result of document %q in experiment run %q", documentID, runID),
		ids:             []idValue{{"run_id", "run", runID}, {"document_id", "document", documentID}},
		runID:           "run_id",
		timeoutArgument: "timeouts.read",
		ignore:          " If the result may legitimately be absent, set ignore_not_found = true and use exists.",
	}
}

func runTarget(runID string) readTarget {
	return readTarget{
		noun:            "experiment run",
		description:     fmt.Sprintf("experiment run %q", runID),
		ids:             []idValue{{"id", "run", runID}},
		runID:           "id",
		timeoutArgument: "timeouts.read",
		ignore:          ignoreAbsentRun,
	}
}

// awaitedRunTarget is runTarget for the action, whose arguments have other names.
func awaitedRunTarget(runID string) readTarget {
	target := runTarget(runID)
	target.runID, target.timeoutArgument, target.ignore = "run_id", "timeouts.invoke", ""
	target.ids[0].argument = "run_id"
	return target
}

func newestRunTarget(experimentID, status string) readTarget {
	target := readTarget{
		noun:            "experiment run",
		description:     fmt.Sprintf("the newest run of experiment %q", experimentID),
		ids:             []idValue{{"experiment_id", "experiment", experimentID}},
		timeoutArgument: "timeouts.read",
		ignore:          ignoreAbsentRun,
	}
	if status != anyStatus {
		target.description += fmt.Sprintf(" with the status %q", status)
		target.ignore = " status_filter = \"any\" also finds a run that is not " + status + "." + ignoreAbsentRun
	}
	return target
}

func runsTarget(experimentID string) readTarget {
	target := readTarget{noun: "list of experiment runs", description: "a list of experiment runs", timeoutArgument: "timeouts.read"}
	if experimentID != "" {
		target.ids = []idValue{{"experiment_id", "experiment", experimentID}}
	}
	return target
}

func resultsTarget(runID string) readTarget {
	return readTarget{
		noun:            "experiment run",
		description:     fmt.Sprintf("the results of experiment run %q", runID),
		ids:             []idValue{{"run_id", "run", runID}},
		runID:           "run_id",
		timeoutArgument: "timeouts.read",
		ignore:          ignoreAbsentRun,
	}
}

// target describes the requested experiment.
func (m *experimentConfigModel) target() readTarget {
	target := readTarget{
		noun: "experiment", timeoutArgument: "timeouts.read",
		ignore: " If the experiment may legitimately be absent, set ignore_not_found = true and use exists.",
	}
	if !m.ID.IsNull() {
		target.description = fmt.Sprintf("experiment %q", m.ID.ValueString())
		if !m.WorkflowID.IsNull() {
			target.description += fmt.Sprintf(" of workflow %q", m.WorkflowID.ValueString())
		}
		return target
	}
	var by []string
	if !m.Name.IsNull() {
		by = append(by, fmt.Sprintf("the name %q", m.Name.ValueString()))
	}
	if !m.BlockID.IsNull() {
		by = append(by, fmt.Sprintf("the block %q", m.BlockID.ValueString()))
	}
	target.description = fmt.Sprintf("the experiment of workflow %q with %s", m.WorkflowID.ValueString(), strings.Join(by, " and "))
	return target
}

func experimentsTarget(workflowID string) readTarget {
	return readTarget{noun: "list of experiments", description: fmt.Sprintf("the experiments of workflow %q", workflowID), timeoutArgument: "timeouts.read"}
}

// metricsTarget describes the metrics of a run. A wait that did not end, and a run that is missing, are about the run.
func metricsTarget(runID, priorRunID string, err error) readTarget {
	target := readTarget{
		noun: "metrics", runID: "run_id", timeoutArgument: "timeouts.read",
		description: fmt.Sprintf("the metrics of experiment run %q", runID),
		ignore:      ignoreAbsentRun,
	}
	var timedOut *waitTimeoutError
	if errors.As(err, &timedOut) {
		target.noun = "experiment run"
	}
	if priorRunID != "" && isMissingRun(err, priorRunID) {
		target.runID, target.ignore = "prior_run_id", ""
	}
	return target
}

func artifactTarget(operation, id string) readTarget {
	return readTarget{
		noun:            artifactNoun,
		description:     fmt.Sprintf("the artifact %q of the operation %q", id, operation),
		ids:             []idValue{{"id", operation, id}},
		timeoutArgument: "timeouts.read",
	}
}
