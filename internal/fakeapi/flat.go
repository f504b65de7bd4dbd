package fakeapi

import (
	"cmp"
	"encoding/json"
	"maps"
)

// The bodies of the flat edition, such as WorkflowExperimentResult and WorkflowExperimentRun in the vendor's schema.

func (r Result) flat(stage Stage) any {
	return struct {
		ID              string         `json:"id"`
		ExperimentRunID string         `json:"experiment_run_id"`
		ExperimentID    string         `json:"experiment_id"`
		DocumentID      string         `json:"document_id"`
		BlockType       string         `json:"block_type"`
		Lifecycle       map[string]any `json:"lifecycle"`
		Timing          wireTiming     `json:"timing"`
		HandleInputs    map[string]any `json:"handle_inputs,omitempty"`
		HandleOutputs   map[string]any `json:"handle_outputs,omitempty"`
		Artifact        *wireArtifact  `json:"artifact"`
		Attempt         int64          `json:"attempt"`
	}{
		ID:              r.ID,
		ExperimentRunID: r.RunID,
		ExperimentID:    r.ExperimentID,
		DocumentID:      r.DocumentID,
		BlockType:       r.BlockKind,
		Lifecycle:       flatLifecycle(stage),
		Timing:          wireTiming(stage.Timing),
		HandleInputs:    wireHandles(r.Inputs, flatDocument),
		HandleOutputs:   wireHandles(r.Outputs, flatDocument),
		Artifact:        (*wireArtifact)(stage.Artifact),
		Attempt:         r.Attempt,
	}
}

func flatLifecycle(stage Stage) map[string]any {
	body := map[string]any{"status": stage.Status}
	switch {
	case stage.Status == "error" || stage.Error != "":
		body["message"] = cmp.Or(stage.Error, "(no message)") // the vendor's default
		body["details"] = nil
		if stage.ErrorCode != "" {
			body["details"] = map[string]any{
				"message": stage.Error, "error_code": stage.ErrorCode,
				"stack_trace": "Traceback (most recent call last): …", "block_id": "block_1", "block_name": nil, "context": nil,
			}
		}
	case stage.Status == "cancelled":
		body["reason"] = stage.CancelReason
	}
	return body
}

func flatDocument(handle Handle) any {
	return map[string]any{"id": handle.FileID, "filename": handle.Filename, "mime_type": handle.MIMEType}
}

func (s runState) flat() any {
	body := s.common()
	body["workflow_id"], body["workflow_version_id"] = s.WorkflowID, s.VersionID
	body["block_type"] = s.BlockKind
	body["block_execution_fingerprint"], body["block_version_id"] = s.Fingerprint, s.BlockVersionID
	body["metrics_validity_fingerprint"], body["metrics_validity_fingerprint_version"] = s.MetricsFingerprint, 1
	body["lifecycle"] = flatLifecycle(Stage{Status: s.Status, Error: s.Error, ErrorCode: s.ErrorCode, CancelReason: s.CancelReason})
	return body
}

func (e Experiment) flat() any {
	body := e.common()
	body["block_type"] = e.BlockKind
	maps.Copy(body, freshnessBody(e.Freshness, e.Drift))
	body["freshness_state"], body["freshness_reasons"] = e.Freshness.Status, orEmpty(e.Freshness.Reasons)
	body["run_plan_mode"], body["rerunnable_document_count"] = e.PlanMode, e.Rerunnable
	return body
}

// freshnessBody renders the members of an experiment or an eval about changes since its newest run.
func freshnessBody(freshness Freshness, drift Drift) map[string]any {
	return map[string]any{
		"freshness": map[string]any{
			"status": freshness.Status, "reasons": orEmpty(freshness.Reasons), "baseline_run_id": orNull(freshness.BaselineRunID),
			"validity_fingerprint": "77aa", "input_fingerprint": "51ab",
		},
		"drift": map[string]any{
			"status": drift.Status, "affected_targets": orEmpty(drift.AffectedTargets), "detail": orNull(drift.Detail),
		},
	}
}

func (r ArtifactRecord) flat(stage ArtifactStage, includeOutput bool) map[string]any {
	body := r.common()
	body["status"], body["error"] = stage.Status, nil
	if stage.Error != "" || stage.ErrorCode != "" {
		body["error"] = map[string]any{"code": stage.ErrorCode, "message": stage.Error, "details": nil}
	}
	// The vendor does not document what else is omitted without the output. The consensus has alternative outputs, so it is
	// omitted, too.
	body["output"], body["consensus"] = json.RawMessage(typedOperations[r.Operation].emptyOutput), nil
	if stage.Status != "completed" {
		body["usage"] = nil
	} else if includeOutput {
		body["output"] = rawOrNull(r.Output)
		if r.Likelihoods != "" {
			body["consensus"] = r.consensus("likelihoods")
		}
	}
	return body
}
