// Package state encodes the states of data sources as Terraform receives them. With the framework, a row of a list costs a
// hundred times as much: State.Set reads the tags of every struct anew with a regular expression, see
// https://github.com/hashicorp/terraform-plugin-framework/issues/725. Then the server copies the values, converts them to
// look for types with semantic equality, compares both, looks up the schema for every null, and encodes the values. This
// package can go when that issue is fixed.
package state

import (
	"bytes"
	"context"
	"fmt"
	"reflect"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/vmihailenco/msgpack/v5"
)

// Encoded is the state of one read as the plugin protocol encodes it, in MessagePack. It is nil until the read sets it.
type Encoded struct{ MsgPack []byte }

type encodedKey struct{}

// WithEncoded returns a context in which [Set] encodes the state itself, and the place where it stores the encoding. The
// caller must send that state in place of the framework's.
func WithEncoded(ctx context.Context) (context.Context, *Encoded) {
	encoded := &Encoded{}
	return context.WithValue(ctx, encodedKey{}, encoded), encoded
}

// Set sets the state of a read to a model. Without [WithEncoded], the framework does it. It returns an error if the model
// has a field without an encoding.
func Set(ctx context.Context, state *tfsdk.State, model any) (diag.Diagnostics, error) {
	encoded, isWanted := ctx.Value(encodedKey{}).(*Encoded)
	if !isWanted {
		return state.Set(ctx, model), nil
	}
	var buffer bytes.Buffer
	if err := encode(ctx, msgpack.NewEncoder(&buffer), reflect.ValueOf(model).Elem()); err != nil {
		return nil, err
	}
	encoded.MsgPack = buffer.Bytes()
	state.RemoveResource(ctx) // leaves the framework a null, which it passes over
	return nil, nil
}

// encode encodes an addressable value: a value of the framework, or a struct, map, slice or pointer of such values.
func encode(ctx context.Context, to *msgpack.Encoder, value reflect.Value) error {
	if attribute, isAttr := value.Addr().Interface().(attr.Value); isAttr {
		return encodeAttr(ctx, to, attribute)
	}
	switch kind := value.Kind(); {
	case kind == reflect.Struct:
		return encodeStruct(ctx, to, value)
	case kind != reflect.Pointer && kind != reflect.Map && kind != reflect.Slice:
		return fmt.Errorf("a %s has no encoding", value.Type())
	case value.IsNil():
		return to.EncodeNil()
	case kind == reflect.Pointer:
		return encode(ctx, to, value.Elem())
	case kind == reflect.Map:
		return encodeMap(ctx, to, value)
	default:
		return encodeSlice(ctx, to, value)
	}
}

func encodeAttr(ctx context.Context, to *msgpack.Encoder, value attr.Value) error {
	if value.IsNull() {
		return to.EncodeNil()
	}
	if !value.IsUnknown() {
		switch value := value.(type) {
		case *types.String:
			return to.EncodeString(value.ValueString())
		case *types.Bool:
			return to.EncodeBool(value.ValueBool())
		case *types.Int64:
			return to.EncodeInt(value.ValueInt64())
		}
	}
	converted, err := value.ToTerraformValue(ctx)
	if err != nil {
		return err
	}
	encoded, err := tfprotov6.NewDynamicValue(converted.Type(), converted)
	if err != nil {
		return err
	}
	return to.Encode(msgpack.RawMessage(encoded.MsgPack))
}

func encodeStruct(ctx context.Context, to *msgpack.Encoder, value reflect.Value) error {
	attributes := attributesOf(value.Type())
	if err := to.EncodeMapLen(len(attributes)); err != nil {
		return err
	}
	for _, field := range attributes {
		if err := to.EncodeString(field.name); err != nil {
			return err
		}
		if err := encode(ctx, to, value.FieldByIndex(field.index)); err != nil {
			return fmt.Errorf("%s: %w", field.name, err)
		}
	}
	return nil
}

func encodeMap(ctx context.Context, to *msgpack.Encoder, value reflect.Value) error {
	if err := to.EncodeMapLen(value.Len()); err != nil {
		return err
	}
	element := reflect.New(value.Type().Elem()).Elem()
	for pairs := value.MapRange(); pairs.Next(); {
		if err := to.EncodeString(pairs.Key().String()); err != nil {
			return err
		}
		element.SetIterValue(pairs)
		if err := encode(ctx, to, element); err != nil {
			return fmt.Errorf("%s: %w", pairs.Key(), err)
		}
	}
	return nil
}

func encodeSlice(ctx context.Context, to *msgpack.Encoder, value reflect.Value) error {
	if err := to.EncodeArrayLen(value.Len()); err != nil {
		return err
	}
	for i := range value.Len() {
		if err := encode(ctx, to, value.Index(i)); err != nil {
			return fmt.Errorf("%d: %w", i, err)
		}
	}
	return nil
}

// modelField is a field of a model that is an attribute.
type modelField struct {
	name  string
	index []int
}

var fieldsOfModels sync.Map // of reflect.Type to []modelField

// attributesOf returns the attributes of a model.
func attributesOf(model reflect.Type) []modelField {
	if known, found := fieldsOfModels.Load(model); found {
		return known.([]modelField)
	}
	var fields []modelField
	for _, field := range reflect.VisibleFields(model) {
		if name := field.Tag.Get("tfsdk"); name != "" {
			fields = append(fields, modelField{name, field.Index})
		}
	}
	fieldsOfModels.Store(model, fields)
	return fields
}
