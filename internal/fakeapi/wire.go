package fakeapi

import "encoding/json"

// What both editions spell the same way.

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

// wireHandles renders handles; document renders a file with an id as the edition spells it.
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

// mustMarshal panics on facts that are not JSON, which only a mistake in a test can cause.
func mustMarshal(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic("fakeapi: " + err.Error())
	}
	return string(text)
}

// orNull returns nil for an empty text, which becomes null.
func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// orEmpty returns a list that becomes [] and not null.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
