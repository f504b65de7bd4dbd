package fakeapi

import (
	"slices"
	"strings"
	"sync"
)

// store holds the facts and how far each result's life has gone.
type store struct {
	mu      sync.Mutex
	runs    map[string]*run
	results map[resultKey]*life
}

type resultKey struct{ runID, documentID string }

type run struct {
	Run
	lives []*life // in the order they were added
	reads int
}

// life is a result that goes on by one stage with every read.
type life struct {
	Result
	reads int
}

func (l *life) stage() Stage { return l.Stages[min(l.reads, len(l.Stages)-1)] }

// read returns the stage a reader sees, and lets the life go on.
func (l *life) read() Stage {
	stage := l.stage()
	l.reads++
	return stage
}

func (s *store) addRun(added Run) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.runs[added.ID]; known != nil {
		known.Run = added
		return
	}
	s.runs[added.ID] = &run{Run: added}
}

// addResult adds a result. One of the same run and document stays, too, but only in lists, which the API does not
// promise to be free of duplicates. A run that is not there yet is added.
func (s *store) addResult(added Result) {
	s.mu.Lock()
	defer s.mu.Unlock()
	owner := s.runs[added.RunID]
	if owner == nil {
		owner = &run{Run: Run{ID: added.RunID, ExperimentID: added.ExperimentID, BlockKind: added.BlockKind}}
		s.runs[added.RunID] = owner
	}
	l := &life{Result: added}
	owner.lives = append(owner.lives, l)
	s.results[resultKey{added.RunID, added.DocumentID}] = l
}

// result lets one result be read.
func (s *store) result(runID, documentID string) (Result, Stage, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.results[resultKey{runID, documentID}]
	if l == nil {
		return Result{}, Stage{}, false
	}
	return l.Result, l.read(), true
}

// page lets the results of a run that follow a cursor be read, at most limit of them. The cursor is the id of the last
// row before the page. The newest row comes first, as in the API's default order.
func (s *store) page(runID, after string, limit int, tell func(Result, Stage) any) (page wirePage, found bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	page.Data = []any{}
	owner := s.runs[runID]
	if owner == nil {
		return page, false
	}
	lives := slices.Clone(owner.lives)
	slices.Reverse(lives)
	start := 0
	if after != "" {
		start = 1 + slices.IndexFunc(lives, func(l *life) bool { return l.ID == after })
	}
	end := min(len(lives), start+limit)
	for _, l := range lives[start:end] {
		page.Data = append(page.Data, tell(l.Result, l.read()))
	}
	if end < len(lives) {
		page.ListMetadata.After = new(lives[end-1].ID)
	}
	if start > 0 && start < len(lives) {
		page.ListMetadata.Before = new(lives[start].ID)
	}
	return page, true
}

// runState is a run as it stands.
type runState struct {
	Run
	RunStage
	total int
}

// run lets one run be read.
func (s *store) run(runID string) (runState, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	owner := s.runs[runID]
	if owner == nil {
		return runState{}, false
	}
	state := runState{Run: owner.Run, total: max(owner.Documents, len(owner.lives))}
	if len(owner.Stages) > 0 {
		state.RunStage = owner.Stages[min(owner.reads, len(owner.Stages)-1)]
		owner.reads++
		return state, true
	}
	state.RunStage = owner.asItsResultsStand(state.total)
	return state, true
}

// asItsResultsStand is running until every document has a result that has ended.
func (r *run) asItsResultsStand(total int) RunStage {
	stage := RunStage{Status: "running"}
	over := 0
	for _, l := range r.lives {
		status := l.stage().Status
		switch status {
		case "completed":
			stage.Completed++
		case "error":
			stage.Failed++
		}
		if ended(status) {
			over++
		}
	}
	if over == total {
		stage.Status = "completed"
	}
	return stage
}

// common is what both editions write of a run.
func (s runState) common() map[string]any {
	return map[string]any{
		"id": s.ID, "experiment_id": s.ExperimentID, "block_id": "block_" + strings.ReplaceAll(s.BlockKind, "_", "-"),
		"n_consensus": 3, "trigger": map[string]any{"type": "api"},
		"timing":                map[string]any{"created_at": "2026-05-02T10:59:58Z"},
		"documents_fingerprint": "51ab", "parent_run_id": nil, "score": s.Score,
		"total_document_count": s.total, "document_count": s.total,
		"completed_document_count": s.Completed, "error_count": s.Failed,
	}
}
