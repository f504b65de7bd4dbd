package wire

import (
	"bytes"
	"io"
)

// maxLiteral is the length from which a string or number that nobody asked for is cut, and a run of white space in any
// case. Everything that the API itself writes is shorter.
const maxLiteral = 64 << 10

// literalCutter cuts strings, numbers and white space that are longer than [maxLiteral]. The JSON decoder holds one of them
// at a time completely in memory, and a payload that nobody asked for can be one string of 50 MiB.
type literalCutter struct {
	source      io.Reader
	keepStrings bool
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
			span, keep := c.next(rest)
			kept += copy(buffer[kept:], rest[:keep])
			rest = rest[span:]
		}
		if kept > 0 || err != nil || read == 0 {
			return kept, err
		}
	}
}

// next follows the bytes that belong together at the start of a chunk. It returns their number, and how many to keep.
func (c *literalCutter) next(chunk []byte) (span, keep int) {
	switch {
	case c.escape > 0:
		return c.inEscape(chunk[0])
	case c.inString:
		return c.text(chunk)
	case isBlank(chunk[0]):
		if !c.inBlank {
			c.inBlank, c.length = true, 0
		}
		return c.run(countWhile(chunk, isBlank), true)
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
		return c.run(countWhile(chunk, func(b byte) bool { return !isBlank(b) && !isStructural(b) }), !c.keepStrings)
	}
}

// text follows the bytes of a string up to an escape sequence or its end.
func (c *literalCutter) text(chunk []byte) (span, keep int) {
	end := bytes.IndexByte(chunk, '"')
	if end < 0 {
		end = len(chunk)
	}
	if escape := bytes.IndexByte(chunk[:end], '\\'); escape >= 0 {
		end = escape
	}
	switch {
	case end > 0:
		return c.run(end, !c.keepStrings)
	case chunk[0] == '"':
		c.inString, c.length = false, 0
		return 1, 1
	default:
		c.escape, c.dropEscape = 1, !c.keepStrings && c.length >= maxLiteral
		return c.run(1, c.dropEscape)
	}
}

// inEscape follows one byte of an escape sequence after the backslash.
func (c *literalCutter) inEscape(character byte) (span, keep int) {
	if c.escape--; c.escape == 0 && character == 'u' {
		c.escape = 4
	}
	return c.run(1, c.dropEscape)
}

// run adds bytes to the current literal, and keeps those below the limit.
func (c *literalCutter) run(span int, isCut bool) (int, int) {
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
