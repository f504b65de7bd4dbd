package wire

import (
	"cmp"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Metadata are the names and values that a customer has given a record. Other values, which the API does not send, are skipped.
type Metadata map[string]string

// UnmarshalJSONFrom accepts any value.
func (m *Metadata) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	if decoder.PeekKind() != '{' {
		return decoder.SkipValue()
	}
	*m = Metadata{}
	return eachMember(decoder, func(name string) error {
		if decoder.PeekKind() != '"' {
			return decoder.SkipValue()
		}
		var value Text
		err := json.UnmarshalDecode(decoder, &value)
		(*m)[name] = value.value
		return cmp.Or(err, checkCount(len(*m)))
	})
}
