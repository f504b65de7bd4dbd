package fakeapi

import "time"

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

// isTerminal reports whether a status is final.
func isTerminal(status string) bool {
	return status == "completed" || status == "error" || status == "cancelled"
}

// script chooses the stage of a record: by how often it was read, or by the time since the fake was made.
type script struct {
	starts []time.Duration // when each stage begins; nil when reads choose
	stages int
	reads  int
}

// newScript returns the script of a record with stages that begin after the given durations.
func newScript(starts []time.Duration) script {
	s := script{stages: len(starts)}
	for _, start := range starts {
		if start > 0 {
			s.starts = starts
		}
	}
	return s
}

// at returns the index of a stage: the one for a number of earlier reads, or the one that the elapsed time has reached.
func (s *script) at(reads int, elapsed time.Duration) int {
	if s.starts == nil {
		return min(max(reads, 0), s.stages-1)
	}
	index := 0
	for i, start := range s.starts {
		if start <= elapsed {
			index = i
		}
	}
	return index
}

// startsOf lists when each of some stages begins.
func startsOf[T any](stages []T, after func(T) time.Duration) []time.Duration {
	starts := make([]time.Duration, len(stages))
	for i, stage := range stages {
		starts[i] = after(stage)
	}
	return starts
}
