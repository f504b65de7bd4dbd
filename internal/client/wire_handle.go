package client

import (
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
		if err := value.Compact(jsontext.ReorderRawObjects(true)); err != nil {
			return err
		}
		target.text = strings.ToValidUTF8(string(value), "\uFFFD")
		return nil
	}))
)

func payloads(options ResultOptions) json.Options {
	if options.HandleData {
		return keepPayloads
	}
	return skipPayloads
}

func handles(wire map[string]wireHandle) map[string]Handle {
	converted := make(map[string]Handle, len(wire))
	for name, handle := range wire {
		converted[name] = handle.handle()
	}
	return converted
}

func (h wireHandle) handle() Handle {
	handle := Handle{
		Type:     h.handleType(),
		FileID:   firstPresent(h.Document.ID, h.Document.OriginalID),
		Filename: firstPresent(h.Document.Filename, h.Filename),
		MIMEType: h.Document.MIMEType,
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
