package fakeapi

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
)

// Experiment describes one experiment. Empty fields have values that follow from its newest run, or defaults. An experiment
// with runs exists even if it was not added.
type Experiment struct {
	ID         string
	WorkflowID string // "" for wf_1
	BlockID    string // "" for a name made of BlockKind
	BlockKind  string
	Name       string   // "" for the id
	Consensus  int64    // number of passes; 0 for the run's, or 3
	Documents  int      // number of documents; 0 for the newest run's
	LastRunID  string   // "" for the newest of its runs
	CreatedAt  string   // RFC 3339; "" for a time in May 2026
	UpdatedAt  string   // RFC 3339; "" for CreatedAt
	Status     string   // "" for one that follows from the newest run; draft without a run
	Score      *float64 // nil for the newest run's
	Freshness  Freshness
	Drift      Drift
	PlanMode   string // what a new run would do; "" for one that follows from Freshness
	Rerunnable int    // number of documents that a new run would compute; 0 for all if PlanMode is run
}

// Freshness tells whether the newest score is about the current block and documents. The run-scoped edition has only
// is_stale.
type Freshness struct {
	Status        string // fresh, stale or unknown; "" for unknown
	Reasons       []string
	BaselineRunID string
}

// Drift tells whether the schema of the block has changed since the newest run.
type Drift struct {
	Status          string   // none, drifted, broken or unknown; "" for none if fresh, or unknown; only the flat edition has it
	Schema          string   // none, partial, drifted or unknown; "" for one that follows from Status
	AffectedTargets []string // only the flat edition has them
	Detail          string
}

// AddExperiment adds experiments, or replaces those with the same id.
func (s *Server) AddExperiment(all ...Experiment) {
	put(s, s.store.experiments, all, func(e Experiment) (string, Experiment) { return e.ID, e })
}

// experiment returns the current state of an experiment. Reading an experiment advances no stages.
func (s *store) experiment(id string) (Experiment, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	newest := s.newestRuns()
	experiment, added := s.experiments[id]
	run, hasRun := newest[id]
	if !added && !hasRun {
		return Experiment{}, false
	}
	experiment.ID = id
	return experiment.withDefaults(run), true
}

// listExperiments returns the current state of all experiments, the newest first.
func (s *store) listExperiments() []Experiment {
	s.mu.Lock()
	defer s.mu.Unlock()
	newest := s.newestRuns()
	var all []Experiment
	for id, experiment := range s.experiments {
		all = append(all, experiment.withDefaults(newest[id]))
	}
	for id, run := range newest {
		if _, added := s.experiments[id]; !added {
			all = append(all, Experiment{ID: id}.withDefaults(run))
		}
	}
	slices.SortFunc(all, func(one, other Experiment) int {
		return cmp.Or(cmp.Compare(other.CreatedAt, one.CreatedAt), cmp.Compare(one.ID, other.ID))
	})
	return all
}

// newestRuns returns the newest run of each experiment, or its LastRunID.
func (s *store) newestRuns() map[string]runState {
	newest := map[string]runState{}
	for _, run := range s.runs {
		state := s.stateOf(run)
		known, found := newest[state.ExperimentID]
		last := s.experiments[state.ExperimentID].LastRunID
		if !found || state.ID == last || known.ID != last && isNewer(state.row(), known.row()) {
			newest[state.ExperimentID] = state
		}
	}
	return newest
}

// withDefaults fills empty fields. Without a run, run is zero.
func (e Experiment) withDefaults(run runState) Experiment {
	e.WorkflowID = cmp.Or(e.WorkflowID, run.WorkflowID, "wf_1")
	e.BlockKind = cmp.Or(e.BlockKind, run.BlockKind)
	e.BlockID = cmp.Or(e.BlockID, run.BlockID, blockIDOf(e.BlockKind))
	e.Name = cmp.Or(e.Name, e.ID)
	e.Consensus = cmp.Or(e.Consensus, run.Consensus, 3)
	e.Documents = cmp.Or(e.Documents, run.total)
	e.LastRunID = cmp.Or(e.LastRunID, run.ID)
	e.CreatedAt = cmp.Or(e.CreatedAt, "2026-05-01T14:30:00Z")
	e.UpdatedAt = cmp.Or(e.UpdatedAt, e.CreatedAt)
	if e.Score == nil {
		e.Score = run.RunStage.Score
	}
	e.Status = cmp.Or(e.Status, experimentStatuses[run.Status], "processing")
	e.Freshness, e.Drift = withFreshness(e.Freshness, e.Drift)
	e.PlanMode = cmp.Or(e.PlanMode, planModes[e.Freshness.Status], "unknown")
	if e.PlanMode == "run" {
		e.Rerunnable = cmp.Or(e.Rerunnable, e.Documents)
	}
	return e
}

