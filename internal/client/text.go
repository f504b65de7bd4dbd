package client

import (
	"bytes"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxTextLength is how many characters of the server's text a person is shown. The vendor's SDKs cut at the same
// length.
const maxTextLength = 500

// terminalEscape matches what a terminal would obey: control sequences, operating system commands, short escapes.
var terminalEscape = regexp.MustCompile("\x1b\\[[0-?]*[ -/]*[@-~]|\x1b\\][^\x07\x1b]*(?:\x07|\x1b\\\\)?|\x1b[ -~]?|\u009b[0-?]*[ -/]*[@-~]")

// PlainText makes text from the server safe and short enough to show: one line of valid UTF-8 without terminal
// escapes, control or invisible formatting characters, of at most 500 characters.
func PlainText(text string) string { return cut(oneLine(text)) }

// isPlain reports whether a text can be shown as it is.
func isPlain(text string) bool {
	if len(text) <= maxTextLength && strings.IndexFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) < 0 {
		return true // the usual case, found out without a copy
	}
	return PlainText(text) == text
}

const (
	// keyInText stands for an API key that the server has echoed.
	keyInText = "[API key]"
	// minKeyInData is how long a key is at least that is looked for in data. The vendor's are much longer; a shorter one is
	// wrong, and could be part of any word.
	minKeyInData = 10
)

func (c *Client) withoutKey(text string) string { return strings.ReplaceAll(text, c.apiKey, keyInText) }

// presentable is PlainText without the API key, should the server have echoed it. The key is taken out before the text
// is cut, so that no part of it is left, and again after invisible characters are gone, which could have hidden it.
func (c *Client) presentable(text string) string {
	return cut(c.withoutKey(oneLine(c.withoutKey(text))))
}

// bodyWithoutKey takes the API key out of a body: what a result says goes into the state, and the key must not, even if the
// server echoes it there. A body without it is returned as it is.
func (c *Client) bodyWithoutKey(body []byte) []byte {
	if key := []byte(c.apiKey); len(key) >= minKeyInData && bytes.Contains(body, key) {
		return bytes.ReplaceAll(body, key, []byte(keyInText))
	}
	return body
}

// hideKey takes the API key out of texts that were cleaned after their body was searched for it: without its invisible
// characters, a text can hold the key.
func (c *Client) hideKey(texts ...*string) {
	for _, text := range texts {
		if text != nil && len(c.apiKey) >= minKeyInData {
			*text = c.withoutKey(*text)
		}
	}
}

// hideKeyInLifecycle is hideKey for what is cleaned in every lifecycle.
func (c *Client) hideKeyInLifecycle(lifecycle *Lifecycle) {
	c.hideKey(&lifecycle.ErrorMessage, &lifecycle.CancelReason)
}

// hideKeyInResult is hideKey for what is cleaned in a result.
func (c *Client) hideKeyInResult(result *ExperimentResult) {
	c.hideKeyInLifecycle(&result.Lifecycle)
	for _, handles := range [][]Handle{result.HandleInputs, result.HandleOutputs} {
		for _, handle := range handles {
			c.hideKey(handle.Filename)
		}
	}
}

func oneLine(text string) string {
	// A generous first cut bounds the work on a body of any size; what it loses would be cut below anyway.
	if len(text) > maxTextLength*16 {
		text = text[:maxTextLength*16]
	}
	return strings.Join(strings.Fields(visible(text)), " ")
}

// visible drops from a text what a terminal would obey and what nobody sees; white space stays.
func visible(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, harmless(text))
}

// harmless drops from a text what a terminal would obey. The name of a file keeps everything else, such as the joiners
// that some languages are written with.
func harmless(text string) string {
	if utf8.ValidString(text) && strings.IndexFunc(text, unicode.IsControl) < 0 {
		return text // the usual case: all that a terminal obeys begins with a control character
	}
	text = terminalEscape.ReplaceAllString(strings.ToValidUTF8(text, "\uFFFD"), "")
	return strings.Map(func(r rune) rune {
		if !unicode.IsSpace(r) && unicode.IsControl(r) {
			return -1
		}
		return r
	}, text)
}

func cut(text string) string {
	if utf8.RuneCountInString(text) > maxTextLength {
		return string([]rune(text)[:maxTextLength]) + "…"
	}
	return text
}
