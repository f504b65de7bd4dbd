package transport

import (
	"bytes"

	"github.com/go-json-experiment/json"
)

// errorInSuccess returns the server's own words in a 2xx body that is an error, such as {"detail":"…"}, and "" for
// every other body. A body with an id or with rows is a result whose members are not what they should be, and no error.
func errorInSuccess(body []byte) string {
	var members map[string]any
	body = bytes.TrimSpace(bytes.TrimPrefix(body, utf8BOM))
	if json.Unmarshal(body, &members) != nil {
		return ""
	}
	for _, name := range []string{"id", "document_id", "data"} {
		if _, isResult := members[name]; isResult {
			return ""
		}
	}
	return deepestMessage(members, maxErrorDepth)
}
