package wire

import (
	"cmp"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
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

// UnmarshalJSONFrom skips a handle that is not an object, as a later handle type could be: a handle never makes a result
// unreadable.
func (h *Handle) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	type plain Handle
	return unmarshalObject(decoder, (*plain)(h))
}

// UnmarshalJSONFrom skips a document that is not an object.
func (d *Document) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	type plain Document
	return unmarshalObject(decoder, (*plain)(d))
}

// unmarshalObject decodes an object, and skips any other value.
func unmarshalObject(decoder *jsontext.Decoder, target any) error {
	if decoder.PeekKind() != '{' {
		return decoder.SkipValue()
	}
	return json.UnmarshalDecode(decoder, target)
}

// Handles are handles by name. There are usually one or two, for which a map would cost several times as much.
type Handles []NamedHandle

// NamedHandle is a handle with its name.
type NamedHandle struct {
	Name string
	Handle
}

// UnmarshalJSONFrom accepts an object or null, and sorts by name.
func (h *Handles) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	*h = nil
	err := eachMember(decoder, func(name string) error {
		handle := NamedHandle{Name: name}
		err := json.UnmarshalDecode(decoder, &handle.Handle)
		*h = append(*h, handle)
		return cmp.Or(err, checkCount(len(*h)))
	})
	slices.SortStableFunc(*h, func(one, other NamedHandle) int { return cmp.Compare(one.Name, other.Name) })
	return err
}
