package scenario

import (
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

var (
	evalMembers = members{
		"verdict": "completed", "score": "completed", "threshold": "completed", "failure": "completed", "failure_code": "completed",
		"actual": "completed", "expected": "completed", "error": "error", "error_code": "error", "cancel_reason": "cancelled",
	}
	evalCounts = []string{"pending", "queued", "running", "completed", "error", "cancelled", "passed", "failed", "blocked"}
)

// workflow reads a workflow, its evals and their runs.
func (b *builder) workflow(v value) {
	o := v.object("id", "name", "description", "project_id", "published", "created_at", "updated_at", "evals", "eval_runs")
	workflow := fakeapi.Workflow{
		ID:          required(o, "id", value.id),
		Name:        read(o, "name", value.text, ""),
		Description: read(o, "description", value.text, ""),
		ProjectID:   read(o, "project_id", value.id, ""),
		CreatedAt:   read(o, "created_at", value.timestamp, ""),
		UpdatedAt:   read(o, "updated_at", value.timestamp, ""),
	}
	if o.has("published") {
		p := o.get("published").object("version_id", "published_at", "description")
		workflow.Published = &fakeapi.Published{
			VersionID: required(p, "version_id", value.id), At: read(p, "published_at", value.timestamp, "2026-05-01T09:00:00Z"),
			Note: read(p, "description", value.text, ""),
		}
	}
	b.unique("workflow", o.get("id"), workflow.ID)
	b.out.Workflows = append(b.out.Workflows, workflow)
	for _, eval := range read(o, "evals", value.list, nil) {
		b.eval(eval, workflow.ID)
	}
	for _, run := range read(o, "eval_runs", value.list, nil) {
		b.evalRun(run, workflow.ID)
	}
}

// eval reads an eval.
func (b *builder) eval(v value, workflowID string) {
	o := v.object("id", "name", "block_id", "block_kind", "condition", "label", "assertion_drift_status", "freshness", "drift", "created_at", "updated_at")
	eval := fakeapi.Eval{
		ID: required(o, "id", value.id), WorkflowID: workflowID,
		Name:           read(o, "name", value.text, ""),
		BlockID:        read(o, "block_id", value.id, ""),
		BlockKind:      read(o, "block_kind", vendorWord(blockKinds...), ""),
		Condition:      read(o, "condition", jsonObject, ""),
		Label:          read(o, "label", value.text, ""),
		AssertionDrift: read(o, "assertion_drift_status", vendorWord("valid", "drifted", "broken"), ""),
		Freshness:      read(o, "freshness", freshness, fakeapi.Freshness{}),
		Drift:          read(o, "drift", drift, fakeapi.Drift{}),
		CreatedAt:      read(o, "created_at", value.timestamp, ""),
		UpdatedAt:      read(o, "updated_at", value.timestamp, ""),
	}
	b.unique("eval", o.get("id"), eval.ID)
	b.out.Evals = append(b.out.Evals, eval)
}

// evalRun reads a run of evals and its results.
func (b *builder) evalRun(v value, workflowID string) {
	o := v.object(
		"id", "eval_id", "target_block_id", "created_at", "trigger_type", "workflow_version_id", "requested_version", "eval_count", "counts",
		"status", "stages", "error", "error_code", "cancel_reason", "results",
	)
	run := fakeapi.EvalRun{
		ID: required(o, "id", value.id), WorkflowID: workflowID,
		EvalID:           read(o, "eval_id", value.id, ""),
		BlockID:          read(o, "target_block_id", value.id, ""),
		CreatedAt:        read(o, "created_at", value.timestamp, b.nextRunTime()),
		Trigger:          read(o, "trigger_type", value.text, ""),
		VersionID:        read(o, "workflow_version_id", value.id, ""),
		RequestedVersion: read(o, "requested_version", value.text, ""),
		Evals:            read(o, "eval_count", count, 0),
	}
	b.unique("eval run", o.get("id"), run.ID)
	for _, result := range read(o, "results", value.list, nil) {
		run.Results = append(run.Results, b.evalResult(result, run.ID))
	}
	if o.has("eval_count") && run.Evals < len(run.Results) {
		o.get("eval_count").contradicts("is %d, but the run has %d results", run.Evals, len(run.Results))
	}
	if o.has("status") || o.has("stages") {
		for _, stage := range b.readStages(o, "", statuses, ends) {
			run.Stages = append(run.Stages, stage.end(o, "(no message)", ""))
		}
	}
	if o.has("counts") {
		run.Counts = counts(o.get("counts"))
		if c := run.Counts; len(run.Results) > 0 || c.Passed+c.Failed+c.Blocked+c.Error+c.Cancelled+c.Pending+c.Queued+c.Running != run.Evals {
			o.get("counts").contradicts("is not what follows from the results, or its sum is not eval_count")
		}
	}
	b.out.EvalRuns = append(b.out.EvalRuns, run)
}

// counts reads counts that replace those that follow from the results.
func counts(v value) *fakeapi.EvalCounts {
	o := v.object(evalCounts...)
	number := func(name string) int { return read(o, name, count, 0) }
	return &fakeapi.EvalCounts{
		Pending: number("pending"), Queued: number("queued"), Running: number("running"), Completed: number("completed"),
		Error: number("error"), Cancelled: number("cancelled"),
		Passed: number("passed"), Failed: number("failed"), Blocked: number("blocked"),
	}
}

// evalResult reads the result of an eval.
func (b *builder) evalResult(v value, runID string) fakeapi.EvalResult {
	o := v.object(append([]string{"id", "eval_id", "status", "stages", "inputs", "input_files", "outputs", "output_files", "warnings", "artifact"}, evalMembers.names()...)...)
	result := fakeapi.EvalResult{
		ID:      read(o, "id", value.id, ""),
		EvalID:  required(o, "eval_id", value.id),
		Inputs:  handles(o, "inputs", "input_files"),
		Outputs: handles(o, "outputs", "output_files"),
	}
	for _, warning := range read(o, "warnings", value.list, nil) {
		result.Warnings = append(result.Warnings, warning.text())
	}
	var artifact *fakeapi.Artifact
	if o.has("artifact") {
		a := o.get("artifact").object("operation", "id")
		artifact = &fakeapi.Artifact{Operation: required(a, "operation", oneOf(fakeapi.Operations()...)), ID: required(a, "id", value.id)}
	}
	b.unique("result of eval run "+runID, o.get("eval_id"), result.EvalID)
	for _, stage := range b.readStages(o, "completed", statuses, evalMembers) {
		result.Stages = append(result.Stages, evalStage(o, stage, artifact))
	}
	if len(result.Stages) == 0 { // the stages have a mistake, which is recorded
		result.Stages = []fakeapi.EvalStage{{}}
	}
	return result
}

// evalStage reads a stage of the result of an eval. A completed result has passed unless it says otherwise.
func evalStage(o object, stage stage, artifact *fakeapi.Artifact) fakeapi.EvalStage {
	one := fakeapi.EvalStage{
		Stage:     stage.end(o, "The block failed.", "The run was cancelled."),
		Score:     stageMember(stage, o, "score", value.number, nil),
		Threshold: stageMember(stage, o, "threshold", value.number, nil),
		Actual:    stageMember(stage, o, "actual", value.json, ""),
		Expected:  stageMember(stage, o, "expected", value.json, ""),
	}
	var verdict, failure, code string
	if stage.status == "completed" {
		one.Artifact, verdict = artifact, "passed"
	}
	one.Verdict = stageMember(stage, o, "verdict", vendorWord("passed", "failed", "blocked", "none"), verdict)
	switch one.Verdict {
	case "none":
		one.Verdict = ""
		o.contradicts("has no verdict, but a completed result has one")
	case "failed", "blocked":
		failure, code = "The assertion does not hold.", "ASSERTION_FAILED"
	case "passed":
		for _, name := range []string{"failure", "failure_code"} {
			o.get(name).contradicts("is the reason of a failure, but the eval has passed")
			stage.get(name).contradicts("is the reason of a failure, but the eval has passed")
		}
	}
	one.Failure = stageMember(stage, o, "failure", value.text, failure)
	one.FailureCode = stageMember(stage, o, "failure_code", value.text, code)
	if one.Failure != "" && one.FailureCode == "" {
		one.FailureCode = "ASSERTION_FAILED"
	}
	return one
}
