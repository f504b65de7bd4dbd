package provider_test

import (
	"slices"
	"time"
)

// An error breaks no rule, so a provider that only fails would keep them all. This file says which reads must be answered.

// truthWant is what a read must come to.
type truthWant int

const (
	truthEither  truthWant = iota // nobody can tell, or nothing is asked
	truthState                    // an answer
	truthRefusal                  // an error
)

// truthShares are the least shares of the reads with a certain outcome that must have it, by kind of world.
var truthShares = map[string]float64{
	"healthy": 0.99, "credential gate": 0.99, "overlapping cursors": 0.99,
	// A plural of a run whose rows do not all arrive is answered, with a warning.
	"rows lag": 0.9, "short pages without cursors": 0.9, "skipping cursors": 0.9, "moving rows": 0.9,
}

// losesNothing reports whether everything in the world can be found out.
func (f *truthFacts) losesNothing() bool {
	return f.kind == "healthy" || f.kind == "credential gate" || f.kind == "overlapping cursors"
}

// want returns what a read of a world without faults must come to. Where rows get lost, only the plural is certain.
func (f *truthFacts) want(read truthRead, from, to time.Duration) truthWant {
	if truthShares[f.kind] == 0 {
		return truthEither
	}
	run := f.run(read.runID)
	if !f.losesNothing() && (read.typeName != resultsType || run == nil || read.waits > 0) {
		return truthEither
	}
	switch {
	case read.typeName == runType:
		return f.wantRun(read, from, to)
	case run == nil && read.waits > 0: // the wait may end before it has looked often enough
		return truthEither
	case run == nil:
		return wantOf(read.ignores)
	case read.typeName == resultsType && read.waits > 0:
		return f.wantWait(run, read, from)
	case read.typeName == resultsType && f.serves.runScoped && len(run.documents) > 1000:
		return truthEither // a list without cursors that is full may be an error
	case read.typeName == resultsType:
		return truthState
	default:
		return f.wantResult(run, read, from, to)
	}
}

// wantOf returns what an absence must come to.
func wantOf(ignores bool) truthWant {
	if ignores {
		return truthState
	}
	return truthRefusal
}

// wantRun is want for a run.
func (f *truthFacts) wantRun(read truthRead, from, to time.Duration) truthWant {
	judge := truthJudge{truthFacts: f, read: read, answer: truthAnswer{from: from, to: to}}
	candidates := slices.Compact(slices.Sorted(slices.Values(judge.candidates())))
	switch {
	case len(candidates) > 1:
		return truthEither
	case candidates[0] == "" && read.waits == 0:
		return wantOf(read.ignores)
	case read.waits == 0:
		return truthState
	case candidates[0] != "" && f.run(candidates[0]).ends < from+read.waits/2:
		return truthState
	default:
		return truthEither
	}
}

// wantWait is want for a plural that waits.
func (f *truthFacts) wantWait(run *truthRun, read truthRead, from time.Duration) truthWant {
	by := from + read.waits/2
	if run.ends > by || run.uncounted || f.hidesRows(run) {
		return truthEither
	}
	if run.outcome == "completed" && slices.ContainsFunc(run.documents, func(d *truthDocument) bool { return !d.isFinal(by) }) {
		return truthEither
	}
	if judge := (truthJudge{truthFacts: f, read: read}); slices.ContainsFunc(judge.scope(run), func(id string) bool { return run.document(id) == nil }) {
		return truthEither // a document that the run does not have
	}
	if len(run.documents) == 0 {
		return truthEither
	}
	return truthState
}

// wantResult is want for a singular of a run that exists.
func (f *truthFacts) wantResult(run *truthRun, read truthRead, from, to time.Duration) truthWant {
	document := run.document(read.documentID)
	if document == nil || document.attempts[0].appears > to {
		isCounted := !run.uncounted && len(run.documents) > 0 // a count of zero may as well be none
		if !isCounted || f.hidesRows(run) || read.waits > 0 || run.status(from) != run.status(to) {
			return truthEither
		}
		return wantOf(read.ignores)
	}
	switch {
	case document.attempts[0].appears > from-truthFreshFor:
		return truthEither
	case f.hidesRows(run) && !f.serves.runScoped:
		return truthEither
	case read.waits > 0 && !document.isFinal(from+read.waits/2):
		return truthEither
	default:
		return truthState
	}
}
