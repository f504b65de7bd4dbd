package transport

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"html"
	"io"
	"regexp"
	"strings"

	"github.com/go-json-experiment/json"
)

const (
	// defaultMaxBodyBytes limits one decompressed response. The vendor documents no limit; a page of 1000 rows with 50 KiB
	// of payload each still fits.
	defaultMaxBodyBytes = 64 << 20
	// maxBodyStart is how many bytes of a body its description may look at.
	maxBodyStart = 2 << 10
)

// limitedBody reads at most a number of bytes of a response, and remembers the error that cut it short.
type limitedBody struct {
	source      io.Reader
	size, limit int64
	start       []byte // the first bytes, for the description of a body that is not JSON
	err         error
}

// Read reads from the response.
func (b *limitedBody) Read(buffer []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	read, err := b.source.Read(buffer)
	b.size += int64(read)
	b.start = append(b.start, buffer[:min(read, maxBodyStart-len(b.start))]...)
	switch {
	case b.size > b.limit:
		b.err = ErrBodyTooLarge
		return 0, b.err
	case err != nil && !errors.Is(err, io.EOF):
		b.err = fmt.Errorf("the answer broke off: %w", err)
		return read, b.err
	}
	return read, err
}

// describe returns the size and the title of a body that is not JSON, and none of its content, which may be a
// customer's. It returns "" for JSON.
func (b *limitedBody) describe(contentType string) string {
	start := trimBody(b.start)
	if len(start) == 0 || start[0] == '{' || start[0] == '[' {
		return ""
	}
	size := fmt.Sprintf("%d bytes", b.size)
	if b.size >= maxErrorBytes {
		size = fmt.Sprintf("at least %d bytes", maxErrorBytes)
	}
	if isHTML(contentType, start) {
		return htmlTitle(b.start) + ", " + size
	}
	return size
}

const (
	// maxErrorDepth bounds the search in an error body; the vendor's bodies nest four levels.
	maxErrorDepth = 10
	// maxErrorBytes bounds how much of an error body is read; the vendor's bodies are below a kilobyte.
	maxErrorBytes = 256 << 10
)

// errorText returns the error message in the body of a failed request, and whether the body is JSON.
//
// The API wraps them in several ways: {"detail":"…"}, {"detail":{"code","message","details":{"error":…}}}, the same
// without detail, a message that is a JSON document, and lists of {loc, msg}. The outer layers say only that an
// HTTP exception occurred, so the deepest message wins, as in the vendor's Ruby SDK.
func errorText(contentType string, body []byte) (message string, isJSON bool) {
	body = trimBody(body)
	var parsed any
	if len(body) <= maxErrorBytes && json.Unmarshal(body, &parsed) == nil {
		return deepestMessage(parsed, maxErrorDepth), true
	}
	body = body[:min(len(body), maxErrorBytes)]
	if isHTML(contentType, body) {
		return htmlTitle(body), false
	}
	return string(body), false
}

const utf8BOM = "\xef\xbb\xbf"

func trimBody(body []byte) []byte { return bytes.TrimSpace(bytes.TrimPrefix(body, []byte(utf8BOM))) }

func isHTML(contentType string, body []byte) bool {
	return strings.Contains(contentType, "html") || bytes.HasPrefix(body, []byte("<"))
}

// textMembers are the members with the message of an error: first those that wrap another error, then the object's own.
var textMembers = []string{"details", "detail", "error", "errors", "message", "msg"}

// deepestMessage returns the message that is nested in at most depth objects and lists, "" if there is none.
func deepestMessage(value any, depth int) string {
	if depth < 0 {
		return ""
	}
	generic := ""
	switch value := value.(type) {
	case string:
		text := strings.TrimSpace(value)
		var parsed any
		if json.Unmarshal([]byte(text), &parsed) == nil { // as the vendor's validation handler sends it
			return cmp.Or(deepestMessage(parsed, depth), text)
		}
		return text
	case []any:
		var messages []string
		for _, item := range value {
			if message := deepestMessage(item, depth-1); message != "" {
				messages = append(messages, message)
			}
		}
		return strings.Join(messages, "; ")
	case map[string]any:
		for _, member := range textMembers {
			message := deepestMessage(value[member], depth-1)
			if message != "" && !isGeneric(message) {
				return message + location(value["loc"])
			}
			generic = cmp.Or(generic, message)
		}
	}
	return generic
}

// isGeneric reports whether a message says only that something failed.
func isGeneric(message string) bool {
	return message == "An HTTP exception occurred." || strings.HasPrefix(message, "Request failed (")
}

// location formats where a validation message belongs, such as " (query.limit)".
func location(loc any) string {
	parts, _ := loc.([]any)
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(strings.Fields(fmt.Sprintln(parts...)), ".") + ")"
}

// errorInSuccess returns the message of a 2xx body that is an error, such as {"detail":"…"}, and "" for every other
// body. A body with an ID or with rows is a malformed result, not an error.
func errorInSuccess(body []byte) string {
	var members map[string]any
	if json.Unmarshal(trimBody(body), &members) != nil {
		return ""
	}
	for _, name := range []string{"id", "document_id", "data"} {
		if _, isResult := members[name]; isResult {
			return ""
		}
	}
	return deepestMessage(members, maxErrorDepth)
}

var htmlTitlePattern = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)

// htmlTitle describes a page that a proxy sent by its title.
func htmlTitle(body []byte) string {
	if match := htmlTitlePattern.FindSubmatch(body); match != nil {
		return "an HTML page titled " + html.UnescapeString(strings.TrimSpace(string(match[1])))
	}
	return "an HTML page"
}
