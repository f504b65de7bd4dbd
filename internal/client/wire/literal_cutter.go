package wire

import (
	"bytes"
	"io"
)

// maxLiteral is the length in bytes beyond which strings and numbers are cut unless payloads are requested, and white space
// always. Everything that the API itself writes is shorter.
const maxLiteral = 64 << 10

// literalCutter cuts strings, numbers and white space that are longer than [maxLiteral]. The JSON decoder holds one of them
// at a time completely in memory, and a payload that was not requested can be one string of 50 MiB.
type literalCutter struct {
	source      io.Reader
	keepStrings bool // and numbers
	inString    bool
	inBlank     bool
	length      int  // of the current string, number or white space so far
	escape      int  // how many more bytes belong to an escape sequence
	dropEscape  bool // an escape sequence is cut as a whole or not at all
}

func newLiteralCutter(source io.Reader, keepStrings bool) *literalCutter {
	return &literalCutter{source: source, keepStrings: keepStrings}
}

// Read reads from the source, and removes what is too long.
func (c *literalCutter) Read(buffer []byte) (int, error) {
	for {
		read, err := c.source.Read(buffer)
		kept := 0
		for rest := buffer[:read]; len(rest) > 0; {
			span, keep := c.nextSpan(rest)
			kept += copy(buffer[kept:], rest[:keep])
			rest = rest[span:]
		}
		if kept > 0 || err != nil || read == 0 {
			return kept, err
		}
	}
}

// nextSpan returns how many bytes at the start of a chunk belong together, and how many of them to keep.
func (c *literalCutter) nextSpan(chunk []byte) (span, keep int) {
	switch {
	case c.escape > 0:
		return c.escapeSpan(chunk[0])
	case c.inString:
		return c.stringSpan(chunk)
	case isBlank(chunk[0]):
		if !c.inBlank {
			c.inBlank, c.length = true, 0
		}
		return c.count(countWhile(chunk, isBlank), true)
	default:
		wasBlank := c.inBlank
		c.inBlank = false
		if isStructural(chunk[0]) || wasBlank {
			c.length = 0
		}
		if isStructural(chunk[0]) {
			c.inString = chunk[0] == '"'
			return 1, 1
		}
		return c.count(countWhile(chunk, func(b byte) bool { return !isBlank(b) && !isStructural(b) }), !c.keepStrings)
	}
}

// stringSpan spans a string up to an escape sequence or its end.
func (c *literalCutter) stringSpan(chunk []byte) (span, keep int) {
	end := bytes.IndexByte(chunk, '"')
	if end < 0 {
		end = len(chunk)
	}
	if escape := bytes.IndexByte(chunk[:end], '\\'); escape >= 0 {
		end = escape
	}
	switch {
	case end > 0:
		return c.count(end, !c.keepStrings)
	case chunk[0] == '"':
		c.inString, c.length = false, 0
		return 1, 1
	default:
		c.escape, c.dropEscape = 1, !c.keepStrings && c.length >= maxLiteral
		return c.count(1, c.dropEscape)
	}
}

// escapeSpan spans one byte of an escape sequence after the backslash.
func (c *literalCutter) escapeSpan(character byte) (span, keep int) {
	if c.escape--; c.escape == 0 && character == 'u' {
		c.escape = 4
	}
	return c.count(1, c.dropEscape)
}

// count adds bytes to the length of the current literal. If it is cut, only the bytes below the limit are kept.
func (c *literalCutter) count(span int, isCut bool) (int, int) {
	keep := span
	if isCut {
		keep = min(span, max(0, maxLiteral-c.length))
	}
	c.length += span
	return span, keep
}

func isBlank(b byte) bool { return b == ' ' || b == '\t' || b == '\n' || b == '\r' }

func isStructural(b byte) bool {
	switch b {
	case '{', '}', '[', ']', ':', ',', '"':
		return true
	default:
		return false
	}
}

func countWhile(chunk []byte, belongs func(byte) bool) int {
	for i, b := range chunk {
		if !belongs(b) {
			return i
		}
	}
	return len(chunk)
}
