package fakeapi

import "time"

// Stage describes a result at one moment.
//
// Without After, each read of a result shows its next stage. A read of a run without its own stages also advances the
// results of the run, so that a wait that reads only the run ends. The reads of a result and the polls of its run are not
// added: the result shows the later of the two stages.
type Stage struct {
	Status       string
	After        time.Duration // since the fake was created. If any stage of a record has it, the stage depends on the time and not on reads
	Timing       Timing
	Artifact     *Artifact
	Error        string // the reason of a failure, "" for none
	ErrorCode    string // only the flat edition has it
	CancelReason string // only the flat edition has it
}

// Timing has RFC 3339 timestamps. The body omits empty ones and a nil duration.
type Timing struct {
	CreatedAt   string
	StartedAt   string
	CompletedAt string
	DurationMS  *int64
}

// isTerminal reports whether a status of a run or a result is final.
func isTerminal(status string) bool {
	return status == "completed" || status == "error" || status == "cancelled"
}

// script selects the current stage of a record, by the number of its reads or by the time since the fake was created.
type script struct {
	starts []time.Duration // when each stage begins; nil if the stage depends on reads
	stages int
	reads  int
}

// newScript returns the script of a record whose stages begin at the given times.
func newScript(starts []time.Duration) script {
	s := script{stages: len(starts)}
	for _, start := range starts {
		if start > 0 {
			s.starts = starts
		}
	}
	return s
}

// stageIndex returns the index of the stage after a number of earlier reads or, for stages by time, after the elapsed time.
func (s *script) stageIndex(reads int, elapsed time.Duration) int {
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

// stageAt returns the stage of a list after a number of earlier reads or, for stages by time, after the elapsed time.
func stageAt[T any](stages []T, after func(T) time.Duration, reads int, elapsed time.Duration) T {
	script := newScript(stageStarts(stages, after))
	return stages[script.stageIndex(reads, elapsed)]
}

// timingOf returns the timing of a run that has none: it starts a second after its creation, and completes with the last of its
// parts, or after four seconds.
func timingOf(createdAt, status string, parts []Timing) Timing {
	created, err := time.Parse(time.RFC3339, createdAt)
	if err != nil || status == "pending" || status == "queued" {
		return Timing{CreatedAt: createdAt}
	}
	timing := Timing{CreatedAt: createdAt, StartedAt: created.Add(time.Second).Format(time.RFC3339)}
	if !isTerminal(status) {
		return timing
	}
	completed := created
	for _, part := range parts {
		if at := parseTime(part.CompletedAt); at.After(completed) {
			completed = at
		}
	}
	if completed.Equal(created) {
		completed = created.Add(4 * time.Second)
	}
	timing.CompletedAt = completed.Format(time.RFC3339Nano)
	timing.DurationMS = new(completed.Sub(created).Milliseconds())
	return timing
}

// stageStarts returns when each stage begins.
func stageStarts[T any](stages []T, after func(T) time.Duration) []time.Duration {
	starts := make([]time.Duration, len(stages))
	for i, stage := range stages {
		starts[i] = after(stage)
	}
	return starts
}
