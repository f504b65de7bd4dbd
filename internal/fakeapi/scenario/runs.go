package scenario

import (
	"cmp"
	"math"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

var (
	statuses   = []string{"pending", "queued", "running", "completed", "error", "cancelled"}
	runMembers = members{
		"score": "", "completed_count": "", "failed_count": "", "error": "error", "error_code": "error", "cancel_reason": "cancelled",
	}
)

// firstRun is the default of created_at of the first run of a scenario. The default of each later run is a minute later.
var firstRun = time.Date(2026, time.May, 2, 11, 0, 0, 0, time.UTC)

// nextRunTime returns the default of created_at of the next run.
func (b *builder) nextRunTime() string {
	b.runs++
	return firstRun.Add(time.Duration(b.runs-1) * time.Minute).Format(time.RFC3339)
}

// run reads a run and returns its id.
func (b *builder) run(v value, experiment fakeapi.Experiment) string {
	o := v.object(append([]string{
		"id", "status", "stages", "created_at", "trigger_type", "parent_run_id", "prior_run_id", "document_count", "fingerprint",
		"documents_fingerprint", "block_version_id", "metrics_validity_fingerprint", "workflow_version_id", "requested_version",
		"targets", "flows", "metrics", "documents",
	}, runMembers.names()...)...)
	run := fakeapi.Run{
		ID:           required(o, "id", value.id),
		ExperimentID: experiment.ID,
		BlockKind:    experiment.BlockKind,
		CreatedAt:    read(o, "created_at", value.timestamp, b.nextRunTime()),
		Trigger:      read(o, "trigger_type", value.text, ""),
		ParentRunID:  read(o, "parent_run_id", value.id, ""),
		Fingerprint:  read(o, "fingerprint", value.text, ""),
		Consensus:    experiment.Consensus,

		DocumentsFingerprint: read(o, "documents_fingerprint", value.text, ""),
		BlockVersionID:       read(o, "block_version_id", value.id, ""),
		MetricsFingerprint:   read(o, "metrics_validity_fingerprint", value.text, ""),
		VersionID:            read(o, "workflow_version_id", value.id, ""),
		RequestedVersion:     read(o, "requested_version", value.text, ""),
		Score:                read(o, "score", value.score, nil),
		Documents:            read(o, "document_count", count, 0),
	}
	b.unique("run", o.get("id"), run.ID)
	metrics := b.metricsOf(o, run)
	first := len(b.out.Results)
	for _, item := range read(o, "documents", value.list, nil) {
		b.document(item, run, &metrics)
	}
	counts := countResults(b.out.Results[first:], run.Documents)
	if o.has("document_count") && run.Documents < len(b.out.Results)-first {
		o.get("document_count").contradicts("is %d, but the run has %d documents", run.Documents, len(b.out.Results)-first)
	}
	if o.has("status") || o.has("stages") {
		run.Stages = b.runStages(o, run.Score, counts)
	}
	b.finishMetrics(o, &run, metrics, counts)
	b.out.Runs = append(b.out.Runs, run)
	return run.ID
}

// runStages reads the stages of a run with a status or stages of its own.
func (b *builder) runStages(o object, score *float64, counts resultCounts) []fakeapi.RunStage {
	var all []fakeapi.RunStage
	for _, stage := range b.readStages(o, "", statuses, runMembers) {
		isTerminal := stage.status == "completed" || stage.status == "error" || stage.status == "cancelled"
		end := stage.end(o, "", "")
		one := fakeapi.RunStage{
			Status: end.Status, After: end.After, Error: end.Error, ErrorCode: end.ErrorCode, CancelReason: end.CancelReason,
			Score:     read(stage.object, "score", value.score, nil),
			Completed: read(stage.object, "completed_count", count, 0),
			Failed:    read(stage.object, "failed_count", count, 0),
		}
		if isTerminal && !stage.has("completed_count") && !stage.has("failed_count") {
			one.Completed, one.Failed, one.Cancelled = counts.completed, counts.failed, counts.cancelled
		}
		if stage.status == "completed" {
			one.Score = cmp.Or(one.Score, score)
		}
		counts.check(stage, one)
		all = append(all, one)
	}
	return all
}

// check checks the counts of a stage.
func (c resultCounts) check(stage stage, one fakeapi.RunStage) {
	unfinished := c.total - c.completed - c.failed - c.cancelled
	switch isWhole := one.Status == "completed" && c.listed == c.total; {
	case one.Completed+one.Failed > c.total:
		stage.contradicts("has %d documents that are completed or failed, but the run has %d", one.Completed+one.Failed, c.total)
	case isWhole && unfinished > 0:
		stage.contradicts("is completed, but %d of its documents have not finished", unfinished)
	case isWhole && (one.Completed != c.completed || one.Failed != c.failed):
		stage.contradicts("has other counts than its documents")
	}
}

// resultCounts has the number of documents of a run, how many of them are listed, and how many end in each terminal status.
type resultCounts struct{ completed, failed, cancelled, listed, total int }

// countResults counts results by their last stages.
func countResults(results []fakeapi.Result, documents int) resultCounts {
	counts := resultCounts{total: max(documents, len(results)), listed: len(results)}
	for _, result := range results {
		switch result.Stages[len(result.Stages)-1].Status {
		case "completed":
			counts.completed++
		case "error":
			counts.failed++
		case "cancelled":
			counts.cancelled++
		}
	}
	return counts
}

// metricsOf reads the metrics of a run, without its documents.
func (b *builder) metricsOf(o object, run fakeapi.Run) fakeapi.Metrics {
	metrics := fakeapi.Metrics{RunID: run.ID, Score: run.Score, PriorRunID: read(o, "prior_run_id", value.id, "")}
	targets := map[string]float64{}
	for _, target := range read(o, "targets", value.members, nil) {
		if score := target.score(); score != nil {
			targets[target.name] = *score
		}
	}
	setTargets(&metrics, run.BlockKind, targets)
	metrics.Flows = read(o, "flows", flows, nil)
	if !o.has("metrics") {
		return metrics
	}
	states := map[string]string{"available": "", "stale": "stale_metrics", "missing": "no_metrics"}
	state := oneOf("available", "stale", "missing")
	v := o.get("metrics")
	if v.Kind != yaml.MappingNode {
		metrics.State = states[state(v)]
	} else {
		m := v.object("state", "reasons", "message")
		metrics.State = states[read(m, "state", state, "available")]
		metrics.Message = read(m, "message", value.text, "")
		metrics.StaleReasons = read(m, "reasons", reasons, nil)
		if metrics.State != "stale_metrics" {
			m.get("reasons").contradicts("needs state: stale")
		}
	}
	if metrics.State == "stale_metrics" && metrics.StaleReasons == nil {
		metrics.StaleReasons = []string{"validity_changed"}
	}
	return metrics
}

// setTargets sets the scores of targets as the kind of block has them.
func setTargets(metrics *fakeapi.Metrics, blockKind string, targets map[string]float64) {
	if blockKind == "extract" {
		metrics.Likelihoods = targets
	} else {
		metrics.Diagonal = targets
	}
}

// flows reads the flows of a confusion matrix.
func flows(v value) []fakeapi.Flow {
	var all []fakeapi.Flow
	for _, item := range v.list() {
		o := item.object("source", "target", "score")
		for _, name := range []string{"source", "target", "score"} {
			if item.Kind == yaml.MappingNode && !o.has(name) {
				item.fail("needs %s", name)
			}
		}
		flow := fakeapi.Flow{Source: read(o, "source", value.text, ""), Target: read(o, "target", value.text, "")}
		if score := read(o, "score", value.score, nil); score != nil {
			flow.Score = *score
		}
		all = append(all, flow)
	}
	return all
}

// finishMetrics fills the scores that follow from the documents. They are means of the completed documents, as the vendor's
// are. A run without scores has no metrics.
func (b *builder) finishMetrics(o object, run *fakeapi.Run, metrics fakeapi.Metrics, counts resultCounts) {
	scores, byTarget := []*float64{}, map[string][]*float64{}
	for _, document := range metrics.Documents {
		scores = append(scores, document.Score)
		for _, target := range document.Targets {
			byTarget[target.Path] = append(byTarget[target.Path], target.Score)
		}
	}
	if !o.has("targets") {
		targets := map[string]float64{}
		for path, scores := range byTarget {
			if score := mean(scores); score != nil {
				targets[path] = *score
			}
		}
		setTargets(&metrics, run.BlockKind, targets)
	}
	metrics.Score = cmp.Or(metrics.Score, mean(scores))
	run.Score = metrics.Score
	for i, stage := range run.Stages {
		if stage.Status == "completed" {
			run.Stages[i].Score = cmp.Or(stage.Score, run.Score)
		}
	}
	metrics.ScoredDocuments, metrics.TotalDocuments = &counts.completed, &counts.total
	if o.has("metrics") || metrics.Score != nil || o.has("targets") {
		b.out.Metrics = append(b.out.Metrics, metrics)
	}
}

// mean returns the mean of the scores that are not nil, nil if there are none.
func mean(scores []*float64) *float64 {
	sum, number := 0.0, 0.0
	for _, score := range scores {
		if score != nil {
			sum += *score
			number++
		}
	}
	if number == 0 {
		return nil
	}
	return new(math.Round(sum/number*10_000) / 10_000)
}
