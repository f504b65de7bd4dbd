package fakeapi

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
)

// The bodies, or parts of bodies, that are the same in both editions.

type wireTiming struct {
	CreatedAt   string `json:"created_at,omitempty"`
	StartedAt   string `json:"started_at,omitempty"`
	CompletedAt string `json:"completed_at,omitempty"`
	DurationMS  *int64 `json:"duration_ms,omitempty"`
}

type wireArtifact struct {
	Operation string `json:"operation"`
	ID        string `json:"id"`
}

// wirePage is a page of a list.
type wirePage struct {
	Data         []any            `json:"data"`
	ListMetadata wireListMetadata `json:"list_metadata"`
}

type wireListMetadata struct {
	Before *string `json:"before"`
	After  *string `json:"after"`
}

// wireHandles renders handles. The function document renders a file with an id in the form of the edition.
func wireHandles(handles map[string]Handle, document func(Handle) any) map[string]any {
	if handles == nil {
		return nil
	}
	body := make(map[string]any, len(handles))
	for name, handle := range handles {
		switch {
		case handle.Data != "":
			body[name] = map[string]any{"type": "json", "data": json.RawMessage(handle.Data)}
		case handle.FileID != "":
			body[name] = map[string]any{"type": "file", "document": document(handle)}
		default:
			body[name] = map[string]any{"type": "file", "filename": handle.Filename}
		}
	}
	return body
}

// mustMarshal encodes JSON. It panics on JSON text in a record that is not valid, which is a mistake in a test.
func mustMarshal(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic("fakeapi: " + err.Error())
	}
	return string(text)
}

// decodeObject decodes a JSON object. It panics on any other text, which is a mistake in a test.
func decodeObject(text string) map[string]any {
	raw := map[string]json.RawMessage{}
	if err := json.Unmarshal([]byte(text), &raw); err != nil {
		panic(fmt.Sprintf("fakeapi: %s: %s", text, err))
	}
	body := map[string]any{}
	for name, value := range raw {
		body[name] = value
	}
	return body
}

// orNull returns nil for an empty text, which becomes null.
func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// orEmpty returns an empty list for nil, which becomes [] instead of null.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// orEmptyMap returns an empty map for nil, which becomes {} instead of null.
func orEmptyMap[T any](values map[string]T) map[string]T {
	if values == nil {
		return map[string]T{}
	}
	return values
}

// common returns the members of a run that are the same in both editions.
func (s runState) common() map[string]any {
	timing := s.Timing
	timing.CreatedAt = s.CreatedAt
	return map[string]any{
		"id": s.ID, "experiment_id": s.ExperimentID, "block_id": s.BlockID,
		"n_consensus": s.Consensus, "trigger": map[string]any{"type": s.Trigger},
		"timing":                wireTiming(timing),
		"documents_fingerprint": s.DocumentsFingerprint, "parent_run_id": orNull(s.ParentRunID), "score": s.RunStage.Score,
		"total_document_count": s.total, "document_count": s.total,
		"completed_document_count": s.Completed, "error_count": s.Failed,
	}
}

// body renders an experiment in an edition.
func (e Experiment) body(flat bool) any {
	if flat {
		return e.flat()
	}
	return e.runScoped()
}

// common returns the members of an experiment that are the same in both editions.
func (e Experiment) common() map[string]any {
	return map[string]any{
		"id": e.ID, "workflow_id": e.WorkflowID, "block_id": e.BlockID, "name": e.Name, "n_consensus": e.Consensus,
		"document_count": e.Documents, "last_run_id": orNull(e.LastRunID), "created_at": e.CreatedAt, "updated_at": e.UpdatedAt,
		"status": e.Status, "score": e.Score, "is_stale": e.Freshness.Status == "stale",
		"schema_drift": e.Drift.Schema, "schema_drift_detail": orNull(e.Drift.Detail),
	}
}

// common returns the members of a record that are the same in both editions.
func (r ArtifactRecord) common() map[string]any {
	body := decodeObject(typedOperations[r.Operation].request)
	maps.Copy(body, decodeObject(cmp.Or(r.Request, "{}")))
	file := r.File
	if file.FileID == "" {
		file = Handle{FileID: "file_" + r.ID, Filename: cmp.Or(file.Filename, "scan.pdf"), MIMEType: cmp.Or(file.MIMEType, "application/pdf")}
	}
	var usage any
	if r.Credits != nil {
		usage = map[string]any{"credits": *r.Credits}
	}
	maps.Copy(body, map[string]any{
		"id": r.ID, "file": flatDocument(file), "model": cmp.Or(r.Model, "retab-small"), "n_consensus": cmp.Or(r.Consensus, 1),
		"instructions": orNull(r.Instructions), "usage": usage, "created_at": r.createdAt(),
	})
	if r.Operation == "extraction" {
		body["metadata"] = orEmptyMap(r.Metadata)
	}
	return body
}

// consensus renders the consensus of the passes. likelihoods is the name of the likelihoods in the edition.
func (r ArtifactRecord) consensus(likelihoods string) map[string]any {
	choices := []json.RawMessage{}
	if r.Likelihoods != "" {
		choices = append(choices, rawOrNull(r.Output))
	}
	return map[string]any{"choices": choices, likelihoods: rawOrNull(r.Likelihoods)}
}

func (r ArtifactRecord) createdAt() string { return cmp.Or(r.CreatedAt, "2026-05-02T11:00:04Z") }

// rawOrNull returns JSON text unchanged, and null for "".
func rawOrNull(text string) json.RawMessage { return json.RawMessage(cmp.Or(text, "null")) }

// untyped renders a record whose operation has only the generic route.
func (r ArtifactRecord) untyped() map[string]any {
	body := decodeObject(cmp.Or(r.Members, "{}"))
	body["id"], body["created_at"] = r.ID, r.createdAt()
	return body
}
