// Package sanitize makes text from a server safe to show and to store: without terminal escapes, control characters
// and the API key.
package sanitize

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxTextLength is how many characters of a server's text are shown. The vendor's SDKs truncate at the same length.
const MaxTextLength = 500

// terminalEscape matches control sequences, operating system commands and short escapes.
var terminalEscape = regexp.MustCompile("\x1b\\[[0-?]*[ -/]*[@-~]|\x1b\\][^\x07\x1b]*(?:\x07|\x1b\\\\)?|\x1b[ -~]?|\u009b[0-?]*[ -/]*[@-~]")

// PlainText returns text as one line of valid UTF-8 of at most [MaxTextLength] characters, without terminal escapes,
// control characters and invisible format characters.
func PlainText(text string) string { return truncate(singleLine(text)) }

// IsPlain reports whether [PlainText] returns text unchanged.
func IsPlain(text string) bool { return PlainText(text) == text }

// isPrintable reports whether text is printable ASCII, spaces included. Such text has nothing to remove.
func isPrintable(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}

func singleLine(text string) string {
	// A generous first cut bounds the work on a text of any size. Whatever it removes, truncate would remove as well.
	text = text[:min(len(text), MaxTextLength*16)]
	if isPrintable(text) && !strings.Contains(text, " ") {
		return text // the usual case, decided without a copy
	}
	return strings.Join(strings.Fields(stripInvisible(text)), " ")
}

// stripInvisible removes terminal escapes, control characters and format characters. White space stays.
func stripInvisible(text string) string {
	if isPrintable(text) {
		return text
	}
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, stripControl(text))
}

// stripControl removes terminal escapes and control characters, and replaces invalid UTF-8. It keeps format characters,
// because some languages need joiners in file names.
func stripControl(text string) string {
	if isPrintable(text) {
		return text
	}
	if utf8.ValidString(text) && !strings.ContainsFunc(text, unicode.IsControl) {
		return text // every terminal escape begins with a control character
	}
	text = terminalEscape.ReplaceAllString(strings.ToValidUTF8(text, "\uFFFD"), "")
	return strings.Map(func(r rune) rune {
		switch {
		case !unicode.IsControl(r) || r == '\t' || r == '\n' || r == '\r':
			return r
		case unicode.IsSpace(r): // such as U+0085, which terminals treat as a control code
			return ' '
		default:
			return -1
		}
	}, text)
}

func truncate(text string) string {
	if utf8.RuneCountInString(text) > MaxTextLength {
		return string([]rune(text)[:MaxTextLength]) + "…"
	}
	return text
}
