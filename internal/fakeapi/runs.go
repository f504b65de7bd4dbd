package fakeapi

import (
	"cmp"
	"net/http"
	"time"
)

// Run describes one experiment run. Empty fields have values that follow from its experiment or its results, or defaults.
type Run struct {
	ID                   string
	ExperimentID         string
	WorkflowID           string     // "" for the experiment's
	BlockID              string     // "" for the experiment's
	BlockKind            string     // "" for the experiment's
	VersionID            string     // of the workflow; "" for that of a draft
	RequestedVersion     string     // version of the workflow; "" for draft; only the run-scoped edition has it
	CreatedAt            string     // RFC 3339; "" for a time in May 2026
	Trigger              string     // "" for manual_run
	ParentRunID          string     // "" for none
	Consensus            int64      // number of passes; 0 for the experiment's
	Fingerprint          string     // of the block; "" for 9f2c
	DocumentsFingerprint string     // fingerprint of the documents; "" for 51ab
	BlockVersionID       string     // "" for blkv_1; only the flat edition has it
	MetricsFingerprint   string     // fingerprint of the validity of the metrics; "" for 77aa; only the flat edition has it
	Score                *float64   // for a run without stages
	Documents            int        // number of documents, if the run has more documents than results
	Stages               []RunStage // one per read of the run; the last one repeats. Without stages, the status follows from the results
}

// RunStage describes a run at one moment.
type RunStage struct {
	Status       string
	After        time.Duration // see Stage
	Completed    int           // documents
	Failed       int           // documents
	Cancelled    int           // documents, which have failed in the run-scoped edition
	Score        *float64
	Error        string // the reason of a failure; only the flat edition has it
	ErrorCode    string // only the flat edition has it
	CancelReason string // only the flat edition has it
	Timing       Timing // CreatedAt is ignored in favour of the run's
}

// draftVersionID is the version of a run of the draft, from the vendor's example. Experiments and evals run the draft.
const draftVersionID = "draft_2026_05_18"

// scriptedRun is a run with its results, in the order in which they were added.
type scriptedRun struct {
	Run
	script
	results   []*scriptedResult
	listReads int // how often the first page of its results was read
}

// polls returns the number of reads of the run that advance its results: none if the run has its own stages.
func (r *scriptedRun) polls() int {
	if len(r.Stages) > 0 {
		return 0
	}
	return r.reads
}

// runState is the current state of a run, without empty fields.
type runState struct {
	Run
	RunStage
	total int // number of documents
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
	run.script = newScript(stageStarts(added.Stages, func(stage RunStage) time.Duration { return stage.After }))
}

// run returns the state of a run. With advance, it counts the read first.
func (s *store) run(runID string) (runState, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	run := s.runs[runID]
	if run == nil {
		return runState{}, false
	}
	run.reads++
	return s.stateOf(run), true
}

// stateOf returns the current state of a run. The caller holds the lock.
func (s *store) stateOf(run *scriptedRun) runState {
	return run.state(s.experiments[run.ExperimentID], s.elapsed())
}

// state returns the state of the run at its last read. Its experiment gives it defaults.
func (r *scriptedRun) state(experiment Experiment, elapsed time.Duration) runState {
	state := runState{Run: r.withDefaults(experiment), total: max(r.Documents, len(r.results))}
	fromResults, timings := r.stageOfResults(state.total, elapsed)
	if len(r.Stages) > 0 {
		state.RunStage = r.Stages[r.stageIndex(r.reads-1, elapsed)]
	} else {
		state.RunStage = fromResults
		state.RunStage.Score = r.Score
	}
	if state.Timing == (Timing{}) {
		state.Timing = timingOf(state.CreatedAt, state.Status, timings)
	}
	return state
}

// withDefaults fills empty fields.
func (r Run) withDefaults(experiment Experiment) Run {
	r.WorkflowID = cmp.Or(r.WorkflowID, experiment.WorkflowID, "wf_1")
	r.BlockKind = cmp.Or(r.BlockKind, experiment.BlockKind)
	r.BlockID = cmp.Or(r.BlockID, experiment.BlockID, blockIDOf(r.BlockKind))
	r.VersionID = cmp.Or(r.VersionID, draftVersionID)
	r.RequestedVersion = cmp.Or(r.RequestedVersion, "draft")
	r.CreatedAt = cmp.Or(r.CreatedAt, "2026-05-02T10:59:58Z")
	r.Trigger = cmp.Or(r.Trigger, "manual_run")
	r.Consensus = cmp.Or(r.Consensus, experiment.Consensus, 3)
	r.Fingerprint = cmp.Or(r.Fingerprint, "9f2c")
	r.DocumentsFingerprint = cmp.Or(r.DocumentsFingerprint, "51ab")
	r.BlockVersionID = cmp.Or(r.BlockVersionID, "blkv_1")
	r.MetricsFingerprint = cmp.Or(r.MetricsFingerprint, "77aa")
	return r
}

// stageOfResults derives the stage of a run from its results. The run is running until every document has a result in a
// terminal status. stageOfResults also returns the timings of the results.
func (r *scriptedRun) stageOfResults(total int, elapsed time.Duration) (RunStage, []Timing) {
	stage := RunStage{Status: "running"}
	var timings []Timing
	terminal := 0
	for _, result := range r.results {
		current := result.stageForRun(r.reads-1, elapsed)
		timings = append(timings, current.Timing)
		switch current.Status {
		case "completed":
			stage.Completed++
		case "error":
			stage.Failed++
		case "cancelled":
			stage.Cancelled++
		}
		if isTerminal(current.Status) {
			terminal++
		}
	}
	if terminal == total {
		stage.Status = "completed"
	}
	return stage, timings
}

// runReply serves one run.
func (s *Server) runReply(c call) Reply {
	run, found := s.store.run(c.ids[0])
	if !found {
		return httpException(http.StatusNotFound, "Experiment run not found: "+c.ids[0])
	}
	return ok(run.body(c.flat))
}

// body renders a run in an edition.
func (s runState) body(flat bool) any {
	if flat {
		return s.flat()
	}
	return s.runScoped()
}
