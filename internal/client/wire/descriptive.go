package wire

import (
	"regexp"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// The members of these types only describe. One that is not what it must be is null, so that a change of the API does not make
// what a gate needs unreadable. DESIGN.md has the table of both kinds.

// Note is a text that only describes.
type Note struct{ Text *Text }

// Pointer returns nil for a member that the server left out, or that is no text.
func (n Note) Pointer() *string { return n.Text.Pointer() }

// String returns "" for a member that the server left out, or that is no text.
func (n Note) String() string { return n.Text.String() }

// Figure is a whole number that only describes.
type Figure struct {
	Value    *int64
	IsUnread bool // whether it is there and no whole number
}

// OrZero returns 0 for a number that the server left out, or that is no whole number.
func (f Figure) OrZero() int64 {
	if f.Value == nil {
		return 0
	}
	return *f.Value
}

// Measure is a number with all its digits that only describes.
type Measure struct{ Number }

// Group is an object whose members all only describe.
type Group[T any] struct{ Members T }

// descriptive returns the functions that decode these types. They pass the names of members that cannot be read to unread.
func descriptive(unread func(member string)) *json.Unmarshalers {
	skip := func(decoder *jsontext.Decoder) error {
		isNull := decoder.PeekKind() == 'n'
		err := decoder.SkipValue()
		if err == nil && !isNull {
			unread(genericName(decoder.StackPointer()))
		}
		return err
	}
	return json.JoinUnmarshalers(
		json.UnmarshalFromFunc(func(decoder *jsontext.Decoder, target *Note) error {
			if *target = (Note{}); decoder.PeekKind() != '"' {
				return skip(decoder)
			}
			return json.UnmarshalDecode(decoder, &target.Text)
		}),
		json.UnmarshalFromFunc(func(decoder *jsontext.Decoder, target *Figure) error {
			value, isUnread, err := readNumber(decoder, parseInt64, unread)
			*target = Figure{value, isUnread}
			return err
		}),
		json.UnmarshalFromFunc(func(decoder *jsontext.Decoder, target *Measure) error {
			value, _, err := readNumber(decoder, exactNumber, unread)
			if *target = (Measure{}); value != nil {
				target.value = *value
			}
			return err
		}),
		Group[Timing]{}.unmarshaler(skip), Group[Trigger]{}.unmarshaler(skip), Group[Usage]{}.unmarshaler(skip),
	)
}

// readNumber returns nil for null, and for a value that cannot be parsed.
func readNumber[T any](decoder *jsontext.Decoder, parse func(jsontext.Value) (T, error), unread func(member string)) (value *T, isUnread bool, err error) {
	raw, err := decoder.ReadValue()
	if err != nil || raw.Kind() == 'n' {
		return nil, false, err
	}
	if number, err := parse(raw); err == nil {
		return &number, false, nil
	}
	unread(genericName(decoder.StackPointer()))
	return nil, true, nil
}

func (Group[T]) unmarshaler(skip func(*jsontext.Decoder) error) *json.Unmarshalers {
	return json.UnmarshalFromFunc(func(decoder *jsontext.Decoder, target *Group[T]) error {
		if *target = (Group[T]{}); decoder.PeekKind() != '{' {
			return skip(decoder)
		}
		return json.UnmarshalDecode(decoder, &target.Members)
	})
}

var (
	rowPattern    = regexp.MustCompile(`^/data/\d+/|^/`)
	handlePattern = regexp.MustCompile(`^(handle_\w+)\.[^.]+`) // the names of handles are the customer's
	indexPattern  = regexp.MustCompile(`\.\d+\b`)
)

// genericName returns the name of a member without the row that it is of: /data/0/timing/duration_ms is timing.duration_ms.
func genericName(pointer jsontext.Pointer) string {
	name := memberName(jsontext.Pointer("/" + rowPattern.ReplaceAllString(string(pointer), "")))
	return indexPattern.ReplaceAllString(handlePattern.ReplaceAllString(name, "$1"), "")
}

// Unread returns the descriptive members that could not be read, by name. A name is returned once.
func (d *Decoder) Unread() []string {
	d.unread.Lock()
	defer d.unread.Unlock()
	names := d.unread.names
	d.unread.names = nil
	return names
}

// addUnread keeps the name of a member, unless it is known.
func (d *Decoder) addUnread(name string) {
	d.unread.Lock()
	defer d.unread.Unlock()
	if len(d.unread.known) < maxUnread && !d.unread.known[name] {
		d.unread.known[name] = true
		d.unread.names = append(d.unread.names, name)
	}
}

// maxUnread is how many names of members are kept.
const maxUnread = 100
