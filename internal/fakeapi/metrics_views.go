package fakeapi

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"
)

// metricsReply serves the metrics of a run.
func (s *Server) metricsReply(c call) Reply {
	runID, refusal := c.scope("run_id")
	if refusal != nil {
		return *refusal
	}
	if c.flat {
		return s.viewReply(runID, c.query, flatMetrics)
	}
	return s.viewReply(runID, c.query, runScopedMetrics)
}

var (
	runScopedMetrics = metricsSpelling{
		blockKind: "block_kind", fingerprint: "definition_fingerprint", currentFingerprint: "current_config_fingerprint",
		source: "from", target: "to",
	}
	flatMetrics = metricsSpelling{
		hasKind: true, hasCounts: true,
		blockKind: "block_type", fingerprint: "block_execution_fingerprint", currentFingerprint: "current_block_execution_fingerprint",
		source: "source", target: "target",
	}
)

// metricsSpelling has the names of an edition for members that both editions have.
type metricsSpelling struct {
	hasKind, hasCounts                         bool
	blockKind, fingerprint, currentFingerprint string
	source, target                             string // of a flow
}

// viewReply serves the view of the metrics that the query selects.
func (s *Server) viewReply(runID string, query url.Values, spelling metricsSpelling) Reply {
	view := cmp.Or(query.Get("view"), "summary")
	if refusal := checkView(query, view); refusal != nil {
		return *refusal
	}
	withPrior, err := strconv.ParseBool(cmp.Or(query.Get("include_prior"), "true"))
	if err != nil {
		return validationError("include_prior", "Input should be a valid boolean, unable to interpret input")
	}
	metrics, missing := s.store.metricsOf(runID, query.Get("prior_run_id"), withPrior)
	if missing != "" {
		return httpException(http.StatusNotFound, "Experiment run not found: "+missing)
	}
	var body map[string]any
	switch {
	case metrics.State != "":
		view = metrics.State
		body = metrics.unavailable(spelling)
	case view == "summary":
		body = metrics.summary(spelling)
	default:
		documentID, target := query.Get("document_id"), query.Get("target_path")
		if refusal := metrics.checkTarget(view, documentID, target); refusal != nil {
			return *refusal
		}
		body = metrics.detailView(view, documentID, target, spelling)
	}
	if spelling.hasKind {
		body["kind"] = view
	}
	return ok(body)
}

// requiredParameters has the parameters that each view requires.
var requiredParameters = map[string][]string{
	"summary": nil, "by_document": {"document_id"}, "by_target": {"target_path"}, "votes": {"document_id", "target_path"},
}

func checkView(query url.Values, view string) *Reply {
	if refusal := checkEnum(query, "view", "summary", "by_document", "by_target", "votes"); refusal != nil {
		return refusal
	}
	for _, parameter := range requiredParameters[view] {
		if query.Get(parameter) == "" { // the real service returned this status; the text is not known
			return new(httpException(http.StatusBadRequest, parameter+" is required when view is "+view))
		}
	}
	return nil
}

// checkTarget refuses an unknown document or target. The vendor does not document this answer.
func (m comparedMetrics) checkTarget(view, documentID, target string) *Reply {
	document := m.document(documentID)
	switch {
	case view != "by_target" && document == nil:
		return new(httpException(http.StatusNotFound, "Experiment document not found: "+documentID))
	case view == "votes" && document.target(target) == nil, view == "by_target" && !m.hasTarget(target):
		return new(httpException(http.StatusNotFound, "Experiment target not found: "+target))
	default:
		return nil
	}
}

// unavailable renders metrics that are stale or missing.
func (m comparedMetrics) unavailable(spelling metricsSpelling) map[string]any {
	body := map[string]any{"error": m.State, "experiment_id": m.run.ExperimentID}
	if m.State == "no_metrics" {
		body["message"] = cmp.Or(m.Message, "Experiment has no completed run to compute metrics from.")
		return body
	}
	body["message"] = cmp.Or(m.Message, "The block or its documents have changed since the last run. Run the experiment again.")
	body["stale_reasons"] = orEmpty(m.StaleReasons)
	body["last_run"] = map[string]any{
		"run_id": m.RunID, "score": m.Score, "created_at": m.run.CreatedAt, spelling.fingerprint: m.run.Fingerprint,
	}
	body[spelling.currentFingerprint] = "c0de"
	return body
}

