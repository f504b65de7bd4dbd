package wire

import (
	"errors"
	"reflect"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

const errTwice = valueError("is there twice, with different values")

// refuseDuplicates decodes every struct of this package that does not decode itself. A member that is there twice with different values
// is an error.
func refuseDuplicates() *json.Unmarshalers {
	return json.UnmarshalFromFunc(func(decoder *jsontext.Decoder, target any) error {
		_, decodesItself := target.(json.UnmarshalerFrom)
		if decodesItself || reflect.TypeOf(target).Elem().Kind() != reflect.Struct || decoder.PeekKind() != '{' {
			return errors.ErrUnsupported // so that the default applies
		}
		conflict, err := decodeMembers(decoder, target)
		if err == nil && conflict != "" {
			pointer := decoder.StackPointer().AppendToken(conflict)
			return &json.SemanticError{JSONPointer: pointer, Err: errTwice}
		}
		return err
	})
}

// decodeMembers decodes an object into a struct. It returns the name of a member that the object has twice with different values, ""
// if there is none: which of the two is true cannot be known. Two outputs always differ.
func decodeMembers(decoder *jsontext.Decoder, target any) (conflict string, err error) {
	body := reflect.ValueOf(target).Elem()
	fields := fieldsOf(body.Type())
	seen := uint64(0) // a bit for each field
	err = eachMember(decoder, func(name string) error {
		known, isKnown := fields[name]
		if !isKnown {
			return decoder.SkipValue()
		}
		field := body.FieldByIndex(known.index)
		if seen&known.bit == 0 {
			seen |= known.bit
			return json.UnmarshalDecode(decoder, field.Addr().Interface())
		}
		before := reflect.New(field.Type()).Elem()
		before.Set(field)
		field.SetZero()
		err := json.UnmarshalDecode(decoder, field.Addr().Interface())
		if name == "output" || !reflect.DeepEqual(before.Interface(), field.Interface()) {
			conflict = name
		}
		return err
	})
	return conflict, err
}

type bodyField struct {
	index []int
	bit   uint64
}

var knownFields sync.Map // of fieldsOf, by type

// fieldsOf returns the fields of a body by the names of their members.
func fieldsOf(body reflect.Type) map[string]bodyField {
	if known, isKnown := knownFields.Load(body); isKnown {
		return known.(map[string]bodyField)
	}
	fields := map[string]bodyField{}
	for _, field := range reflect.VisibleFields(body) {
		if name := field.Tag.Get("json"); name != "" {
			fields[name] = bodyField{field.Index, 1 << len(fields)}
		}
	}
	knownFields.Store(body, fields)
	return fields
}
