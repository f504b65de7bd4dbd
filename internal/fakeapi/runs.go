package fakeapi

import (
	"cmp"
	"net/http"
	"net/url"
	"time"
)

// Run holds the facts of one experiment run. What is left out follows from its results, or is the same for every run.
type Run struct {
	ID           string
	ExperimentID string
	WorkflowID   string     // "" for that of its experiment
	BlockID      string     // "" for that of its experiment
	BlockKind    string     // "" for that of its experiment
	CreatedAt    string     // RFC 3339; "" for a moment in May 2026
	Trigger      string     // "" for manual_run
	ParentRunID  string     // "" for none
	Consensus    int64      // passes; 0 for that of its experiment
	Fingerprint  string     // of the block it ran; "" for 9f2c
	Score        *float64   // when its stages do not say
	Documents    int        // how many documents the run has, when more than it has results
	Stages       []RunStage // one per read of the run; the last one repeats. None: as its results stand
}

// RunStage describes a run at one moment.
type RunStage struct {
	Status       string
	After        time.Duration // see Stage
	Completed    int           // documents
	Failed       int           // documents
	Score        *float64
	Error        string // why it failed; only the flat edition has it
	CancelReason string // only the flat edition has it
	Timing       Timing // without CreatedAt, which is the run's
}

// scriptedRun is a run and the results it has, in the order they were added.
type scriptedRun struct {
	Run
	script
	results   []*scriptedResult
	listReads int // of its results, from the first row on
}

// polls returns how many reads of the run count for its results: none when the run has stages of its own.
func (r *scriptedRun) polls() int {
	if len(r.Stages) > 0 {
		return 0
	}
	return r.reads
}

// runState is a run as it stands.
type runState struct {
	Run
	RunStage
	total int
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

// run reads one run.
func (s *store) run(runID string, isQuiet bool) (runState, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	run := s.runs[runID]
	if run == nil {
		return runState{}, false
	}
	if !isQuiet {
		run.reads++
	}
	return s.stateOf(run), true
}

// stateOf returns a run as it stands, with what it has from its experiment.
func (s *store) stateOf(run *scriptedRun) runState {
	return run.state(s.experiments[run.ExperimentID], s.elapsed())
}

// state returns the run of an experiment as its last read shows it.
func (r *scriptedRun) state(of Experiment, elapsed time.Duration) runState {
	state := runState{Run: r.withDefaults(of), total: max(r.Documents, len(r.results))}
	if len(r.Stages) > 0 {
		state.RunStage = r.Stages[r.at(r.reads-1, elapsed)]
		return state
	}
	state.RunStage = r.stageOfResults(state.total, elapsed)
	state.RunStage.Score = r.Score
	return state
}

func (r Run) withDefaults(of Experiment) Run {
	r.WorkflowID = cmp.Or(r.WorkflowID, of.WorkflowID, "wf_1")
	r.BlockKind = cmp.Or(r.BlockKind, of.BlockKind)
	r.BlockID = cmp.Or(r.BlockID, of.BlockID, blockIDOf(r.BlockKind))
	r.CreatedAt = cmp.Or(r.CreatedAt, "2026-05-02T10:59:58Z")
	r.Trigger = cmp.Or(r.Trigger, "manual_run")
	r.Consensus = cmp.Or(r.Consensus, of.Consensus, 3)
	r.Fingerprint = cmp.Or(r.Fingerprint, "9f2c")
	return r
}

// stageOfResults derives the stage of a run from its results: it is running until every document has a result in a
// terminal status.
func (r *scriptedRun) stageOfResults(total int, elapsed time.Duration) RunStage {
	stage := RunStage{Status: "running"}
	terminal := 0
	for _, result := range r.results {
		status := result.seenBy(r.reads-1, elapsed).Status
		switch status {
		case "completed":
			stage.Completed++
		case "error":
			stage.Failed++
		}
		if isTerminal(status) {
			terminal++
		}
	}
	if terminal == total {
		stage.Status = "completed"
	}
	return stage
}

// runReply is one run, as the edition spells it. A server in between is shown with the older spelling.
func (s *Server) runReply(ids []string, query url.Values) Reply {
	run, found := s.store.run(ids[0], query.Has(quiet))
	if !found {
		return httpException(http.StatusNotFound, "Experiment run not found: "+ids[0])
	}
	return ok(s.renderRun(run))
}

func (s *Server) renderRun(run runState) any {
	if s.isFlat() {
		return run.flat()
	}
	return run.runScoped()
}
