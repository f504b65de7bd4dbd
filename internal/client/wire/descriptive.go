package wire

import (
	"regexp"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// The members of these types only describe. One that is not what it must be is null, so that a change of the API does not make
// what a gate needs unreadable. DESIGN.md has the table of both kinds.

// note is a text that only describes.
type note struct{ text *text }

func (n note) pointer() *string { return n.text.pointer() }
func (n note) string() string   { return n.text.string() }

// figure is a whole number that only describes.
type figure struct {
	value    *int64
	isUnread bool // whether it is there and no whole number
}

func (f figure) orZero() int64 {
	if f.value == nil {
		return 0
	}
	return *f.value
}

// measure is a number with all its digits that only describes.
type measure struct{ number }

// group is an object whose members all only describe.
type group[T any] struct{ members T }

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
		json.UnmarshalFromFunc(func(decoder *jsontext.Decoder, target *note) error {
			if *target = (note{}); decoder.PeekKind() != '"' {
				return skip(decoder)
			}
			return json.UnmarshalDecode(decoder, &target.text)
		}),
		json.UnmarshalFromFunc(func(decoder *jsontext.Decoder, target *figure) error {
			value, isUnread, err := readNumber(decoder, parseInt64, unread)
			*target = figure{value, isUnread}
			return err
		}),
		json.UnmarshalFromFunc(func(decoder *jsontext.Decoder, target *measure) error {
			value, _, err := readNumber(decoder, exactNumber, unread)
			if *target = (measure{}); value != nil {
				target.value = *value
			}
			return err
		}),
		group[timingBody]{}.unmarshaler(skip), group[triggerBody]{}.unmarshaler(skip), group[usageBody]{}.unmarshaler(skip),
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

func (group[T]) unmarshaler(skip func(*jsontext.Decoder) error) *json.Unmarshalers {
	return json.UnmarshalFromFunc(func(decoder *jsontext.Decoder, target *group[T]) error {
		if *target = (group[T]{}); decoder.PeekKind() != '{' {
			return skip(decoder)
		}
		return json.UnmarshalDecode(decoder, &target.members)
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
