package wire

import (
	"cmp"

	"github.com/go-json-experiment/json/jsontext"
)

// Metadata are the names and values that a customer has given a record. Other values, which the API does not send, are skipped.
type Metadata map[string]string

// read accepts any value.
func (m *Metadata) read(r *reader) error {
	if r.PeekKind() != '{' {
		return r.SkipValue()
	}
	*m = Metadata{}
	return r.eachMember(func(token jsontext.Token) error {
		name := r.clean(token.String())
		if r.PeekKind() != '"' {
			return r.SkipValue()
		}
		var value Text
		err := value.read(r)
		(*m)[name] = value.value
		return cmp.Or(err, r.checkCount(len(*m)))
	})
}
