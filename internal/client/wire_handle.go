package client

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// wireHandle is a handle in every published shape: {type, document{id or original_id, filename, mime_type}} by the
// two schemas, {type, filename} by the vendor's example, {type, data} for JSON, and {type} alone by the SDK's
// fixtures. Storage addresses (gcs_uri) are skipped on purpose.
type wireHandle struct {
	Type     *string      `json:"type"`
	Filename *string      `json:"filename"`
	Document wireDocument `json:"document"`
	Data     payload      `json:"data"`
}

type wireDocument struct {
	ID         *string `json:"id"`
	OriginalID *string `json:"original_id"`
	Filename   *string `json:"filename"`
	MIMEType   *string `json:"mime_type"`
}

// UnmarshalJSONFrom skips a handle that is no object, which a later handle type could be: a handle never makes a
// result unreadable.
func (h *wireHandle) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	type plain wireHandle
	return unmarshalObject(decoder, (*plain)(h))
}

// UnmarshalJSONFrom skips a document that is no object.
func (d *wireDocument) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	type plain wireDocument
	return unmarshalObject(decoder, (*plain)(d))
}

func unmarshalObject(decoder *jsontext.Decoder, target any) error {
	if decoder.PeekKind() != '{' {
		return decoder.SkipValue()
	}
	return json.UnmarshalDecode(decoder, target)
}

// payload is the JSON a handle carries: a customer's document, of any size and kind.
type payload struct {
	present bool
	text    string // "" unless payloads are kept
}

// How payloads are decoded: skipped without a copy, or kept as text in which white space and the order of keys no longer
// differ between two answers that mean the same. Numbers keep every digit. Each is made once, because the decoder
// remembers with it what it has found out about types.
var (
	skipPayloads = json.WithUnmarshalers(json.UnmarshalFromFunc(func(decoder *jsontext.Decoder, target *payload) error {
		target.present = true
		return decoder.SkipValue()
	}))
	keepPayloads = json.WithUnmarshalers(json.UnmarshalFromFunc(func(decoder *jsontext.Decoder, target *payload) error {
		target.present = true
		raw, err := decoder.ReadValue()
		if err != nil {
			return err
		}
		value := raw.Clone()
		if err := value.Compact(jsontext.ReorderRawObjects(nesting(value) <= maxSortedNesting)); err != nil {
			return err
		}
		target.text = strings.ToValidUTF8(string(value), "\uFFFD")
		return nil
	}))
)

// maxSortedNesting is how deep a payload may be nested for its keys to be sorted. Each level may copy all that is below it,
// so without a bound a hostile payload would take minutes.
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

func payloads(options ResultOptions) json.Options {
	if options.HandleData {
		return keepPayloads
	}
	return skipPayloads
}

// wireHandles are handles by name. A map would cost several times as much for the one or two that there usually are.
type wireHandles []namedHandle

type namedHandle struct {
	name string
	wireHandle
}

// UnmarshalJSONFrom accepts an object or null, and sorts by name.
func (h *wireHandles) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	switch kind := decoder.PeekKind(); kind {
	case 'n':
		return decoder.SkipValue()
	case '{':
	default:
		return &json.SemanticError{JSONKind: kind, GoType: reflect.TypeFor[map[string]wireHandle]()}
	}
	if _, err := decoder.ReadToken(); err != nil {
		return err
	}
	*h = nil // of a body that is decoded once more, nothing is left from before
	for decoder.PeekKind() != '}' {
		name, err := decoder.ReadToken()
		if err != nil {
			return err
		}
		handle := namedHandle{name: name.String()}
		if err := json.UnmarshalDecode(decoder, &handle.wireHandle); err != nil {
			return err
		}
		*h = append(*h, handle)
	}
	slices.SortStableFunc(*h, func(one, other namedHandle) int { return cmp.Compare(one.name, other.name) })
	_, err := decoder.ReadToken()
	return err
}

// handles converts them. Of two of the same name, which are passed over like all else inside handles, the last counts.
func (h wireHandles) handles() []Handle {
	var converted []Handle
	for i, handle := range h {
		if i+1 == len(h) || h[i+1].name != handle.name {
			converted = append(converted, handle.handle())
		}
	}
	return converted
}

func (h namedHandle) handle() Handle {
	handle := Handle{
		Name:     h.name,
		Type:     h.handleType(),
		FileID:   firstPresent(h.Document.ID, h.Document.OriginalID),
		Filename: firstPresent(h.Document.Filename, h.Filename),
		MIMEType: h.Document.MIMEType,
	}
	if handle.Filename != nil {
		handle.Filename = new(harmless(*handle.Filename)) // a gate's message may print it
	}
	if h.Data.text != "" {
		handle.Data = &h.Data.text
	}
	return handle
}

// handleType infers a type that was left out; both schemas give it a default.
func (h wireHandle) handleType() string {
	switch {
	case h.Type != nil:
		return *h.Type
	case h.Data.present:
		return "json"
	case h.Filename != nil || h.Document != wireDocument{}:
		return "file"
	default:
		return ""
	}
}

func firstPresent(values ...*string) *string {
	for _, value := range values {
		if value != nil && *value != "" {
			return value
		}
	}
	return nil
}
