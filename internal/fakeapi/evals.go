package fakeapi

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"time"
)

// Eval describes one eval, which the run-scoped edition calls a test. What it says about its latest run follows from the runs.
type Eval struct {
	ID             string
	WorkflowID     string // "" for wf_1
	BlockID        string // "" for a name made of BlockKind
	BlockKind      string // "" for extract
	Name           string // "" for null
	Condition      string // JSON object; "" for exists
	Label          string // of the assertion; "" for null
	AssertionDrift string // valid, drifted or broken; "" for valid
	Freshness      Freshness
	Drift          Drift
	CreatedAt      string // RFC 3339; "" for a time in May 2026
	UpdatedAt      string // RFC 3339; "" for CreatedAt
}

// EvalRun describes one run of evals, and their results.
type EvalRun struct {
	ID               string
	WorkflowID       string // "" for wf_1
	VersionID        string // "" for the version of a draft
	RequestedVersion string // "" for draft; only the run-scoped edition has it
	EvalID           string // the only eval that the run executes; "" for those of a block or of the workflow
	BlockID          string // the only block whose evals the run executes; "" for the whole workflow
	CreatedAt        string // RFC 3339; "" for a time in May 2026
	Trigger          string // "" for manual
	Evals            int    // number of evals, if it is not the number of results
	Results          []EvalResult
	Stages           []Stage     // one per read of the run or its results; the last one repeats. Without stages, the status follows from the results
	Counts           *EvalCounts // nil for counts that follow from the results
}

// EvalCounts counts the evals of a run. Completed ones have passed, failed or are blocked.
type EvalCounts struct{ Pending, Queued, Running, Completed, Error, Cancelled, Passed, Failed, Blocked int }

// EvalResult describes the result of one eval of a run.
type EvalResult struct {
	ID       string // "" for a text made of the ids of the run and the eval
	EvalID   string
	Stages   []EvalStage // one per read of the run or its results; the last one repeats
	Inputs   map[string]Handle
	Outputs  map[string]Handle
	Warnings []string
}

// EvalStage describes the result of an eval at one moment.
type EvalStage struct {
	Stage
	Verdict     string // passed, failed or blocked; "" for null
	Score       *float64
	Threshold   *float64
	FailureCode string // "" for no failure
	Failure     string
	Actual      string // JSON text; "" for null
	Expected    string // JSON text; "" for null
}

// AddEval adds evals, or replaces those with the same id.
func (s *Server) AddEval(all ...Eval) {
	put(s, s.store.evals, all, func(e Eval) (string, Eval) { return e.ID, e.withDefaults() })
}

func (e Eval) withDefaults() Eval {
	e.WorkflowID = cmp.Or(e.WorkflowID, "wf_1")
	e.BlockKind = cmp.Or(e.BlockKind, "extract")
	e.BlockID = cmp.Or(e.BlockID, blockIDOf(e.BlockKind))
	e.Condition = cmp.Or(e.Condition, `{"kind":"exists"}`)
	e.AssertionDrift = cmp.Or(e.AssertionDrift, "valid")
	e.Freshness, e.Drift = withFreshness(e.Freshness, e.Drift)
	e.CreatedAt = cmp.Or(e.CreatedAt, "2026-05-01T14:30:00Z")
	e.UpdatedAt = cmp.Or(e.UpdatedAt, e.CreatedAt)
	return e
}

// conditionKind returns the kind of the condition.
func (e Eval) conditionKind() string {
	var condition struct{ Kind string }
	_ = json.Unmarshal([]byte(e.Condition), &condition)
	return condition.Kind
}

// AddEvalRun adds runs of evals, or replaces those with the same id.
func (s *Server) AddEvalRun(all ...EvalRun) {
	put(s, s.store.evalRuns, all, func(r EvalRun) (string, *scriptedEvalRun) { return r.ID, &scriptedEvalRun{EvalRun: r.withDefaults()} })
}

