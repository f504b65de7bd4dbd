package fakeapi

import "encoding/json"

// The run-scoped edition's words for a result (schema ExperimentResultPublic). Members the facts do not have are
// left out, as in the vendor's example.

type runScopedResult struct {
	ID            string                     `json:"id"`
	RunID         string                     `json:"run_id"`
	ExperimentID  string                     `json:"experiment_id"`
	DocumentID    string                     `json:"document_id"`
	BlockKind     string                     `json:"block_kind"`
	Lifecycle     lifecycle                  `json:"lifecycle"`
	Timing        timing                     `json:"timing"`
	HandleInputs  map[string]json.RawMessage `json:"handle_inputs,omitempty"`
	Artifact      *artifact                  `json:"artifact,omitempty"`
	Error         string                     `json:"error,omitempty"`
	Attempt       int64                      `json:"attempt"`
	IsPlaceholder *bool                      `json:"is_placeholder,omitempty"`
}

type lifecycle struct {
	Status string `json:"status"`
}

type timing struct {
	CreatedAt   string `json:"created_at,omitempty"`
	StartedAt   string `json:"started_at,omitempty"`
	CompletedAt string `json:"completed_at,omitempty"`
	DurationMS  *int64 `json:"duration_ms,omitempty"`
}

type artifact struct {
	Operation string `json:"operation"`
	ID        string `json:"id"`
}

func (r Result) runScoped(stage Stage) any {
	return runScopedResult{
		ID:            r.ID,
		RunID:         r.RunID,
		ExperimentID:  r.ExperimentID,
		DocumentID:    r.DocumentID,
		BlockKind:     r.BlockKind,
		Lifecycle:     lifecycle{Status: stage.Status},
		Timing:        timing(stage.Timing),
		HandleInputs:  runScopedHandles(r.Inputs),
		Artifact:      (*artifact)(stage.Artifact),
		Error:         stage.Error,
		Attempt:       r.Attempt,
		IsPlaceholder: r.Placeholder,
	}
}

func runScopedHandles(handles map[string]Handle) map[string]json.RawMessage {
	told := make(map[string]json.RawMessage, len(handles))
	for name, handle := range handles {
		told[name] = handle.tell(map[string]any{
			"original_id": handle.FileID, "filename": handle.Filename, "mime_type": handle.MIMEType,
			"gcs_uri": "gs://tenant-bucket/org_1/uploads/" + handle.FileID, "size_bytes": 48213, "content_fingerprint": nil,
		})
	}
	return told
}

// tell writes a handle; document is how the edition spells a file with an id.
func (h Handle) tell(document map[string]any) json.RawMessage {
	switch {
	case h.Data != "":
		return mustMarshal(map[string]any{"type": "json", "data": json.RawMessage(h.Data)})
	case h.FileID != "":
		return mustMarshal(map[string]any{"type": "file", "document": document})
	default:
		return mustMarshal(map[string]any{"type": "file", "filename": h.Filename})
	}
}

// mustMarshal panics on facts that are no JSON, which only a mistake in a test can bring about.
func mustMarshal(value any) json.RawMessage {
	text, err := json.Marshal(value)
	if err != nil {
		panic("fakeapi: " + err.Error())
	}
	return text
}
