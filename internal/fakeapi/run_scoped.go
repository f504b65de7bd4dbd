package fakeapi

import (
	"cmp"
	"slices"
)

// The bodies of the run-scoped edition, such as ExperimentResultPublic and ExperimentRunPublic in the vendor's schema. Empty
// members are omitted, as in the vendor's example.

// In returns the result with the statuses of an edition. In the run-scoped edition, a queued result is pending and a
// cancelled result has failed. Add does not convert statuses.
func (r Result) In(edition Edition) Result {
	if edition != RunScoped {
		return r
	}
	r.Stages = slices.Clone(r.Stages)
	for i, stage := range r.Stages {
		switch stage.Status {
		case "queued":
			r.Stages[i].Status = "pending"
		case "cancelled":
			r.Stages[i].Status, r.Stages[i].Error = "error", cmp.Or(stage.CancelReason, "Cancelled.")
		}
	}
	return r
}

// In returns the run with the statuses of an edition. In the run-scoped edition, a queued run is pending. AddRun does not
// convert statuses.
func (r Run) In(edition Edition) Run {
	if edition != RunScoped {
		return r
	}
	r.Stages = slices.Clone(r.Stages)
	for i, stage := range r.Stages {
		if stage.Status == "queued" {
			r.Stages[i].Status = "pending"
		}
	}
	return r
}

func (r Result) runScoped(stage Stage) any {
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
		Lifecycle:     runScopedLifecycle{stage.Status},
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

func (s runState) runScoped() any {
	body := s.common()
	body["workflow"] = map[string]any{
		"workflow_id": s.WorkflowID, "version_id": "wfv_1", "name_at_run_time": "Invoices", "requested_version": "production",
	}
	body["block_kind"] = s.BlockKind
	body["definition_fingerprint"] = s.Fingerprint
	body["lifecycle"] = runScopedLifecycle{s.Status}
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
