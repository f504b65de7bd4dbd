package fakeapi

import (
	"cmp"
	"slices"
)

// Metrics describes the metrics of a run. The scores of the prior run come from the Metrics of that run.
type Metrics struct {
	RunID       string
	Score       *float64
	PriorRunID  string             // "" for the newest earlier run of the experiment that has metrics
	Likelihoods map[string]float64 // by target path, for an extract block
	Diagonal    map[string]float64 // by label, for the other kinds of block
	Flows       []Flow
	Documents   []DocumentMetrics

	// ScoredDocuments and TotalDocuments are counts that only the flat edition has; nil omits them.
	ScoredDocuments *int
	TotalDocuments  *int

	// State is "" for available metrics, stale_metrics or no_metrics. The status of the answer is 200 for all of them.
	State        string
	StaleReasons []string
	Message      string
}

// Flow tells how strongly one label was mistaken for another.
type Flow struct {
	Source, Target string
	Score          float64
}

// DocumentMetrics describes the metrics of one document.
type DocumentMetrics struct {
	ID       string
	Filename string
	Score    *float64
	Targets  []TargetMetrics
	Diagonal map[string]float64 // by label, for blocks other than extract
	Flows    []Flow
}

// TargetMetrics describes the metrics of one target of a document.
type TargetMetrics struct {
	Path  string
	Score *float64
	Value string // JSON text; "" for null
	Votes []VoteRow
}

// VoteRow has the votes of the passes for one row of a target.
type VoteRow struct {
	Consensus        string   // JSON text; "" for null
	Votes            []string // JSON texts
	Score            *float64
	RowPresenceScore *float64
	PresentVoters    *int
	TotalVoters      *int
}

// SetMetrics sets the metrics of runs. The answer for a run without metrics, or whose status is not terminal, is no_metrics.
func (s *Server) SetMetrics(all ...Metrics) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	for _, metrics := range all {
		s.store.metrics[metrics.RunID] = metrics
	}
}

// comparedMetrics has the metrics of a run and of the prior run.
type comparedMetrics struct {
	Metrics
	run   runState
	prior *Metrics // nil for none
}

// metricsOf returns the metrics of a run and, with withPrior, of the run to compare it with. priorRunID is "" for the default
// prior run. missing is the id of a run that does not exist, "" if there is none.
func (s *store) metricsOf(runID, priorRunID string, withPrior bool) (found comparedMetrics, missing string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	run := s.runs[runID]
	if run == nil {
		return comparedMetrics{}, runID
	}
	found.run = s.stateOf(run)
	metrics, set := s.metrics[runID]
	if !set || !isTerminal(found.run.Status) { // the vendor does not document when metrics are available
		metrics = Metrics{RunID: runID, State: "no_metrics"}
	}
	found.Metrics = metrics
	if !withPrior {
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

// priorRun returns the id of the newest completed run with metrics that the same experiment had before a run.
func (s *store) priorRun(run runState) string {
	var prior runState
	for _, other := range s.runs {
		state := s.stateOf(other)
		metrics, set := s.metrics[state.ID]
		isPrior := state.ExperimentID == run.ExperimentID && state.Status == "completed" && set && metrics.State == "" &&
			parseTime(state.CreatedAt).Before(parseTime(run.CreatedAt))
		if isPrior && (prior.ID == "" || isNewer(state.row(), prior.row())) {
			prior = state
		}
	}
	return prior.ID
}

// document returns the metrics of a document, nil if there are none.
func (m *Metrics) document(id string) *DocumentMetrics {
	if m == nil {
		return nil
	}
	return find(m.Documents, func(d DocumentMetrics) bool { return d.ID == id })
}

// score returns the score of the run, nil if there are no metrics.
func (m *Metrics) score() *float64 {
	if m == nil {
		return nil
	}
	return m.Score
}

// targetScore returns the score of a target in the whole run, nil if there is none.
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

// score returns the score of the document, nil if there are no metrics.
func (d *DocumentMetrics) score() *float64 {
	if d == nil {
		return nil
	}
	return d.Score
}

// target returns the metrics of a target, nil if there are none.
func (d *DocumentMetrics) target(path string) *TargetMetrics {
	if d == nil {
		return nil
	}
	return find(d.Targets, func(t TargetMetrics) bool { return t.Path == path })
}

// score returns the score of the target, nil if there are no metrics.
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

// byScore returns the targets in ascending order of their scores, as in the views. Targets without a score come last.
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
