package fakeapi

import (
	"cmp"
	"slices"
)

// Metrics holds the facts of a run's metrics. Scores of a prior run are those of the metrics of that run.
type Metrics struct {
	RunID       string
	Score       *float64
	PriorRunID  string             // "" for the newest earlier run of the experiment that has metrics
	Likelihoods map[string]float64 // by target path, for an extract block
	Diagonal    map[string]float64 // by label, for the other kinds of block
	Flows       []Flow
	Documents   []DocumentMetrics

	// ScoredDocuments and TotalDocuments are counts that only the flat edition has; nil leaves them out.
	ScoredDocuments *int
	TotalDocuments  *int

	// State is empty for metrics that are available, or stale_metrics or no_metrics. The service answers those with
	// HTTP 200, too.
	State        string
	StaleReasons []string
	Message      string
}

// Flow says how strongly one label was taken for another.
type Flow struct {
	Source, Target string
	Score          float64
}

// DocumentMetrics holds the facts of one document in a run's metrics.
type DocumentMetrics struct {
	ID       string
	Filename string
	Score    *float64
	Targets  []TargetMetrics
	Diagonal map[string]float64 // by label, for blocks other than extract
	Flows    []Flow
}

// TargetMetrics holds the facts of one target of one document.
type TargetMetrics struct {
	Path  string
	Score *float64
	Value string // JSON text; "" for null
	Votes []VoteRow
}

// VoteRow holds what the passes voted for one row of a target.
type VoteRow struct {
	Consensus        string   // JSON text; "" for null
	Votes            []string // JSON texts
	Score            *float64
	RowPresenceScore *float64
	PresentVoters    *int
	TotalVoters      *int
}

// SetMetrics sets the metrics of runs. A run without metrics, or in a status that is not terminal, answers no_metrics.
func (s *Server) SetMetrics(all ...Metrics) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	for _, metrics := range all {
		s.store.metrics[metrics.RunID] = metrics
	}
}

// comparedMetrics are the metrics of a run together with those it is compared with.
type comparedMetrics struct {
	Metrics
	run   runState
	prior *Metrics // nil for none
}

// metricsOf returns the metrics of a run, compared with those of a prior run if one is wanted. It returns the id of the
// run that does not exist, if there is one.
func (s *store) metricsOf(runID, priorRunID string, comparing bool) (found comparedMetrics, missing string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	run := s.runs[runID]
	if run == nil {
		return comparedMetrics{}, runID
	}
	found.run = s.stateOf(run)
	metrics, set := s.metrics[runID]
	if !set || !isTerminal(found.run.Status) { // when the service computes them is not documented
		metrics = Metrics{RunID: runID, State: "no_metrics"}
	}
	found.Metrics = metrics
	if !comparing {
		return found, ""
	}
	if s.runs[priorRunID] == nil && priorRunID != "" {
		return comparedMetrics{}, priorRunID
	}
	if priorRunID = cmp.Or(priorRunID, metrics.PriorRunID, s.priorRun(found.run)); priorRunID != "" {
		prior := s.metrics[priorRunID]
		prior.RunID = priorRunID
		found.prior = &prior
	}
	return found, ""
}

// priorRun returns the newest completed run of the same experiment that was created before a run and has metrics.
func (s *store) priorRun(of runState) string {
	var prior runState
	for _, run := range s.runs {
		state := s.stateOf(run)
		metrics, set := s.metrics[state.ID]
		isPrior := state.ExperimentID == of.ExperimentID && state.Status == "completed" && set && metrics.State == "" &&
			moment(state.CreatedAt).Before(moment(of.CreatedAt))
		if isPrior && (prior.ID == "" || runOrders["created_at"](state, prior) < 0) {
			prior = state
		}
	}
	return prior.ID
}

// document returns the metrics of a document, nil when there are none.
func (m *Metrics) document(id string) *DocumentMetrics {
	if m == nil {
		return nil
	}
	return find(m.Documents, func(d DocumentMetrics) bool { return d.ID == id })
}

// score returns the score of a run, nil when there are no metrics.
func (m *Metrics) score() *float64 {
	if m == nil {
		return nil
	}
	return m.Score
}

// targetScore returns the score of a target in the whole run, nil when there is none.
func (m *Metrics) targetScore(path string) *float64 {
	if m == nil {
		return nil
	}
	for _, scores := range []map[string]float64{m.Likelihoods, m.Diagonal} {
		if score, has := scores[path]; has {
			return &score
		}
	}
	return nil
}

// hasTarget reports whether any document has a target.
func (m *Metrics) hasTarget(path string) bool {
	return m.targetScore(path) != nil || slices.ContainsFunc(m.Documents, func(d DocumentMetrics) bool { return d.target(path) != nil })
}

// score returns the score of a document, nil when there is none.
func (d *DocumentMetrics) score() *float64 {
	if d == nil {
		return nil
	}
	return d.Score
}

// target returns the metrics of a target, nil when there are none.
func (d *DocumentMetrics) target(path string) *TargetMetrics {
	if d == nil {
		return nil
	}
	return find(d.Targets, func(t TargetMetrics) bool { return t.Path == path })
}

// score returns the score of a target, nil when there is none.
func (t *TargetMetrics) score() *float64 {
	if t == nil {
		return nil
	}
	return t.Score
}

// find returns the first element that matches, nil if there is none.
func find[T any](list []T, matches func(T) bool) *T {
	if i := slices.IndexFunc(list, matches); i >= 0 {
		return &list[i]
	}
	return nil
}

// byScore returns the targets with the lowest score first, as the views do, and those without a score last.
func byScore(targets []TargetMetrics) []TargetMetrics {
	sorted := slices.Clone(targets)
	slices.SortStableFunc(sorted, func(one, other TargetMetrics) int {
		switch {
		case one.Score != nil && other.Score != nil:
			return cmp.Compare(*one.Score, *other.Score)
		case one.Score == nil && other.Score == nil:
			return 0
		case one.Score == nil:
			return 1
		default:
			return -1
		}
	})
	return sorted
}
