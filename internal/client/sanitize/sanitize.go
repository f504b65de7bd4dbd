// Package sanitize makes server text safe to show and to store by removing terminal escapes, control characters and the
// API key, and by disarming commands to CI systems.
package sanitize

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxTextLength is how many characters of a server's text are shown. The vendor's SDKs truncate at the same length.
const MaxTextLength = 500

// PlainText returns text as one line of valid UTF-8 of at most [MaxTextLength] characters, without terminal escapes,
// control characters, invisible format characters and commands of pipelines.
func PlainText(text string) string { return truncate(breakCommands(singleLine(text))) }

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
	if isPrintable(text) || utf8.ValidString(text) && !strings.ContainsFunc(text, isRemoved) {
		return text
	}
	clean := strings.Builder{}
	for text = strings.ToValidUTF8(text, "\uFFFD"); ; {
		next := strings.IndexFunc(text, isRemoved)
		if next < 0 {
			clean.WriteString(text)
			return clean.String()
		}
		clean.WriteString(text[:next])
		text = text[next:]
		switch r, size := utf8.DecodeRuneInString(text); {
		case r == escape || r == controlSequence:
			text = text[escapeLength(text):]
		case unicode.IsSpace(r): // such as U+0085, which terminals treat as a control code
			clean.WriteByte(' ')
			fallthrough
		default:
			text = text[size:]
		}
	}
}

func isRemoved(r rune) bool { return unicode.IsControl(r) && r != '\t' && r != '\n' && r != '\r' }

// These characters begin a terminal escape.
const (
	escape          = '\x1b'
	controlSequence = '\u009b' // the same as escape and [
)

// escapeLength returns the length of the control sequence, operating system command or short escape that text begins
// with. It leaves the end of a command, which is a control character or a short escape itself.
func escapeLength(text string) int {
	skip := func(at int, low, high byte) int {
		for at < len(text) && text[at] >= low && text[at] <= high {
			at++
		}
		return at
	}
	start := len("\x1b[") // as many bytes as a controlSequence
	switch {
	case strings.HasPrefix(text, "\x1b]"):
		if end := strings.IndexAny(text[start:], "\x07\x1b"); end >= 0 {
			return start + end
		}
		return len(text)
	case text[0] == escape && !strings.HasPrefix(text, "\x1b["):
		return min(skip(1, ' ', '~'), 2)
	}
	end := skip(skip(start, '0', '?'), ' ', '/')
	if skip(end, '@', '~') > end {
		return end + 1
	}
	return start
}

func truncate(text string) string {
	if utf8.RuneCountInString(text) > MaxTextLength {
		return string([]rune(text)[:MaxTextLength]) + "…"
	}
	return text
}
