package fakeapi

import (
	"cmp"
	"maps"
)

// The bodies of evals, their runs and results: WorkflowEval, WorkflowEvalRun and WorkflowEvalResult in the vendor's schema of the
// flat edition, WorkflowTest, WorkflowTestRunStatus and WorkflowTestRunRecord in that of the run-scoped one.

// body renders an eval with the newest results among the runs, which have the newest first.
func (e Eval) body(flat bool, runs []evalRunState) any {
	latest := func(verdict string) any {
		for _, run := range runs {
			for _, result := range run.results {
				if result.EvalID == e.ID && (verdict == "" || verdict == result.Verdict) {
					return result.summary(flat)
				}
			}
		}
		return nil
	}
	body := map[string]any{
		"id": e.ID, "workflow_id": e.WorkflowID, "target": blockTarget(e.BlockID), "source": e.source(), "name": orNull(e.Name),
		"assertion": map[string]any{
			"id": "assertion_" + e.ID, "target": map[string]any{"output_handle_id": "output-json-0", "path": nil},
			"condition": rawOrNull(e.Condition), "label": orNull(e.Label),
		},
		"assertion_drift_status": e.AssertionDrift, "schema_drift": e.Drift.Schema, "schema_drift_detail": orNull(e.Drift.Detail),
		"validation_status": "valid", "validation_issues": []any{},
		"latest_run_summary": latest(""), "latest_passing_run_summary": latest("passed"), "latest_failing_run_summary": latest("failed"),
		"created_at": e.CreatedAt, "updated_at": e.UpdatedAt,
	}
	if flat {
		maps.Copy(body, freshnessBody(e.Freshness, e.Drift))
	}
	return body
}

func (e Eval) source() any {
	return map[string]any{"type": "manual", "handle_inputs": map[string]any{}}
}

func blockTarget(blockID string) any { return map[string]any{"type": "block", "block_id": blockID} }

// summary renders a result as the latest one of its eval. The record of a run is the result in the names of the run-scoped
// schema.
func (r evalResultState) summary(flat bool) any {
	passed, failed, blocked := r.assertions()
	body := map[string]any{
		"run_record_id": r.ID, "started_at": cmp.Or(r.Timing.StartedAt, r.run.CreatedAt), "completed_at": orNull(r.Timing.CompletedAt),
		"duration_ms": r.Timing.DurationMS, "workflow_draft_fingerprint": "d4af",
		"assertions_passed": passed, "assertions_failed": failed, "blocked_assertions": blocked,
	}
	if flat {
		body["status"], body["outcome"] = r.Status, orNull(r.Verdict)
		body["block_execution_fingerprint"], body["validity_fingerprint"], body["handle_inputs_fingerprint"] = "9f2c", "77aa", "51ab"
		return body
	}
	body["block_config_fingerprint"] = "9f2c"
	// The status has the verdict of a completed result, and neither pending nor completed.
	status := map[string]string{"pending": "queued", "completed": cmp.Or(r.Verdict, "error")}[r.Status]
	body["status"] = cmp.Or(status, r.Status)
	return body
}

// assertions returns the number of assertions that have passed, failed and are blocked. An eval has one.
func (r evalResultState) assertions() (passed, failed, blocked int) {
	return is(r.Verdict, "passed"), is(r.Verdict, "failed"), is(r.Verdict, "blocked")
}

func is(verdict, want string) int {
	if verdict == want {
		return 1
	}
	return 0
}

func (s evalRunState) body(flat bool) any {
	var target any
	if s.BlockID != "" {
		target = blockTarget(s.BlockID)
	}
	c := s.counts
	body := map[string]any{
		"id": s.ID, "trigger": map[string]any{"type": s.Trigger}, "timing": s.timing(s.CreatedAt), "target": target,
	}
	if !flat {
		body["workflow"] = workflowRef(s.WorkflowID, s.VersionID, s.RequestedVersion)
		body["lifecycle"] = evalLifecycle(s.Stage)
		body["test_id"], body["total_tests"] = orNull(s.EvalID), s.Evals
		body["counts"] = map[string]int{
			"queued": c.Pending + c.Queued, "running": c.Running, "passed": c.Passed, "failed": c.Failed, "blocked": c.Blocked,
			"error": c.Error, "cancelled": c.Cancelled,
		}
		return body
	}
	body["workflow_id"], body["workflow_version_id"] = s.WorkflowID, s.VersionID
	body["lifecycle"] = flatLifecycle(s.Stage)
	body["eval_id"], body["total_evals"] = orNull(s.EvalID), s.Evals
	body["counts"] = map[string]any{
		"lifecycle_counts": map[string]int{
			"pending": c.Pending, "queued": c.Queued, "running": c.Running, "completed": c.Completed, "error": c.Error, "cancelled": c.Cancelled,
		},
		"outcome": map[string]int{"passed": c.Passed, "failed": c.Failed, "blocked": c.Blocked},
	}
	body["freshness"] = map[string]any{
		"status": "unknown", "reasons": []any{}, "baseline_run_id": nil, "input_fingerprint": nil, "validity_fingerprint": nil,
	}
	return body
}

