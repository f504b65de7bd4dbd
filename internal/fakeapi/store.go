package fakeapi

import (
	"slices"
	"sync"
	"time"
)

// store holds the facts, and how often each record has been read.
type store struct {
	mu      sync.Mutex
	started time.Time
	runs    map[string]*scriptedRun
	results map[resultKey]*scriptedResult
	byID    map[string]*scriptedResult

	experiments map[string]Experiment
	metrics     map[string]Metrics // by run
	artifacts   map[Artifact]*scriptedArtifact
}

type resultKey struct{ runID, documentID string }

func (s *store) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.started = time.Now()
	s.runs = map[string]*scriptedRun{}
	s.results = map[resultKey]*scriptedResult{}
	s.byID = map[string]*scriptedResult{}
	s.experiments = map[string]Experiment{}
	s.metrics = map[string]Metrics{}
	s.artifacts = map[Artifact]*scriptedArtifact{}
}

// elapsed returns the time since the fake was made.
func (s *store) elapsed() time.Duration { return time.Since(s.started) }

// scriptedRun is a run and the results it has, in the order they were added.
type scriptedRun struct {
	Run
	script
	results   []*scriptedResult
	listReads int // of its results, from the first row on
}

// scriptedResult is a result whose stage changes with reads or with time.
type scriptedResult struct {
	Result
	script
	owner *scriptedRun
}

// polls returns how many reads of the run count for its results: none when the run has stages of its own.
func (r *scriptedRun) polls() int {
	if len(r.Stages) > 0 {
		return 0
	}
	return r.reads
}

// read returns the stage that a reader of the result sees, and counts the read.
func (r *scriptedResult) read(elapsed time.Duration) Stage {
	reads := max(r.reads, r.owner.polls()-1)
	r.reads = reads + 1
	return r.Stages[r.at(reads, elapsed)]
}

// seenBy returns the stage that a run with so many earlier polls shows of the result.
func (r *scriptedResult) seenBy(polls int, elapsed time.Duration) Stage {
	return r.Stages[r.at(max(r.reads-1, polls), elapsed)]
}

func (s *store) addRun(added Run) {
	s.mu.Lock()
	defer s.mu.Unlock()
	run := s.runs[added.ID]
	if run == nil {
		run = &scriptedRun{}
		s.runs[added.ID] = run
	}
	run.Run = added
	run.script = newScript(startsOf(added.Stages, func(stage RunStage) time.Duration { return stage.After }))
}

// addResult adds a result. An earlier one of the same run and document stays in lists only, because the API does not
// promise that lists are free of duplicates. addResult also adds the run if it is missing.
func (s *store) addResult(added Result) {
	s.mu.Lock()
	defer s.mu.Unlock()
	owner := s.runs[added.RunID]
	if owner == nil {
		owner = &scriptedRun{Run: Run{ID: added.RunID, ExperimentID: added.ExperimentID, BlockKind: added.BlockKind}}
		s.runs[added.RunID] = owner
	}
	result := &scriptedResult{
		Result: added, owner: owner,
		script: newScript(startsOf(added.Stages, func(stage Stage) time.Duration { return stage.After })),
	}
	owner.results = append(owner.results, result)
	s.results[resultKey{added.RunID, added.DocumentID}] = result
	s.byID[added.ID] = result
}

// result reads one result of a run.
func (s *store) result(runID, documentID string) (Result, Stage, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.readResult(s.results[resultKey{runID, documentID}])
}

// resultByID reads the result with an id.
func (s *store) resultByID(id string) (Result, Stage, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.readResult(s.byID[id])
}

func (s *store) readResult(result *scriptedResult) (Result, Stage, bool) {
	if result == nil {
		return Result{}, Stage{}, false
	}
	return result.Result, result.read(s.elapsed()), true
}

// listResults reads a page of the results of a run. The newest row comes first, as in the API's default order. It
// reports false for found when there is no such run, and false for valid when a cursor is no row of the list.
func (s *store) listResults(runID string, query listQuery, render func(Result, Stage) any) (page wirePage, found, valid bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	owner := s.runs[runID]
	if owner == nil {
		return wirePage{Data: []any{}}, false, true
	}
	rows := make([]*scriptedResult, 0, len(owner.results))
	for _, result := range slices.Backward(owner.results) {
		if owner.listReads >= result.ListedAfter {
			rows = append(rows, result)
		}
	}
	if query.fromTheStart() {
		owner.listReads++
	}
	elapsed := s.elapsed()
	page, valid = pageOf(rows, query, func(r *scriptedResult) string { return r.ID }, func(r *scriptedResult) any {
		if query.isQuiet {
			return render(r.Result, r.Stages[r.at(max(r.reads, owner.polls()-1), elapsed)])
		}
		return render(r.Result, r.read(elapsed))
	})
	return page, true, valid
}
