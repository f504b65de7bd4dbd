package sanitize

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// breakCommands inserts a space into text that a pipeline would execute when it is printed: ##vso[ and ##[ of Azure
// Pipelines, and others of that form, anywhere, and :: of GitHub Actions at the start of a line, where GitHub ignores
// white space.
func breakCommands(text string) string {
	if !strings.Contains(text, "##") && !strings.Contains(text, "::") {
		return text
	}
	var broken strings.Builder
	isLineStart := true
	for text != "" {
		r, size := utf8.DecodeRuneInString(text)
		broken.WriteString(text[:size])
		if isLineStart && strings.HasPrefix(text, "::") || isLoggingCommand(text) {
			broken.WriteByte(' ')
		}
		isLineStart = r == '\n' || r == '\r' || isLineStart && unicode.IsSpace(r)
		text = text[size:]
	}
	return broken.String()
}

// isLoggingCommand reports whether text begins like ##[ or ##word[.
func isLoggingCommand(text string) bool {
	word, found := strings.CutPrefix(text, "##")
	return found && strings.HasPrefix(strings.TrimLeftFunc(word, unicode.IsLetter), "[")
}
