package fakeapi

// Run is the facts of one experiment run. What is left out follows from its results, or is the same for every run.
type Run struct {
	ID           string
	ExperimentID string
	BlockKind    string
	CreatedAt    string     // RFC 3339; "" for a moment in May 2026
	Trigger      string     // "" for api
	Score        *float64   // when its stages do not say
	Documents    int        // how many documents the run has, when more than it has results
	Stages       []RunStage // one a read of the run; the last one repeats. None: as its results stand
}

// RunStage is what a run looks like at one moment of its life.
type RunStage struct {
	Status       string
	Completed    int // documents
	Failed       int // documents
	Score        *float64
	Error        string // why it failed, told by the flat edition only
	CancelReason string // told by the flat edition only
}

// Result is the facts of one experiment result. The editions tell the same facts in other words, so facts stay
// apart from the wire.
type Result struct {
	ID           string
	RunID        string
	ExperimentID string
	DocumentID   string
	BlockKind    string
	Stages       []Stage // one a read; the last one repeats
	Inputs       map[string]Handle
	Outputs      map[string]Handle // told by the flat edition only
	Attempt      int64
	Placeholder  *bool // told by the run-scoped edition only; nil leaves the key out, as the vendor's example does
}

// Stage is what a result looks like at one moment of its life.
type Stage struct {
	Status       string
	Timing       Timing
	Artifact     *Artifact
	Error        string // why it failed, "" when it did not
	ErrorCode    string // told by the flat edition only
	CancelReason string // told by the flat edition only
}

// Timing holds RFC 3339 timestamps; an empty one, or a nil duration, is left out of the answer.
type Timing struct {
	CreatedAt   string
	StartedAt   string
	CompletedAt string
	DurationMS  *int64
}

// Artifact is a reference to what a block produced.
type Artifact struct{ Operation, ID string }

// Handle is one input or output of a block. With a FileID it is told as the vendor's schema has it (a document), with
// only a Filename as the vendor's example has it, and with Data as JSON.
type Handle struct {
	FileID   string
	Filename string
	MIMEType string
	Data     string // JSON text
}

// ended reports whether a status is final.
func ended(status string) bool {
	return status == "completed" || status == "error" || status == "cancelled"
}
