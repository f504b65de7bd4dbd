package truth_test

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// This file serves the objects beside the runs, reads them, and compares the answers with the table of evidence.

// objectRoute is route for experiments, metrics and records.
func (s *worldServer) objectRoute(request *http.Request, edition editionSet) (routeGroup, func(at time.Duration) cannedReply) {
	segments, query := strings.Split(strings.TrimPrefix(request.URL.Path, "/v1/"), "/"), request.URL.Query()
	path := strings.Join(segments, "/")
	one := func(id string, shown editionSet) (routeGroup, func(time.Duration) cannedReply) {
		return routeExperiment, func(time.Duration) cannedReply {
			if id != "exp_a" {
				return detailReply(http.StatusNotFound, "Experiment not found: "+id)
			}
			return cannedReply{http.StatusOK, s.experimentBody(shown)}
		}
	}
	list := func(shown editionSet) (routeGroup, func(time.Duration) cannedReply) {
		return routeExperiments, func(time.Duration) cannedReply {
			return cannedReply{http.StatusOK, pageBody([]string{s.experimentBody(shown)}, "", "")}
		}
	}
	metrics := func(runID string, shown editionSet) (routeGroup, func(time.Duration) cannedReply) {
		return routeMetrics, func(at time.Duration) cannedReply {
			run := s.runAt(runID, at)
			if run == nil {
				return exceptionReply(http.StatusNotFound, "Experiment run not found: "+runID)
			}
			return cannedReply{http.StatusOK, s.metricsBody(run, at, shown)}
		}
	}
	switch {
	case request.Method != http.MethodGet:
		return 0, nil
	case edition.flat && path == "workflows/experiments":
		return list(flatEdition)
	case edition.flat && path == "workflows/experiments/metrics":
		return metrics(query.Get("run_id"), flatEdition)
	case edition.flat && len(segments) == 3 && segments[1] == "experiments" && strings.HasPrefix(segments[2], "exp_"):
		return one(segments[2], flatEdition)
	case edition.runScoped && path == "workflows/wf_1/experiments":
		return list(runScopedEdition)
	case edition.runScoped && len(segments) == 4 && segments[1] == "wf_1" && segments[2] == "experiments":
		return one(segments[3], runScopedEdition)
	case edition.runScoped && len(segments) == 5 && segments[2] == "runs" && segments[4] == "metrics":
		return metrics(segments[3], runScopedEdition)
	case len(segments) == 2 && segments[0] == "extractions":
		return routeRecord, func(time.Duration) cannedReply {
			if segments[1] != "extr_1" {
				return detailReply(http.StatusNotFound, "Extraction not found")
			}
			if edition == bothEditions { // the header tells the editions of a shared route apart
				edition = editionSet{runScoped: request.Header.Get("Api-Key") != "", flat: request.Header.Get("Api-Key") == ""}
			}
			return cannedReply{http.StatusOK, s.recordBody(edition)}
		}
	default:
		return 0, nil
	}
}

// readObject creates a read of an experiment, of metrics or of a record.
func (r *worldGenerator) readObject(f *worldFacts) worldRead {
	read := worldRead{ignores: r.chance(60)}
	switch r.IntN(4) {
	case 0:
		read.typeName, read.objectID = experimentType, r.text("exp_a", "exp_a", "exp_nowhere")
		read.arguments = values{"id": read.objectID, "workflow_id": "wf_1", "ignore_not_found": read.ignores}
	case 1:
		read.typeName, read.objectID = experimentType, "exp_a"
		read.arguments = values{"workflow_id": "wf_1", "name": "Invoices", "ignore_not_found": read.ignores}
	case 2:
		read.typeName, read.objectID, read.runID = metricsType, f.focus, f.focus
		read.arguments = values{"run_id": f.focus, "ignore_not_found": read.ignores}
	default:
		read.typeName, read.objectID = artifactType, "extr_1"
		read.arguments = values{"operation": "extraction", "id": "extr_1"}
	}
	return read
}

