package scenario

import (
	"go.yaml.in/yaml/v3"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

var blockKinds = []string{"extract", "classifier", "split", "for_each"}

// experiment reads an experiment and its runs.
func (b *builder) experiment(v value) {
	o := v.object("id", "name", "workflow_id", "block_id", "block_kind", "n_consensus", "document_count", "status", "score", "last_run_id",
		"created_at", "updated_at", "freshness", "drift", "run_plan_mode", "rerunnable_document_count", "runs")
	experiment := fakeapi.Experiment{
		ID:         required(o, "id", value.id),
		Name:       read(o, "name", value.text, ""),
		WorkflowID: read(o, "workflow_id", value.id, ""),
		BlockID:    read(o, "block_id", value.id, ""),
		BlockKind:  read(o, "block_kind", vendorWord(blockKinds...), "extract"),
		Consensus:  read(o, "n_consensus", consensus, 0),
		Documents:  read(o, "document_count", count, 0),
		Status:     read(o, "status", vendorWord("draft", "processing", "completed", "failed", "cancelled"), ""),
		Score:      read(o, "score", value.score, nil),
		LastRunID:  read(o, "last_run_id", value.id, ""),
		CreatedAt:  read(o, "created_at", value.timestamp, ""),
		UpdatedAt:  read(o, "updated_at", value.timestamp, ""),
		Freshness:  read(o, "freshness", freshness, fakeapi.Freshness{}),
		Drift:      read(o, "drift", drift, fakeapi.Drift{}),
		PlanMode:   read(o, "run_plan_mode", vendorWord("run", "noop", "conflict", "unknown"), ""),
		Rerunnable: read(o, "rerunnable_document_count", count, 0),
	}
	b.unique("experiment", o.get("id"), experiment.ID)
	if plan := map[string]string{"fresh": "run", "stale": "noop"}[experiment.Freshness.Status]; plan != "" && experiment.PlanMode == plan {
		o.get("run_plan_mode").contradicts("is %s, but freshness is %s", plan, experiment.Freshness.Status)
	}
	if experiment.Status == "draft" && o.has("runs") || experiment.Freshness.Status == "fresh" && !o.has("runs") {
		o.contradicts("is a draft with runs, or fresh without a run")
	}
	b.out.Experiments = append(b.out.Experiments, experiment)
	known := map[string]bool{}
	for _, run := range read(o, "runs", value.list, nil) {
		known[b.run(run, experiment)] = true
	}
	if experiment.LastRunID != "" && !known[experiment.LastRunID] {
		o.get("last_run_id").fail("is %q, which is not a run of this experiment", experiment.LastRunID)
	}
}

// consensus reads a number of passes.
func consensus(v value) int64 {
	number := v.integer(3, 7)
	if number%2 == 0 {
		v.fail("must be 3, 5 or 7, but is %s", v.describe())
	}
	return number
}

// freshness reads a status, or a mapping with a status and details.
func freshness(v value) fakeapi.Freshness {
	status := vendorWord("fresh", "stale", "unknown")
	if v.Kind != yaml.MappingNode {
		return fakeapi.Freshness{Status: status(v)}
	}
	o := v.object("status", "reasons", "baseline_run_id")
	read := fakeapi.Freshness{Status: read(o, "status", status, ""), BaselineRunID: read(o, "baseline_run_id", value.id, "")}
	if o.has("reasons") {
		read.Reasons = reasons(o.get("reasons"))
	}
	if read.Status == "fresh" {
		o.get("reasons").contradicts("has reasons to be stale, but status is fresh")
	}
	return read
}

// reasons reads why an experiment or its metrics are stale.
func reasons(v value) []string {
	var all []string
	for _, reason := range v.list() {
		all = append(all, reason.vendorWord("validity_changed", "inputs_changed", "engine_changed", "metrics_engine_changed", "no_baseline"))
	}
	return all
}

// drift reads a status, or a mapping with a status and details.
func drift(v value) fakeapi.Drift {
	status := vendorWord("none", "drifted", "broken", "unknown")
	if v.Kind != yaml.MappingNode {
		return fakeapi.Drift{Status: status(v)}
	}
	o := v.object("status", "schema_drift", "affected_targets", "detail")
	read := fakeapi.Drift{
		Status: read(o, "status", status, ""),
		Schema: read(o, "schema_drift", vendorWord("none", "partial", "drifted", "unknown"), ""),
		Detail: read(o, "detail", value.text, ""),
	}
	if o.has("affected_targets") {
		for _, target := range o.get("affected_targets").list() {
			read.AffectedTargets = append(read.AffectedTargets, target.text())
		}
	}
	return read
}
