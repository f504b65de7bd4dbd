package wire

import (
	"cmp"
	"strings"
)

// textsBody is an object of texts. Other values, which the API does not send, are skipped.
type textsBody map[string]string

// read accepts any value.
func (m *textsBody) read(r *reader) error {
	if r.PeekKind() != '{' {
		return r.SkipValue()
	}
	*m = textsBody{}
	return r.eachMember(func(name string) error {
		if r.PeekKind() != '"' {
			return r.SkipValue()
		}
		var value Text
		err := value.read(r)
		(*m)[name] = value.value
		return cmp.Or(err, r.checkCount(len(*m)))
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
