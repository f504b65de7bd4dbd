package truth_test

import (
	"slices"
	"time"
)

// An error breaks no rule, so a provider that always fails would break none. This file defines which reads must succeed.

// wantedOutcome is the required outcome of a read.
type wantedOutcome int

const (
	wantEither  wantedOutcome = iota // not certain, or not required
	wantState                        // a state
	wantRefusal                      // an error
)

// shares are the least shares of the reads with a certain outcome that must have it, by kind of world. In worlds where
// nothing is wrong, that is every read.
var shares = map[string]float64{
	"healthy": 1, "credential gate": 1, "overlapping cursors": 1,
	// A read of several results has a warning if some rows never appear.
	"rows lag": 0.9, "short pages without cursors": 0.9, "skipping cursors": 0.9, "moving rows": 0.9,
}

// isHealthy reports whether the world shows everything.
func (f *worldFacts) isHealthy() bool {
	return f.kind == "healthy" || f.kind == "credential gate" || f.kind == "overlapping cursors"
}

// want returns the required outcome of a read. Where rows get lost, only reads of several results are certain.
func (f *worldFacts) want(read worldRead, answer readAnswer) wantedOutcome {
	if shares[f.kind] == 0 {
		return wantEither
	}
	run := f.run(read.runID)
	if !f.isHealthy() && (read.typeName != resultsType || run == nil || read.waits > 0) {
		return wantEither
	}
	switch {
	case read.objectID != "":
		return f.wantObject(read)
	case read.typeName == runType:
		return f.wantRun(read, answer)
	case run == nil && read.waits > 0: // the wait can end before enough reads
		return wantEither
	case run == nil:
		return wantOf(read.ignores)
	case read.typeName == resultsType && read.waits > 0:
		return f.wantWait(run, read, answer)
	case read.typeName == resultsType && f.serves.runScoped && len(run.documents) > 1000:
		return wantEither // a full list without cursors can be an error
	case read.typeName == resultsType:
		return wantState
	default:
		return f.wantResult(run, read, answer)
	}
}

// wantObject returns the required outcome of a read of an object beside the runs.
func (f *worldFacts) wantObject(read worldRead) wantedOutcome {
	switch {
	case read.objectID == "exp_nowhere", read.typeName == metricsType && f.run(read.runID) == nil:
		return wantOf(read.ignores)
	default:
		return wantState
	}
}

// wantOf returns the required outcome for an absence.
func wantOf(ignores bool) wantedOutcome {
	if ignores {
		return wantState
	}
	return wantRefusal
}

// wantRun returns the required outcome of a read of a run.
func (f *worldFacts) wantRun(read worldRead, answer readAnswer) wantedOutcome {
	check := checker{worldFacts: f, read: read, answer: answer}
	candidates := slices.Compact(slices.Sorted(slices.Values(check.candidates())))
	switch {
	case len(candidates) > 1:
		return wantEither
	case candidates[0] == "" && read.waits == 0:
		return wantOf(read.ignores)
	case read.waits == 0:
		return wantState
	case candidates[0] != "" && f.run(candidates[0]).ends < f.waitSucceedsBy(f.run(candidates[0]), read, answer):
		return wantState
	default:
		return wantEither
	}
}

// wantWait returns the required outcome of a wait for several results.
func (f *worldFacts) wantWait(run *worldRun, read worldRead, answer readAnswer) wantedOutcome {
	by := f.waitSucceedsBy(run, read, answer)
	if run.ends > by || run.uncounted || f.hidesRows(run) {
		return wantEither
	}
	if run.outcome == "completed" && slices.ContainsFunc(run.documents, func(d *worldDocument) bool { return !d.isFinal(by) }) {
		return wantEither
	}
	if check := (checker{worldFacts: f, read: read}); slices.ContainsFunc(check.scope(run), func(id string) bool { return run.document(id) == nil }) {
		return wantEither // a document that the run does not have
	}
	if len(run.documents) == 0 {
		return wantEither
	}
	return wantState
}

// wantResult returns the required outcome of a read of one result of a run that exists.
func (f *worldFacts) wantResult(run *worldRun, read worldRead, answer readAnswer) wantedOutcome {
	document := run.document(read.documentID)
	if document == nil || document.attempts[0].appears > answer.to {
		isCounted := !run.uncounted && len(run.documents) > 0 // a count of zero can also mean that there is no count
		if !isCounted || f.losesRows(run) || read.waits > 0 || run.status(answer.from) != run.status(answer.to) {
			return wantEither
		}
		return wantOf(read.ignores)
	}
	switch {
	case document.attempts[0].appears > answer.from-freshFor:
		return wantEither
	case f.hidesRows(run) && !f.serves.runScoped:
		return wantEither
	case read.waits > 0 && !document.staysFinal(f.waitSucceedsBy(run, read, answer), answer.to):
		return wantEither
	default:
		return wantState
	}
}

// waitPause is the first pause of a wait. The later ones grow with the time that has passed.
const waitPause = 2 * time.Second

// waitSucceedsBy returns the latest end of a run or document with which a wait for it certainly succeeds. The waits for one
// run share one time limit, which begins with the first of them.
func (f *worldFacts) waitSucceedsBy(run *worldRun, read worldRead, answer readAnswer) time.Duration {
	rows := 0
	for _, document := range run.documents {
		rows += len(document.attempts)
	}
	requests := 3 + rows/f.pageSize                     // the edition, the run, and every page of the list
	duration := 2 * f.latency * time.Duration(requests) // twice, because a read can first wait for another one
	left := answer.firstWait + read.waits - answer.from
	timeToRead, afterPause := left, left-waitPause-2*duration
	if left < 500*time.Millisecond { // then the wait reads once, within its own timeout
		timeToRead, afterPause = read.waits, -1
	}
	switch {
	case timeToRead < duration:
		return -never
	case afterPause < 0:
		return answer.from - freshFor // the first read must see it, and may use an answer of another read
	default:
		return answer.from + afterPause/2
	}
}