// withFreshness fills empty fields. What is fresh has no drift, so that it is fresh in the run-scoped edition, too.
func withFreshness(freshness Freshness, drift Drift) (Freshness, Drift) {
	freshness.Status = cmp.Or(freshness.Status, "unknown")
	drift.Status = cmp.Or(drift.Status, map[string]string{"fresh": "none"}[freshness.Status], "unknown")
	drift.Schema = cmp.Or(drift.Schema, strings.ReplaceAll(drift.Status, "broken", "drifted"))
	return freshness, drift
}

// planModes has the run plan for each freshness. The vendor documents that of a stale experiment.
var planModes = map[string]string{"fresh": "noop", "stale": "run"}

// experimentStatuses maps the status of the newest run to that of the experiment. Other runs are active.
var experimentStatuses = map[string]string{"": "draft", "completed": "completed", "error": "failed", "cancelled": "cancelled"}

// blockIDOf returns the default id of a block.
func blockIDOf(kind string) string { return "block_" + strings.ReplaceAll(kind, "_", "-") }

// findExperiment returns the experiment of a request. The path of the run-scoped edition has its workflow, too.
func (s *Server) findExperiment(c call) (Experiment, *Reply) {
	id := c.ids[len(c.ids)-1]
	experiment, found := s.store.experiment(id)
	if !found || !c.flat && experiment.WorkflowID != c.ids[0] {
		return Experiment{}, new(notFound("Experiment not found: " + id))
	}
	return experiment, nil
}

// experimentReply serves one experiment.
func (s *Server) experimentReply(c call) Reply {
	experiment, refusal := s.findExperiment(c)
	if refusal != nil {
		return *refusal
	}
	return ok(experiment.body(c.flat))
}

// runPlanReply serves what a new run of an experiment would do. The route knows fewer modes than the experiment of the flat
// edition; for the others, the fake answers like a server without the route.
func (s *Server) runPlanReply(c call) Reply {
	c.ids = c.ids[:2]
	experiment, refusal := s.findExperiment(c)
	switch {
	case refusal != nil:
		return *refusal
	case experiment.PlanMode == "run":
		return ok(map[string]any{"mode": "run", "document_count": experiment.Rerunnable})
	case experiment.PlanMode == "noop":
		return ok(map[string]any{"mode": "noop", "document_count": experiment.Documents}) // the vendor does not explain the number
	default:
		return noRoute(http.MethodGet, "/v1/workflows/")
	}
}

// experimentsReply serves a page of the experiments of a workflow. The vendor does not document the answer of the run-scoped
// edition for an unknown workflow.
func (s *Server) experimentsReply(c call) Reply {
	workflowID, page, refusal := s.scopedQuery(c, "workflow_id", experimentLimits, pageLimits{})
	if refusal != nil {
		return *refusal
	}
	rows := s.experimentsOf(workflowID, c.query.Get("block_id"))
	if len(rows) == 0 && !c.flat {
		return notFound("Workflow not found")
	}
	return listReply(rows, page, Experiment.id, func(e Experiment) any { return e.body(c.flat) })
}

// id returns the id, which is also the cursor of a row.
func (e Experiment) id() string { return e.ID }

// experimentsOf returns the experiments of a workflow and, unless blockID is "", of a block.
func (s *Server) experimentsOf(workflowID, blockID string) []Experiment {
	return slices.DeleteFunc(s.store.listExperiments(), func(e Experiment) bool {
		return e.WorkflowID != workflowID || blockID != "" && e.BlockID != blockID
	})
}
