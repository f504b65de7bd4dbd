package wire

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Payload is the JSON a handle carries: a customer's document, of any size and kind.
type Payload struct {
	Present bool
	Text    string // "" unless payloads are kept
}

// Pointer returns nil for a payload that the server left out, or that is not kept.
func (p Payload) Pointer() *string {
	if p.Text == "" {
		return nil
	}
	return &p.Text
}

// read skips a payload without copying it, or keeps it as compact text with sorted keys, so that equal payloads are
// equal text. Numbers keep every digit.
func (p *Payload) read(r *reader) error {
	p.Present = true
	if !r.keepPayloads {
		return r.SkipValue()
	}
	raw, err := r.ReadValue()
	if err != nil {
		return err
	}
	value := raw.Clone()
	sorted := jsontext.ReorderRawObjects(nesting(value) <= maxSortedNesting)
	if err := value.Compact(jsontext.PreserveRawStrings(false), sorted); err != nil {
		return err
	}
	p.Text = r.settings.redactor.JSON(strings.ToValidUTF8(string(value), "\uFFFD"))
	return nil
}

// maxSortedNesting is the depth to which the keys of a payload are sorted. Each level may copy everything below it, so
// without a bound a hostile payload would take minutes.
const maxSortedNesting = 100

// nesting returns how deep a JSON value is nested: 0 for a number, 1 for a list of them.
func nesting(value jsontext.Value) (deepest int) {
	depth, inString := 0, false
	for i := 0; i < len(value); i++ {
		switch character := value[i]; {
		case inString && character == '\\':
			i++
		case character == '"':
			inString = !inString
		case inString:
		case character == '{', character == '[':
			depth++
			deepest = max(deepest, depth)
		case character == '}', character == ']':
			depth--
		}
	}
	return deepest
}
