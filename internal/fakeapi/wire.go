package fakeapi

import "encoding/json"

// What both editions write the same way.

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

// wireHandles writes handles; document is how the edition spells a file with an id.
func wireHandles(handles map[string]Handle, document func(Handle) any) map[string]any {
	if handles == nil {
		return nil
	}
	told := make(map[string]any, len(handles))
	for name, handle := range handles {
		switch {
		case handle.Data != "":
			told[name] = map[string]any{"type": "json", "data": json.RawMessage(handle.Data)}
		case handle.FileID != "":
			told[name] = map[string]any{"type": "file", "document": document(handle)}
		default:
			told[name] = map[string]any{"type": "file", "filename": handle.Filename}
		}
	}
	return told
}

// mustMarshal panics on facts that are no JSON, which only a mistake in a test can bring about.
func mustMarshal(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic("fakeapi: " + err.Error())
	}
	return string(text)
}
