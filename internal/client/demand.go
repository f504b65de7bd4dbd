package client

import "sync"

// fewDocuments is how many documents of a run are read one by one, in the run-scoped edition, and payloads in the flat one.
// One list of up to 1000 rows takes little longer than one result, so from a few on it costs less than they do; for one or
// two it would be waste.
const fewDocuments = 4

// demand remembers which documents of which runs have been asked for, up to the point where their list is worth its
// price. Documents are counted, not reads: one who waits for a single document reads it again and again.
type demand struct {
	mu   sync.Mutex
	runs map[string]*runDemand
}

type runDemand struct {
	documents map[string]bool // up to fewDocuments of them
	listless  bool            // the list has been found to be no help
}

// isHigh notes that a document is wanted, and reports whether the list of its run should be read instead.
func (d *demand) isHigh(runID, documentID string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	run := d.of(runID)
	if !run.documents[documentID] && len(run.documents) < fewDocuments {
		run.documents[documentID] = true
		return false
	}
	return !run.listless && !run.documents[documentID]
}

// giveUp notes that the list of a run is no help.
func (d *demand) giveUp(runID string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.of(runID).listless = true
}

func (d *demand) of(runID string) *runDemand {
	if d.runs == nil {
		d.runs = map[string]*runDemand{}
	}
	run := d.runs[runID]
	if run == nil {
		run = &runDemand{documents: map[string]bool{}}
		d.runs[runID] = run
	}
	return run
}
