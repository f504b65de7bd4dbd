package fakeapi

import "time"

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
