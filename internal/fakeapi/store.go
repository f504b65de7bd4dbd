package fakeapi

import (
	"cmp"
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

// seen is the stage that was last read, the first one before any read.
func (l *life) seen() Stage { return l.Stages[min(max(l.reads-1, 0), len(l.Stages)-1)] }

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

// resultByID lets the result with an id be read.
func (s *store) resultByID(id string) (Result, Stage, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.results {
		if l.ID == id {
			return l.Result, l.read(), true
		}
	}
	return Result{}, Stage{}, false
}

// page lets the results of a run that follow a cursor be read, at most limit of them. The newest row comes first, as in
// the API's default order.
func (s *store) page(runID, after string, limit int, tell func(Result, Stage) any) (page wirePage, found bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	owner := s.runs[runID]
	if owner == nil {
		return wirePage{Data: []any{}}, false
	}
	lives := slices.Clone(owner.lives)
	slices.Reverse(lives)
	return pageOf(lives, func(l *life) string { return l.ID }, after, limit, func(l *life) any { return tell(l.Result, l.read()) }), true
}

// pageOf cuts a page out of a list. A cursor is the id of the row at the boundary.
func pageOf[T any](rows []T, id func(T) string, after string, limit int, tell func(T) any) wirePage {
	page := wirePage{Data: []any{}}
	start := 0
	if after != "" {
		start = 1 + slices.IndexFunc(rows, func(row T) bool { return id(row) == after })
	}
	end := min(len(rows), start+limit)
	for _, row := range rows[start:end] {
		page.Data = append(page.Data, tell(row))
	}
	if end < len(rows) {
		page.ListMetadata.After = new(id(rows[end-1]))
	}
	if start > 0 && start < len(rows) {
		page.ListMetadata.Before = new(id(rows[start]))
	}
	return page
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
	state := owner.state()
	owner.reads++
	return state, true
}

// listRuns returns all runs as they stand, the newest first. A list does not let them go on.
func (s *store) listRuns() []runState {
	s.mu.Lock()
	defer s.mu.Unlock()
	var states []runState
	for _, owner := range s.runs {
		states = append(states, owner.state())
	}
	slices.SortFunc(states, func(one, other runState) int {
		return cmp.Or(cmp.Compare(other.CreatedAt, one.CreatedAt), cmp.Compare(one.ID, other.ID))
	})
	return states
}

func (r *run) state() runState {
	state := runState{Run: r.Run, total: max(r.Documents, len(r.lives))}
	state.CreatedAt = cmp.Or(state.CreatedAt, "2026-05-02T10:59:58Z")
	state.Trigger = cmp.Or(state.Trigger, "api")
	if len(r.Stages) > 0 {
		state.RunStage = r.Stages[min(r.reads, len(r.Stages)-1)]
	} else {
		state.RunStage = r.asItsResultsStand(state.total)
		state.RunStage.Score = r.Score
	}
	return state
}

// asItsResultsStand goes by what has been read of its results: running until every document has a result that has ended.
func (r *run) asItsResultsStand(total int) RunStage {
	stage := RunStage{Status: "running"}
	over := 0
	for _, l := range r.lives {
		status := l.seen().Status
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
		"id": s.ID, "experiment_id": s.ExperimentID, "block_id": s.blockID(),
		"n_consensus": 3, "trigger": map[string]any{"type": s.Trigger},
		"timing":                map[string]any{"created_at": s.CreatedAt},
		"documents_fingerprint": "51ab", "parent_run_id": nil, "score": s.RunStage.Score,
		"total_document_count": s.total, "document_count": s.total,
		"completed_document_count": s.Completed, "error_count": s.Failed,
	}
}

func (s runState) blockID() string { return "block_" + strings.ReplaceAll(s.BlockKind, "_", "-") }
