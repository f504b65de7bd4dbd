package wire

import (
	"cmp"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/retab-dev/terraform-provider-retab/internal/client/retab"
)

// handleBody is a handle in every published shape: {type, document{id or original_id, filename, mime_type}} by the
// two schemas, {type, filename} by the vendor's example, {type, data} for JSON, and {type} alone by the SDK's
// fixtures. Storage addresses (gcs_uri) are skipped on purpose.
type handleBody struct {
	Type     note         `json:"type"`
	Filename note         `json:"filename"`
	Document documentBody `json:"document"`
	Data     payload      `json:"data"`
}

type documentBody struct {
	ID         note `json:"id"`
	OriginalID note `json:"original_id"`
	Filename   note `json:"filename"`
	MIMEType   note `json:"mime_type"`
}

// UnmarshalJSONFrom skips a handle that is not an object, as a later handle type could be: a handle never makes a result
// unreadable.
func (h *handleBody) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	type plain handleBody
	return unmarshalObject(decoder, (*plain)(h))
}

// UnmarshalJSONFrom skips a document that is not an object.
func (d *documentBody) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	type plain documentBody
	return unmarshalObject(decoder, (*plain)(d))
}

// unmarshalObject decodes an object, and skips any other value.
func unmarshalObject(decoder *jsontext.Decoder, target any) error {
	if decoder.PeekKind() != '{' {
		return decoder.SkipValue()
	}
	return json.UnmarshalDecode(decoder, target)
}

// handleBodies are handles by name. There are usually one or two, for which a map would cost several times as much.
type handleBodies []namedHandle

type namedHandle struct {
	name string
	handleBody
}

// UnmarshalJSONFrom accepts an object or null, and sorts by name.
func (h *handleBodies) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	*h = nil
	err := eachMember(decoder, func(name string) error {
		handle := namedHandle{name: name}
		err := json.UnmarshalDecode(decoder, &handle.handleBody)
		*h = append(*h, handle)
		return cmp.Or(err, checkCount(len(*h)))
	})
	slices.SortStableFunc(*h, func(one, other namedHandle) int { return cmp.Compare(one.name, other.name) })
	return err
}

// convert converts handles. Of two with the same name, the last one counts.
func (h handleBodies) convert() []retab.Handle {
	var converted []retab.Handle
	for i, handle := range h {
		if i+1 == len(h) || h[i+1].name != handle.name {
			converted = append(converted, handle.convert())
		}
	}
	return converted
}

func (h namedHandle) convert() retab.Handle {
	return retab.Handle{
		Name:     h.name,
		Type:     h.handleType(),
		FileID:   firstPresent(h.Document.ID.text, h.Document.OriginalID.text),
		Filename: firstPresent(h.Document.Filename.text, h.Filename.text),
		MIMEType: h.Document.MIMEType.pointer(),
		Data:     h.Data.pointer(),
	}
}

// handleType returns the type. It infers one that was left out; both schemas have a default.
func (h handleBody) handleType() string {
	switch {
	case h.Type.text != nil:
		return h.Type.string()
	case h.Data.present:
		return "json"
	case h.Filename.text != nil || h.Document != documentBody{}:
		return "file"
	default:
		return ""
	}
}