func (m comparedMetrics) summary(spelling metricsSpelling) map[string]any {
	body := m.view("summary", m.Score, m.prior.score())
	body["experiment_id"] = m.run.ExperimentID
	body[spelling.blockKind] = m.run.BlockKind
	body[spelling.fingerprint] = m.run.Fingerprint
	body["prior_run_id"] = nil
	if m.prior != nil {
		body["prior_run_id"] = m.prior.RunID
	}
	documents := []any{}
	for _, document := range m.Documents {
		documents = append(documents, map[string]any{
			"id": document.ID, "filename": document.Filename, "score": document.Score, "prior_score": m.prior.document(document.ID).score(),
		})
	}
	body["documents"] = documents
	body["aggregate"] = m.aggregate(spelling)
	if spelling.hasCounts {
		setCount(body, "scored_document_count", m.ScoredDocuments)
		setCount(body, "total_document_count", m.TotalDocuments)
	}
	return body
}

func setCount(body map[string]any, name string, count *int) {
	if count != nil {
		body[name] = *count
	}
}

func (m comparedMetrics) aggregate(spelling metricsSpelling) any {
	switch {
	case m.Likelihoods != nil:
		return map[string]any{"likelihoods": m.Likelihoods}
	case m.Diagonal != nil:
		return confusion(m.Diagonal, m.Flows, spelling)
	default:
		return nil
	}
}

// confusion renders a confusion matrix. It returns nil for a block that has none.
func confusion(diagonal map[string]float64, flows []Flow, spelling metricsSpelling) any {
	if diagonal == nil {
		return nil
	}
	rows := []any{}
	for _, flow := range flows {
		rows = append(rows, map[string]any{spelling.source: flow.Source, spelling.target: flow.Target, "score": flow.Score})
	}
	return map[string]any{"diag": diagonal, "flows": rows}
}

// view returns the members of all views.
func (m comparedMetrics) view(name string, score, prior *float64) map[string]any {
	return map[string]any{"run_id": m.RunID, "view": name, "score": score, "prior_score": prior}
}

// detailView renders the view by_document, by_target or votes.
func (m comparedMetrics) detailView(view, documentID, target string, spelling metricsSpelling) map[string]any {
	document, prior := m.document(documentID), m.prior.document(documentID)
	switch view {
	case "by_document":
		body := m.view(view, document.Score, prior.score())
		body["document"] = map[string]any{"id": document.ID, "filename": document.Filename}
		body["confusion"] = confusion(document.Diagonal, document.Flows, spelling)
		rows := []any{}
		for _, t := range byScore(document.Targets) {
			rows = append(rows, map[string]any{
				"path": t.Path, "score": t.Score, "prior_score": prior.target(t.Path).score(), "value": rawOrNull(t.Value),
			})
		}
		body["targets"] = rows
		return body
	case "by_target":
		return m.byTarget(target)
	default:
		metrics := document.target(target)
		body := m.view(view, metrics.Score, prior.target(target).score())
		body["document"], body["target"] = map[string]any{"id": document.ID, "filename": document.Filename}, target
		body["rows"] = voteRows(metrics.Votes)
		return body
	}
}

func (m comparedMetrics) byTarget(target string) map[string]any {
	body := m.view("by_target", m.targetScore(target), m.prior.targetScore(target))
	body["target"] = target
	body["confusion"] = nil
	if self, isLabel := m.Diagonal[target]; isLabel {
		from, to := map[string]float64{}, map[string]float64{}
		for _, flow := range m.Flows {
			if flow.Target == target {
				from[flow.Source] = flow.Score
			}
			if flow.Source == target {
				to[flow.Target] = flow.Score
			}
		}
		body["confusion"] = map[string]any{"self": self, "flow_from": from, "flow_to": to}
	}
	rows := []any{}
	for _, document := range m.Documents {
		if metrics := document.target(target); metrics != nil {
			rows = append(rows, map[string]any{
				"id": document.ID, "filename": document.Filename, "value": rawOrNull(metrics.Value),
				"score": metrics.Score, "prior_score": m.prior.document(document.ID).target(target).score(),
			})
		}
	}
	body["documents"] = rows
	return body
}

func voteRows(rows []VoteRow) []any {
	bodies := []any{}
	for _, row := range rows {
		votes := []any{}
		for _, vote := range row.Votes {
			votes = append(votes, rawOrNull(vote))
		}
		bodies = append(bodies, map[string]any{
			"consensus": rawOrNull(row.Consensus), "votes": votes, "score": row.Score, "row_presence_score": row.RowPresenceScore,
			"present_voter_count": row.PresentVoters, "total_voter_count": row.TotalVoters,
		})
	}
	return bodies
}
