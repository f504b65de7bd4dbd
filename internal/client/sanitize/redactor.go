package sanitize

import (
	"strconv"
	"strings"
	"unicode"
)

const (
	// minKeyLength is the length from which a key is searched for. The vendor's keys are much longer; a shorter key is
	// certainly invalid and could be part of any word.
	minKeyLength  = 8
	maxWordLength = 19 // the length up to which a key of letters only could be an ordinary word
)

// Redactor cleans text and removes secrets from it. The zero value removes none.
type Redactor struct{ secrets []secret }

type secret struct {
	text        string
	escaped     string // as it stands inside JSON text
	replacement string
}

// NewRedactor returns a Redactor for a key and the values of headers. A secret that is shorter than eight characters,
// or that consists of fewer than twenty letters only, is not searched for, because it could be an ordinary word.
func NewRedactor(key string, headers ...string) Redactor {
	var r Redactor
	r.add(key, "[API key]")
	for _, value := range headers {
		r.add(value, "[header]")
	}
	return r
}

func (r *Redactor) add(text, replacement string) {
	isWord := len(text) <= maxWordLength && strings.IndexFunc(text, func(r rune) bool { return !unicode.IsLetter(r) }) < 0
	if len(text) >= minKeyLength && !isWord {
		quoted := strconv.Quote(text) // a key is printable ASCII, so this is its JSON form, too
		r.secrets = append(r.secrets, secret{text, quoted[1 : len(quoted)-1], replacement})
	}
}

// Message returns a server's text for a diagnostic or a log: one short line, see [PlainText], without the key.
func (r Redactor) Message(text string) string {
	// The key is removed before the text is truncated, so that no part of it is left, and again after invisible
	// characters are removed, which could have hidden it.
	return truncate(breakCommands(r.redact(singleLine(r.redact(text)))))
}

// Value returns a server's text for the state: complete, but without terminal escapes, control characters, commands of
// pipelines and the key. Line breaks and format characters stay, unless format characters hide the key.
func (r Redactor) Value(text string) string {
	text = stripControl(text)
	if len(r.secrets) == 0 {
		return breakCommands(text)
	}
	if visible := stripInvisible(text); visible != text && r.redact(visible) != visible {
		text = visible
	}
	return breakCommands(r.redact(text))
}

// JSON returns JSON text without the key. Strings in it must be in their shortest form, so that the key has one
// spelling.
func (r Redactor) JSON(text string) string {
	for _, secret := range r.secrets {
		text = strings.ReplaceAll(text, secret.escaped, secret.replacement)
	}
	return text
}

func (r Redactor) redact(text string) string {
	for _, secret := range r.secrets {
		text = strings.ReplaceAll(text, secret.text, secret.replacement)
	}
	return text
}
