package transport

import (
	"bytes"
	"fmt"
	"html"
	"regexp"
	"strings"

	"github.com/go-json-experiment/json"
)

const (
	// maxErrorDepth bounds the search in an error body; the vendor's bodies nest four levels.
	maxErrorDepth = 10
	// maxErrorBytes bounds how much of an error body is read; the vendor's bodies are below a kilobyte.
	maxErrorBytes = 256 << 10
)

// errorText returns the server's own words and its code from the body of a failed request, and whether the body is
// JSON.
//
// The API wraps them in several ways: {"detail":"…"}, {"detail":{"code","message","details":{"error":…}}}, the same
// without detail, a message that is itself JSON text, and lists of {loc, msg}. The outer layers say only that an
// HTTP exception occurred, so the deepest text wins, as in the vendor's Ruby SDK.
func errorText(contentType string, body []byte) (message, code string, isJSON bool) {
	body = bytes.TrimSpace(bytes.TrimPrefix(body, utf8BOM))
	var parsed any
	if len(body) <= maxErrorBytes && json.Unmarshal(body, &parsed) == nil {
		return deepestMessage(parsed, maxErrorDepth), deepestCode(parsed, maxErrorDepth), true
	}
	body = body[:min(len(body), maxErrorBytes)]
	if isHTML(contentType, body) {
		return htmlTitle(body), "", false
	}
	return string(body), "", false
}

var utf8BOM = []byte("\xef\xbb\xbf")

func isHTML(contentType string, body []byte) bool {
	return strings.Contains(contentType, "html") || bytes.HasPrefix(body, []byte("<"))
}

func deepestMessage(value any, depth int) string {
	if depth == 0 {
		return ""
	}
	switch value := value.(type) {
	case string:
		return messageInText(value, depth)
	case []any:
		var messages []string
		for _, item := range value {
			if message := deepestMessage(item, depth-1); message != "" {
				messages = append(messages, message)
			}
		}
		return strings.Join(messages, "; ")
	case map[string]any:
		return messageInObject(value, depth)
	default:
		return ""
	}
}

// messageInObject looks into the members that wrap another error, and then at the object's own text.
func messageInObject(value map[string]any, depth int) string {
	generic := ""
	for _, inner := range []string{"details", "detail", "error", "errors"} {
		switch message := deepestMessage(value[inner], depth-1); {
		case isGeneric(message):
			generic = message
		case message != "":
			return message
		}
	}
	for _, own := range []string{"message", "msg", "detail", "error"} {
		if text, isText := value[own].(string); isText {
			if message := messageInText(text, depth); message != "" {
				return message + location(value["loc"])
			}
		}
	}
	return generic
}

// messageInText looks into text that is itself JSON, as the vendor's validation handler sends it.
func messageInText(text string, depth int) string {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "[") || strings.HasPrefix(text, "{") {
		var parsed any
		if json.Unmarshal([]byte(text), &parsed) == nil {
			if message := deepestMessage(parsed, depth-1); message != "" {
				return message
			}
		}
	}
	return text
}

// isGeneric reports whether a message says only that something failed.
func isGeneric(message string) bool {
	return message == "An HTTP exception occurred." || strings.HasPrefix(message, "Request failed (")
}

// location formats where a validation message belongs, such as " (query.limit)".
func location(loc any) string {
	parts, ok := loc.([]any)
	if !ok || len(parts) == 0 {
		return ""
	}
	words := make([]string, len(parts))
	for i, part := range parts {
		words[i] = fmt.Sprint(part)
	}
	return " (" + strings.Join(words, ".") + ")"
}

func deepestCode(value any, depth int) string {
	object, ok := value.(map[string]any)
	if !ok || depth == 0 {
		return ""
	}
	for _, inner := range []string{"details", "detail", "error"} {
		if code := deepestCode(object[inner], depth-1); code != "" {
			return code
		}
	}
	code, _ := object["code"].(string)
	return code
}

var htmlTitlePattern = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)

// htmlTitle describes a page that a proxy sent by its title.
func htmlTitle(body []byte) string {
	if match := htmlTitlePattern.FindSubmatch(body); match != nil {
		return "an HTML page titled " + html.UnescapeString(strings.TrimSpace(string(match[1])))
	}
	return "an HTML page"
}