// evalLifecycle renders the lifecycle of a run of evals or a result in the run-scoped edition.
func evalLifecycle(stage Stage) any {
	return map[string]any{"status": runScopedStatus(stage.Status), "message": orNull(cmp.Or(stage.Error, stage.CancelReason))}
}

// timing renders the timing of a stage. The run-scoped edition requires created_at.
func (s Stage) timing(createdAt string) any {
	timing := s.Timing
	timing.CreatedAt = cmp.Or(timing.CreatedAt, createdAt)
	return wireTiming(timing)
}

func (r evalResultState) body(flat bool) any {
	body := map[string]any{
		"id": r.ID, "workflow_id": r.run.WorkflowID, "timing": r.timing(r.run.CreatedAt),
		"execution_fingerprint": "3e1f", "handle_inputs_fingerprint": "51ab", "workflow_draft_fingerprint": "d4af",
		"warnings": orEmpty(r.Warnings), "assertion_result": r.assertionResult(flat), "verdict_summary": r.verdictSummary(flat),
	}
	if !flat {
		body["run_id"], body["test_id"], body["lifecycle"] = r.run.ID, r.EvalID, evalLifecycle(r.Stage)
		body["target"], body["source"], body["block_config_fingerprint"] = blockTarget(r.eval.BlockID), r.eval.source(), "9f2c"
		body["outputs"], body["error"], body["skipped"] = wireHandles(r.Outputs, runScopedDocument), orNull(r.Error), false
		body["verdict"] = nil
		if r.Verdict != "" {
			body["verdict"] = map[string]any{} // the members are not published
		}
		return body
	}
	body["workflow_eval_run_id"], body["eval_id"], body["lifecycle"] = r.run.ID, r.EvalID, flatLifecycle(r.Stage)
	body["block_id"], body["block_type"], body["block_execution_fingerprint"] = r.eval.BlockID, r.eval.BlockKind, "9f2c"
	body["verdict"], body["artifact"] = orNull(r.Verdict), (*wireArtifact)(r.Artifact)
	body["handle_inputs"] = orEmptyMap(wireHandles(r.Inputs, flatDocument))
	body["handle_outputs"] = orEmptyMap(wireHandles(r.Outputs, flatDocument))
	return body
}

// assertionResult renders what the eval asserted, nil without a verdict.
func (r evalResultState) assertionResult(flat bool) any {
	if r.Verdict == "" {
		return nil
	}
	body := map[string]any{
		"assertion_id": "assertion_" + r.EvalID, "condition_kind": r.eval.conditionKind(), "score": r.Score, "threshold": r.Threshold,
		"metric_kind": nil, "assertion_label": orNull(r.eval.Label), "failure": nil,
		"actual_value": rawOrNull(r.Actual), "expected_value": rawOrNull(r.Expected),
	}
	if r.FailureCode != "" {
		body["failure"] = map[string]any{"code": r.FailureCode, "message": r.Failure, "details": map[string]any{}}
	}
	if flat {
		body["outcome"] = r.Verdict
	} else {
		body["status"] = r.Verdict
	}
	return body
}

// verdictSummary renders the verdict of a result, nil without one.
func (r evalResultState) verdictSummary(flat bool) any {
	if r.Verdict == "" {
		return nil
	}
	passed, failed, blocked := r.assertions()
	name, failedIDs := "result", []string{}
	if flat {
		name = "passed"
	}
	if failed == 1 {
		failedIDs = append(failedIDs, "assertion_"+r.EvalID)
	}
	return map[string]any{
		name: passed == 1, "assertions_passed": passed, "assertions_failed": failed, "blocked_assertions": blocked,
		"failed_assertion_ids": failedIDs,
	}
}
