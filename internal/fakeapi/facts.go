package fakeapi

import "time"

// Run holds the facts of one experiment run. What is left out follows from its results, or is the same for every run.
type Run struct {
	ID           string
	ExperimentID string
	WorkflowID   string     // "" for that of its experiment
	BlockID      string     // "" for that of its experiment
	BlockKind    string     // "" for that of its experiment
	CreatedAt    string     // RFC 3339; "" for a moment in May 2026
	Trigger      string     // "" for manual_run
	ParentRunID  string     // "" for none
	Consensus    int64      // passes; 0 for that of its experiment
	Fingerprint  string     // of the block it ran; "" for 9f2c
	Score        *float64   // when its stages do not say
	Documents    int        // how many documents the run has, when more than it has results
	Stages       []RunStage // one per read of the run; the last one repeats. None: as its results stand
}

// RunStage describes a run at one moment.
type RunStage struct {
	Status       string
	After        time.Duration // see Stage
	Completed    int           // documents
	Failed       int           // documents
	Score        *float64
	Error        string // why it failed; only the flat edition has it
	CancelReason string // only the flat edition has it
	Timing       Timing // without CreatedAt, which is the run's
}

// Result holds the facts of one experiment result. The editions spell the same facts differently, so facts are kept
// apart from bodies.
type Result struct {
	ID           string
	RunID        string
	ExperimentID string
	DocumentID   string
	BlockKind    string
	Stages       []Stage // one per read; the last one repeats
	Inputs       map[string]Handle
	Outputs      map[string]Handle // only the flat edition has them
	Attempt      int64
	Placeholder  *bool // only the run-scoped edition has it; nil leaves the key out, as the vendor's example does

	// ListedAfter is how many reads of its run's list, from the first row on, do not have the result yet. Reads by id
	// find it from the start.
	ListedAfter int
}

// Stage describes a result at one moment.
//
// Without After, each read of a result shows its next stage. A run without stages of its own also moves its results on
// when it is polled, so that a wait that only reads the run ends: a result is at the stage that its own reads or the
// polls of its run have reached, whichever is later.
type Stage struct {
	Status       string
	After        time.Duration // since the fake was made. If any stage of a record has it, time chooses the stage, not reads
	Timing       Timing
	Artifact     *Artifact
	Error        string // why it failed, "" when it did not
	ErrorCode    string // only the flat edition has it
	CancelReason string // only the flat edition has it
}

// Timing holds RFC 3339 timestamps; an empty one, or a nil duration, is left out of the body.
type Timing struct {
	CreatedAt   string
	StartedAt   string
	CompletedAt string
	DurationMS  *int64
}

// Artifact is a reference to what a block produced.
type Artifact struct{ Operation, ID string }

// Handle is one input or output of a block. With a FileID its body follows the vendor's schema (a document), with only
// a Filename it follows the vendor's example, and with Data it is JSON.
type Handle struct {
	FileID   string
	Filename string
	MIMEType string
	Data     string // JSON text
}

// isTerminal reports whether a status is final.
func isTerminal(status string) bool {
	return status == "completed" || status == "error" || status == "cancelled"
}