func (r EvalRun) withDefaults() EvalRun {
	r.WorkflowID = cmp.Or(r.WorkflowID, "wf_1")
	r.VersionID = cmp.Or(r.VersionID, draftVersionID)
	r.RequestedVersion = cmp.Or(r.RequestedVersion, "draft")
	r.CreatedAt = cmp.Or(r.CreatedAt, "2026-05-02T10:59:58Z")
	r.Trigger = cmp.Or(r.Trigger, "manual")
	r.Evals = cmp.Or(r.Evals, len(r.Results))
	r.Results = slices.Clone(r.Results)
	for i, result := range r.Results {
		r.Results[i].ID = cmp.Or(result.ID, "evalresult_"+r.ID+"_"+result.EvalID)
	}
	return r
}

// scriptedEvalRun is a run of evals and the number of its reads. The reads of the run and those of its results are not added, so
// that the results never are behind the run that was read before.
type scriptedEvalRun struct {
	EvalRun
	runReads, listReads int
}

// evalRunState is the current state of a run of evals.
type evalRunState struct {
	EvalRun
	Stage
	counts  EvalCounts
	results []evalResultState
}

// evalResultState is the current state of a result, with its run and its eval.
type evalResultState struct {
	EvalResult
	EvalStage
	eval Eval
	run  EvalRun
}

// state returns the state of the run at its last read. The caller holds the lock.
func (s *store) evalRunState(run *scriptedEvalRun) evalRunState {
	reads := max(run.runReads, run.listReads) - 1
	state := evalRunState{EvalRun: run.EvalRun}
	terminal := 0
	var timings []Timing
	for _, result := range run.Results {
		stage := stageAt(result.Stages, func(stage EvalStage) time.Duration { return stage.After }, reads, s.elapsed())
		if stage.Timing == (Timing{}) {
			stage.Timing = timingOf(run.CreatedAt, stage.Status, nil)
		}
		eval, isSaved := s.evals[result.EvalID]
		if !isSaved {
			eval = Eval{ID: result.EvalID, WorkflowID: run.WorkflowID, BlockID: run.BlockID}.withDefaults()
		}
		state.results = append(state.results, evalResultState{result, stage, eval, run.EvalRun})
		state.counts.add(stage)
		timings = append(timings, stage.Timing)
		if isTerminal(stage.Status) {
			terminal++
		}
	}
	state.Status = "running"
	if terminal == run.Evals {
		state.Status = "completed"
	}
	if len(run.Stages) > 0 {
		state.Stage = stageAt(run.Stages, func(stage Stage) time.Duration { return stage.After }, reads, s.elapsed())
	}
	if state.Timing == (Timing{}) {
		state.Timing = timingOf(run.CreatedAt, state.Status, timings)
	}
	if run.Counts != nil {
		state.counts = *run.Counts
	}
	return state
}

// add counts a result.
func (c *EvalCounts) add(stage EvalStage) {
	for _, count := range []*int{
		map[string]*int{
			"pending": &c.Pending, "queued": &c.Queued, "running": &c.Running,
			"completed": &c.Completed, "error": &c.Error, "cancelled": &c.Cancelled,
		}[stage.Status],
		map[string]*int{"passed": &c.Passed, "failed": &c.Failed, "blocked": &c.Blocked}[stage.Verdict],
	} {
		if count != nil {
			*count++
		}
	}
}

func (s evalRunState) row() runRow {
	return runRow{s.ID, s.Status, s.CreatedAt, nil, map[string]string{
		"workflow_id": s.WorkflowID, "eval_id": s.EvalID, "test_id": s.EvalID, "target_block_id": s.BlockID, "trigger_type": s.Trigger,
	}}
}

// listEvalRuns returns the current state of all runs of evals, which does not advance their stages, the newest first.
func (s *store) listEvalRuns() []evalRunState {
	s.mu.Lock()
	defer s.mu.Unlock()
	var states []evalRunState
	for _, run := range s.evalRuns {
		states = append(states, s.evalRunState(run))
	}
	slices.SortFunc(states, func(one, other evalRunState) int { return runOrders["created_at"](one.row(), other.row()) })
	return states
}

