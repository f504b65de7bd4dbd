package fakeapi

import "cmp"

// The bodies of the run-scoped edition, such as ExperimentResultPublic and ExperimentRunPublic in the vendor's schema. Empty
// members are omitted, as in the vendor's example.

// runScopedStatus returns the status of a run or a result in the run-scoped edition, which has no queued.
func runScopedStatus(status string) string {
	if status == "queued" {
		return "pending"
	}
	return status
}

// runScoped renders a result. A cancelled result has failed in this edition.
func (r Result) runScoped(stage Stage) any {
	if stage.Status == "cancelled" {
		stage.Status, stage.Error = "error", cmp.Or(stage.CancelReason, "Cancelled.")
	}
	return struct {
		ID            string             `json:"id"`
		RunID         string             `json:"run_id"`
		ExperimentID  string             `json:"experiment_id"`
		DocumentID    string             `json:"document_id"`
		BlockKind     string             `json:"block_kind"`
		Lifecycle     runScopedLifecycle `json:"lifecycle"`
		Timing        wireTiming         `json:"timing"`
		HandleInputs  map[string]any     `json:"handle_inputs,omitempty"`
		Artifact      *wireArtifact      `json:"artifact,omitempty"`
		Error         string             `json:"error,omitempty"`
		Attempt       int64              `json:"attempt"`
		IsPlaceholder *bool              `json:"is_placeholder,omitempty"`
	}{
		ID:            r.ID,
		RunID:         r.RunID,
		ExperimentID:  r.ExperimentID,
		DocumentID:    r.DocumentID,
		BlockKind:     r.BlockKind,
		Lifecycle:     runScopedLifecycle{runScopedStatus(stage.Status)},
		Timing:        wireTiming(stage.Timing),
		HandleInputs:  wireHandles(r.Inputs, runScopedDocument),
		Artifact:      (*wireArtifact)(stage.Artifact),
		Error:         stage.Error,
		Attempt:       r.Attempt,
		IsPlaceholder: r.Placeholder,
	}
}

type runScopedLifecycle struct {
	Status string `json:"status"`
}

func runScopedDocument(handle Handle) any {
	return map[string]any{
		"original_id": handle.FileID, "filename": handle.Filename, "mime_type": handle.MIMEType,
		"gcs_uri": "gs://tenant-bucket/org_1/uploads/" + handle.FileID, "size_bytes": 48213, "content_fingerprint": nil,
	}
}

// workflowRef renders the workflow of a run.
func workflowRef(id, versionID, requestedVersion string) any {
	return map[string]any{
		"workflow_id": id, "version_id": versionID, "name_at_run_time": "Invoices", "requested_version": requestedVersion,
	}
}

func (s runState) runScoped() any {
	body := s.common()
	body["workflow"] = workflowRef(s.WorkflowID, s.VersionID, s.RequestedVersion)
	body["block_kind"] = s.BlockKind
	body["definition_fingerprint"], body["error_count"] = s.Fingerprint, s.Failed+s.Cancelled
	body["lifecycle"] = runScopedLifecycle{runScopedStatus(s.Status)}
	return body
}

func (e Experiment) runScoped() any {
	body := e.common()
	body["block_kind"] = e.BlockKind
	return body
}

func (r ArtifactRecord) runScoped() map[string]any {
	body := r.common()
	body["output"] = rawOrNull(r.Output)
	body["updated_at"] = r.createdAt()
	body["consensus"] = r.consensus("likelihoods")
	switch r.Operation {
	case "extraction":
		// The address in the vendor's storage. Clients must not show it.
		body["file"].(map[string]any)["gcs_path"] = "gs://tenant-bucket/org_1/uploads/" + r.ID
	case "classification":
		body["consensus"] = r.consensus("likelihood")
	case "partition":
		body["instructions"] = r.Instructions // is not nullable in this edition
		delete(body, "allow_overlap")
	}
	return body
}
