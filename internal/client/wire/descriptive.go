package wire

import (
	"errors"
	"reflect"
	"regexp"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// The members of these types only describe. If the API sends one in another form, it is null, so that a change of the API
// does not make unreadable what a gate needs. DESIGN.md has the table of both kinds.

// Note is a text that only describes.
type Note struct{ *Text }

// Figure is a whole number that only describes.
type Figure struct {
	*Int64
	IsUnread bool // whether it is present but not a whole number
}

// Measure is a number with all its digits that only describes.
type Measure struct{ Number }

func (n *Note) read(r *reader) error {
	if r.PeekKind() != '"' {
		return r.skipUnread()
	}
	n.Text = &Text{}
	return n.Text.read(r)
}

func (f *Figure) read(r *reader) error {
	err := r.read(reflect.ValueOf(&f.Int64).Elem())
	if _, f.IsUnread = errors.AsType[contentError](err); f.IsUnread {
		f.Int64 = nil
	}
	return r.ignoreForm(err)
}

func (m *Measure) read(r *reader) error { return r.ignoreForm(m.Number.read(r)) }

// ignoreForm returns the error of reading a number. If the number was in a form that this version does not know, it
// remembers the name of the member and returns nil.
func (r *reader) ignoreForm(err error) error {
	if _, isForm := errors.AsType[contentError](err); !isForm {
		return err
	}
	r.addUnread()
	return nil
}

// readDescriptive reads an object whose members all only describe.
func (r *reader) readDescriptive(target any) error {
	if r.PeekKind() != '{' {
		return r.skipUnread()
	}
	return r.readMembers(target)
}

// skipUnread skips a value in a form that this version does not know.
func (r *reader) skipUnread() error {
	isNull := r.PeekKind() == 'n'
	err := r.SkipValue()
	if err == nil && !isNull {
		r.addUnread()
	}
	return err
}

// addUnread remembers the name of the member that was read last.
func (r *reader) addUnread() { r.settings.addUnread(genericName(r.StackPointer())) }

var (
	rowPattern    = regexp.MustCompile(`^/data/\d+/|^/`)
	handlePattern = regexp.MustCompile(`^(handle_\w+)\.[^.]+`) // the names of handles are the customer's
	indexPattern  = regexp.MustCompile(`\.\d+\b`)
)

// genericName returns the name of a member without the row that it is of: /data/0/timing/duration_ms is
// timing.duration_ms.
func genericName(pointer jsontext.Pointer) string {
	name := memberName(jsontext.Pointer("/" + rowPattern.ReplaceAllString(string(pointer), "")))
	return indexPattern.ReplaceAllString(handlePattern.ReplaceAllString(name, "$1"), "")
}

// Unread returns the descriptive members that could not be read, by name. A name is returned once.
func (d *Decoder) Unread() []string {
	d.unread.Lock()
	defer d.unread.Unlock()
	names := d.unread.names[d.unread.returned:]
	d.unread.returned = len(d.unread.names)
	return names
}

// addUnread keeps the name of a member, unless it is known.
func (d *Decoder) addUnread(name string) {
	d.unread.Lock()
	defer d.unread.Unlock()
	if len(d.unread.names) < maxUnread && !slices.Contains(d.unread.names, name) {
		d.unread.names = append(d.unread.names, name)
	}
}

// maxUnread is how many names of members are kept.
const maxUnread = 100
