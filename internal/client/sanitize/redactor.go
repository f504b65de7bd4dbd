package sanitize

import (
	"strconv"
	"strings"
	"unicode"
)

const (
	// redacted replaces an API key that a server sent back.
	redacted = "[API key]"
	// minKeyLength is the length from which a key is searched for. The vendor's keys are much longer; a shorter key is
	// certainly invalid and could be part of any word.
	minKeyLength = 8
	// maxWordLength is the length up to which a key of letters alone could be an ordinary word.
	maxWordLength = 19
)

// Redactor cleans text and removes one API key from it. The zero value removes no key.
type Redactor struct {
	key     string
	escaped string // the key as it stands inside JSON text
}

// NewRedactor returns a Redactor for a key. A key that is shorter than eight characters, or that consists of fewer than
// twenty letters alone, is not searched for, because it could be an ordinary word.
func NewRedactor(key string) Redactor {
	isWord := len(key) <= maxWordLength && strings.IndexFunc(key, func(r rune) bool { return !unicode.IsLetter(r) }) < 0
	if len(key) < minKeyLength || isWord {
		return Redactor{}
	}
	quoted := strconv.Quote(key) // a key is printable ASCII, so this is its JSON form, too
	return Redactor{key: key, escaped: quoted[1 : len(quoted)-1]}
}

// Message returns a server's text for a diagnostic or a log: one short line, see [PlainText], without the key.
func (r Redactor) Message(text string) string {
	// The key is removed before the text is truncated, so that no part of it is left, and again after invisible
	// characters are removed, which could have hidden it.
	return truncate(breakCommands(r.redact(singleLine(r.redact(text)))))
}

// Value returns a server's text for the state: complete, but without terminal escapes, control characters, commands of pipelines
// and the key. Line breaks and format characters stay, unless format characters hide the key.
func (r Redactor) Value(text string) string {
	text = stripControl(text)
	if r.key == "" {
		return breakCommands(text)
	}
	if visible := stripInvisible(text); visible != text && strings.Contains(visible, r.key) {
		text = visible
	}
	return breakCommands(r.redact(text))
}

// JSON returns JSON text without the key. Strings in it must be in their shortest form, so that the key has one spelling.
func (r Redactor) JSON(text string) string {
	if r.key == "" {
		return text
	}
	return strings.ReplaceAll(text, r.escaped, redacted)
}

func (r Redactor) redact(text string) string {
	if r.key == "" {
		return text
	}
	return strings.ReplaceAll(text, r.key, redacted)
}