// opened returns the editions whose evidence an answer may have used. auto uses the flat edition wherever it answers.
func (c *checker) opened(evidence *evidence) bool {
	return slices.ContainsFunc(c.editions(), func(e editionSet) bool {
		flat := e.flat && c.setting != "run_scoped" && evidence.opens(flatEdition)
		runScoped := e.runScoped && c.setting != "flat" && evidence.opens(runScopedEdition)
		usesFlat := e.flat && c.setting == "auto" && (c.isHealthy() || c.kind == "contradictions")
		return flat || runScoped && !usesFlat
	})
}

// mustOpen reports whether the boolean must be true: every edition shows that nothing is wrong.
func (c *checker) mustOpen(evidence *evidence) bool {
	return c.isHealthy() && evidence.opens(bothEditions)
}

func (c *checker) checkExperiment() {
	state := c.answer.state
	if state["exists"] != true {
		c.require(c.read.objectID == "exp_nowhere" && c.shows(routeExperiment), "experiment: exists = false only if it is certainly absent")
		c.require(c.read.ignores && state["is_fresh"] == false, "experiment: an absence is data only with ignore_not_found, and not fresh")
		return
	}
	c.require(state["id"] == "exp_a" && c.read.objectID == "exp_a", "experiment: it is the requested one")
	c.require(state["is_fresh"] != true || c.opened(c.freshness), "experiment: is_fresh only if all evidence says yes")
	c.require(state["is_fresh"] == true || !c.mustOpen(c.freshness), "experiment: is_fresh if all evidence says yes")
	c.requireSummary("experiment")
}

func (c *checker) checkMetrics() {
	run, state := c.run(c.read.runID), c.answer.state
	if state["exists"] != true {
		isAbsent := c.ever(false, func(at time.Duration) bool { return c.runAt(c.read.runID, at) == nil })
		c.require(isAbsent && (c.shows(routeMetrics) || c.showsRuns()), "metrics: exists = false only if the run is certainly absent")
		c.require(c.read.ignores && state["state"] != "available", "metrics: an absence is data only with ignore_not_found, and not available")
		return
	}
	if run == nil {
		c.require(false, "metrics: only of a run that exists")
		return
	}
	isAvailable := state["state"] == "available"
	c.require(!isAvailable || c.ever(true, run.isCompleted) && c.opened(c.metrics), "metrics: available only if all evidence says yes")
	c.require(isAvailable || !c.mustOpen(c.metrics) || !run.isCompleted(c.earliest()), "metrics: available if all evidence says yes")
	c.require(isAvailable || state["score"] == nil, "metrics: a score only if they are available")
	if isAvailable && c.isHealthy() {
		if scored := state["scored_document_count"]; scored != nil {
			c.requireNumber("scored_document_count", len(run.documents))
		}
	}
	c.requireSummary("metrics")
}

func (c *checker) checkRecord() {
	state := c.answer.state
	isOpen := slices.ContainsFunc(c.editions(), func(e editionSet) bool { // the editions share the route
		return e.flat && c.record.opens(flatEdition) || e.runScoped && c.record.opens(runScopedEdition)
	})
	c.require(state["succeeded"] != true || isOpen, "artifact: succeeded only if all evidence says yes")
	// A run-scoped server that also accepts a Bearer token shows auto a record that the flat edition would not call completed.
	mustOpen := c.mustOpen(c.record) && (c.serves.flat || !c.lenient || c.setting != "auto")
	c.require(state["succeeded"] == true || !mustOpen, "artifact: succeeded if all evidence says yes")
	isScored := isOpen && c.record.value("output") == artifactOutput && c.record.value("consensus") == scoredOutput
	c.require(state["is_scored"] != true || isScored, "artifact: is_scored only if every value has a likelihood")
	c.require(state["is_scored"] == true || !isScored || !mustOpen, "artifact: is_scored if every value has a likelihood")
	c.require(state["is_scored"] != true || state["lowest_likelihood"] == "0.9" && state["unscored_count"] == "0", "artifact: the lowest likelihood is true")
	c.requireSummary("artifact")
}
