package wire

import (
	"fmt"
	"reflect"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

// reader reads one body into the structs of this package, as [json.Unmarshal] would. In addition, a member that is
// there twice with different values is an error, lists have at most maxElements elements, and a type that reads itself
// knows the settings of the decoder.
type reader struct {
	*jsontext.Decoder
	settings     *Decoder
	keepPayloads bool
	target       any           // a pointer to what the body is read into
	kind         jsontext.Kind // of the body; 0 if it is empty
	handles      int           // how many handles the body has
	conflict     *string       // takes the name of a member with two different values; nil if that is an error
}

// readable is a type that reads itself.
type readable interface{ read(r *reader) error }

// UnmarshalJSONFrom reads the whole body.
func (r *reader) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	r.Decoder, r.kind = decoder, decoder.PeekKind()
	return r.read(reflect.ValueOf(r.target).Elem())
}

// read reads a value: a [readable], or a pointer, struct, slice or bool. Null is the zero value.
func (r *reader) read(target reflect.Value) error {
	pointer := target.Addr().Interface()
	if own, readsItself := pointer.(readable); readsItself {
		return own.read(r)
	}
	switch target.Kind() {
	case reflect.Pointer:
		if r.PeekKind() == 'n' {
			return r.SkipValue()
		}
		target.Set(reflect.New(target.Type().Elem()))
		return r.read(target.Elem())
	case reflect.Struct:
		return r.readMembers(pointer)
	case reflect.Slice:
		return r.eachElement(func(i int) error {
			target.Grow(1)
			target.SetLen(i + 1)
			if err := r.read(target.Index(i)); err != nil {
				return err
			}
			return r.checkCount(i + 1)
		})
	default:
		return r.readBool(target)
	}
}

func (r *reader) readBool(target reflect.Value) error {
	token, err := r.ReadToken()
	switch kind := token.Kind(); {
	case err != nil || kind == 'n':
		return err
	case kind != 't' && kind != 'f':
		return r.mismatch(kind, "true or false")
	default:
		target.SetBool(kind == 't')
		return nil
	}
}

// readMembers reads an object into a struct, to which target points.
func (r *reader) readMembers(target any) error {
	body := reflect.ValueOf(target).Elem()
	fields := fieldsOf(body.Type())
	var seen [maxFields]bool // by the number of the field
	return r.each('{', '}', func(int) error {
		name, err := r.ReadToken()
		known, isKnown := fields[name.String()]
		switch {
		case err != nil:
			return err
		case !isKnown:
			return r.SkipValue()
		case seen[known.number]:
			return r.readAgain(body.FieldByIndex(known.index), name.String())
		default:
			seen[known.number] = true
			return r.read(body.FieldByIndex(known.index))
		}
	})
}

// readAgain reads a member for the second time. If its values differ, it cannot be known which one is true. The last
// counts.
func (r *reader) readAgain(field reflect.Value, name string) error {
	again := reflect.New(field.Type()).Elem()
	err := r.read(again)
	isSame := reflect.DeepEqual(field.Interface(), again.Interface())
	field.Set(again)
	switch {
	case err != nil || isSame:
		return err
	case r.conflict == nil:
		return refuse(r.StackPointer(), errTwice)
	default:
		*r.conflict = name
		return nil
	}
}

// maxFields is how many fields a struct of this package may have.
const maxFields = 64

type bodyField struct {
	number int
	index  []int
}

var knownFields sync.Map // of fieldsOf, by type

// fieldsOf returns the fields of a struct by the names of their members.
func fieldsOf(body reflect.Type) map[string]bodyField {
	if known, isKnown := knownFields.Load(body); isKnown {
		return known.(map[string]bodyField)
	}
	fields := map[string]bodyField{}
	for _, field := range reflect.VisibleFields(body) {
		if name := field.Tag.Get("json"); name != "" {
			fields[name] = bodyField{len(fields), field.Index}
		}
	}
	knownFields.Store(body, fields)
	return fields
}

// eachMember calls read with the name of each member of an object, clean like a [Text]; read must read the value. Null
// has no members.
func (r *reader) eachMember(read func(name string) error) error {
	return r.each('{', '}', func(int) error {
		name, err := r.ReadToken()
		if err != nil {
			return err
		}
		return read(r.settings.redactor.Value(name.String()))
	})
}

// eachElement calls read with the index of each element of an array; read must read the element. Null has no elements.
func (r *reader) eachElement(read func(i int) error) error { return r.each('[', ']', read) }

func (r *reader) each(start, end jsontext.Kind, read func(i int) error) error {
	token, err := r.ReadToken()
	switch kind := token.Kind(); {
	case err != nil || kind == 'n':
		return err
	case kind != start:
		return r.mismatch(kind, kindNames[start])
	}
	for i := 0; r.PeekKind() != end; i++ {
		if err := read(i); err != nil {
			return err
		}
	}
	_, err = r.ReadToken()
	return err
}

// maxElements is how many elements of one kind a body may have. It is far more than the API returns; without it, a body
// of 64 MiB could need gigabytes of memory.
const maxElements = 300_000

// checkCount returns an error if there are too many elements. It is called after one is read.
func (r *reader) checkCount(count int) error {
	if count > maxElements {
		problem := fmt.Errorf("has more than %d elements, which is more than this provider reads", maxElements)
		return refuse(r.StackPointer().Parent(), problem)
	}
	return nil
}
