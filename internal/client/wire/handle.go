package wire

import (
	"cmp"
	"slices"
)

// Handle is a handle in every published shape: {type, document{id or original_id, filename, mime_type}} by the
// two schemas, {type, filename} by the vendor's example, {type, data} for JSON, and {type} alone by the SDK's
// fixtures. Storage addresses (gcs_uri) are skipped on purpose.
type Handle struct {
	Type     Note     `json:"type"`
	Filename Note     `json:"filename"`
	Document Document `json:"document"`
	Data     Payload  `json:"data"`
}

// Document is the file of a handle or of a record.
type Document struct {
	ID         Note `json:"id"`
	OriginalID Note `json:"original_id"`
	Filename   Note `json:"filename"`
	MIMEType   Note `json:"mime_type"`
}

func (h *Handle) read(r *reader) error { return r.readIfObject(h) }

func (d *Document) read(r *reader) error { return r.readIfObject(d) }

// readIfObject skips any other value, as a later handle type could be: a handle never makes a result unreadable.
func (r *reader) readIfObject(target any) error {
	if r.PeekKind() != '{' {
		return r.SkipValue()
	}
	return r.readMembers(target)
}

// Handles are handles by name. There are usually one or two, for which a map would cost several times as much.
type Handles []NamedHandle

// NamedHandle is a handle with its name.
type NamedHandle struct {
	Name string
	Handle
}

// read accepts an object or null, and sorts by name.
func (h *Handles) read(r *reader) error {
	err := r.eachMember(func(name string) error {
		handle := NamedHandle{Name: name}
		err := handle.read(r)
		*h = append(*h, handle)
		r.handles++
		return cmp.Or(err, r.checkCount(r.handles))
	})
	slices.SortStableFunc(*h, func(one, other NamedHandle) int { return cmp.Compare(one.Name, other.Name) })
	return err
}
