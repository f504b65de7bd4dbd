package provider

import "fmt"

// readTarget describes what a read is about, for the diagnostics of its failures.
type readTarget struct {
	noun        string // "experiment result"
	runID       string // the argument that holds the run's id
	description string // `the result of document "…" in experiment run "…"`
	timeout     string // the argument that bounds the read
	ignore      string // the advice for when it may legitimately be absent, "" when there is none
}

func resultTarget(runID, documentID string) readTarget {
	return readTarget{
		noun:        "experiment result",
		runID:       "run_id",
		description: fmt.Sprintf("the result of document %q in experiment run %q", documentID, runID),
		timeout:     "timeouts.read",
		ignore:      " If the result may legitimately be absent, set ignore_not_found = true and use exists.",
	}
}

func runTarget(runID string) readTarget {
	return readTarget{
		noun:        "experiment run",
		runID:       "id",
		description: fmt.Sprintf("experiment run %q", runID),
		timeout:     "timeouts.read",
		ignore:      " If the run may legitimately be absent, set ignore_not_found = true and use exists.",
	}
}

func newestRunTarget(experimentID, status string) readTarget {
	target := runTarget("")
	target.ignore = " status_filter = \"any\" also finds a run that is not " + status + "." + target.ignore
	target.description = fmt.Sprintf("the newest run of experiment %q with the status %q", experimentID, status)
	if status == anyStatus {
		target = runTarget("")
		target.description = fmt.Sprintf("the newest run of experiment %q", experimentID)
	}
	return target
}

var runsTarget = readTarget{noun: "list of experiment runs", description: "a list of experiment runs", timeout: "timeouts.read"}

func resultsTarget(runID string) readTarget {
	return readTarget{noun: "experiment run", runID: "run_id", description: fmt.Sprintf("the results of experiment run %q", runID), timeout: "timeouts.read"}
}
