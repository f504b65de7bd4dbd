package wire

import (
	"bytes"
	"io"
)

// maxLiteral is the length from which a string or number is cut while payloads are skipped. Everything that the API
// itself writes is shorter.
const maxLiteral = 64 << 10

// literalCutter cuts strings and numbers that are longer than [maxLiteral]. The JSON decoder holds one string at a time
// completely in memory, and a payload that nobody asked for can be one string of 50 MiB.
type literalCutter struct {
	source   io.Reader
	length   int // of the current string or number so far
	inString bool
	escape   int // how many more bytes belong to an escape sequence
}

func newLiteralCutter(source io.Reader) *literalCutter { return &literalCutter{source: source} }

// Read reads from the source, and removes what is too long.
func (c *literalCutter) Read(buffer []byte) (int, error) {
	for {
		read, err := c.source.Read(buffer)
		kept := c.cut(buffer[:read])
		if kept > 0 || err != nil || read == 0 {
			return kept, err
		}
	}
}

// cut moves the bytes to keep to the front and returns their number.
func (c *literalCutter) cut(chunk []byte) int {
	if c.length+len(chunk) <= maxLiteral { // nothing in this chunk can be too long
		c.scan(chunk)
		return len(chunk)
	}
	kept := 0
	for _, character := range chunk {
		tooLong := c.length >= maxLiteral && c.escape == 0
		c.next(character)
		if tooLong && c.length > 0 {
			continue
		}
		chunk[kept] = character
		kept++
	}
	return kept
}

// scan follows the bytes of a chunk, skipping to the next quote or backslash inside strings.
func (c *literalCutter) scan(chunk []byte) {
	for len(chunk) > 0 {
		if c.inString && c.escape == 0 {
			plain := bytes.IndexAny(chunk, `"\`)
			if plain < 0 {
				plain = len(chunk)
			}
			c.length += plain
			if chunk = chunk[plain:]; len(chunk) == 0 {
				return
			}
		}
		c.next(chunk[0])
		chunk = chunk[1:]
	}
}

// next follows one byte.
func (c *literalCutter) next(character byte) {
	switch {
	case c.escape > 0:
		if c.escape--; character == 'u' && c.escape == 0 && c.inString {
			c.escape = 4
		}
		c.length++
	case c.inString && character == '\\':
		c.escape = 1
		c.length++
	case character == '"':
		c.inString, c.length = !c.inString, 0
	case !c.inString && bytes.IndexByte([]byte("{}[]:, \t\r\n"), character) >= 0:
		c.length = 0
	default:
		c.length++
	}
}
