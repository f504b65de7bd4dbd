package fakeapi

import (
	"sync"
	"time"
)

// store has all records of a fake and the number of their reads.
type store struct {
	mu      sync.Mutex
	started time.Time
	runs    map[string]*scriptedRun
	results map[resultKey]*scriptedResult
	byID    map[string]*scriptedResult

	experiments map[string]Experiment
	metrics     map[string]Metrics // by run id
	artifacts   map[Artifact]*scriptedArtifact

	workflows map[string]Workflow
	evals     map[string]Eval
	evalRuns  map[string]*scriptedEvalRun
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
	s.workflows = map[string]Workflow{}
	s.evals = map[string]Eval{}
	s.evalRuns = map[string]*scriptedEvalRun{}
}

// elapsed returns the time since the store was cleared.
func (s *store) elapsed() time.Duration { return time.Since(s.started) }

// put puts records into a map of the store.
func put[T, S any](s *Server, into map[string]S, records []T, entry func(T) (string, S)) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	for _, record := range records {
		id, stored := entry(record)
		into[id] = stored
	}
}