// readEvalRun reads a run of evals. advance counts the read.
func (s *store) readEvalRun(id string, advance func(*scriptedEvalRun)) (evalRunState, *Reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	run := s.evalRuns[id]
	if run == nil {
		return evalRunState{}, new(httpException(http.StatusNotFound, "Workflow eval run not found: "+id)) // the text is not known
	}
	advance(run)
	return s.evalRunState(run), nil
}

// evalLimits are the limits of the lists of evals and of their runs, evalResultLimits those of the results of a run.
var (
	evalLimits       = pageLimits{50, 100}
	evalResultLimits = pageLimits{20, 100}
)

// evalsReply serves a page of the evals of a workflow. The run-scoped list has no cursors.
func (s *Server) evalsReply(c call) Reply {
	workflowID, page, refusal := s.scopedQuery(c, "workflow_id", evalLimits, evalLimits)
	if refusal != nil {
		return *refusal
	}
	if _, found := s.store.workflow(workflowID); !found {
		return notFound("Workflow not found")
	}
	s.store.mu.Lock()
	var rows []Eval
	for _, eval := range s.store.evals {
		if blockID := c.query.Get("target_block_id"); eval.WorkflowID == workflowID && (blockID == "" || blockID == eval.BlockID) {
			rows = append(rows, eval)
		}
	}
	s.store.mu.Unlock()
	slices.SortFunc(rows, func(one, other Eval) int {
		return cmp.Or(cmp.Compare(other.CreatedAt, one.CreatedAt), cmp.Compare(one.ID, other.ID))
	})
	runs := s.store.listEvalRuns()
	return listReply(rows, page, func(e Eval) string { return e.ID }, func(e Eval) any { return e.body(c.flat, runs) })
}

// evalReply serves one eval. The path of the run-scoped edition has its workflow, too.
func (s *Server) evalReply(c call) Reply {
	id := c.ids[len(c.ids)-1]
	s.store.mu.Lock()
	eval, found := s.store.evals[id]
	s.store.mu.Unlock()
	if !found || !c.flat && eval.WorkflowID != c.ids[0] {
		return httpException(http.StatusNotFound, "Workflow eval not found: "+id) // the text is not known
	}
	return ok(eval.body(c.flat, s.store.listEvalRuns()))
}

// evalRunsReply serves a page of the runs of evals.
func (s *Server) evalRunsReply(c call) Reply {
	return serveRuns(s, c, evalLimits, nil, s.store.listEvalRuns(), func(run evalRunState) any { return run.body(c.flat) })
}

// evalRunReply serves one run of evals.
func (s *Server) evalRunReply(c call) Reply {
	run, refusal := s.store.readEvalRun(c.ids[0], func(run *scriptedEvalRun) { run.runReads++ })
	if refusal != nil {
		return *refusal
	}
	return ok(run.body(c.flat))
}

// evalResultsReply serves a page of the results of a run, in the order of the run. The run-scoped list has all of them.
func (s *Server) evalResultsReply(c call) Reply {
	runID, page, refusal := s.scopedQuery(c, "run_id", evalResultLimits, pageLimits{})
	if refusal != nil {
		return *refusal
	}
	run, refusal := s.store.readEvalRun(runID, func(run *scriptedEvalRun) {
		if page.isFirstPage() {
			run.listReads++
		}
	})
	if refusal != nil {
		return *refusal
	}
	id := func(r evalResultState) string { return r.ID }
	return listReply(run.results, page, id, func(r evalResultState) any { return r.body(c.flat) })
}

// evalResultReply serves one result: by its run and eval or, in the flat edition, by its id. It does not advance stages.
func (s *Server) evalResultReply(c call) Reply {
	for _, run := range s.store.listEvalRuns() {
		for _, result := range run.results {
			if c.flat && result.ID == c.ids[0] || !c.flat && run.ID == c.ids[0] && result.EvalID == c.ids[1] {
				return ok(result.body(c.flat))
			}
		}
	}
	return httpException(http.StatusNotFound, "Workflow eval result not found: "+c.ids[len(c.ids)-1]) // the text is not known
}
