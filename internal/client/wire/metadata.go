package wire

import (
	"cmp"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// textsBody is an object of texts. Other values, which the API does not send, are skipped.
type textsBody map[string]string

// UnmarshalJSONFrom accepts any value.
func (m *textsBody) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	if decoder.PeekKind() != '{' {
		return decoder.SkipValue()
	}
	*m = textsBody{}
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

// metadata decodes metadata. It is nil if Terraform would take two of its names for one.
func (d *Decoder) metadata(text string) (map[string]string, error) {
	var metadata textsBody
	if text == "" {
		return nil, nil
	}
	if err := d.Decode(strings.NewReader(text), &metadata, true); err != nil {
		return nil, err
	}
	if _, found := sameForTerraform(metadata); found {
		return nil, nil
	}
	return metadata, nil
}
