package provider

import (
	"context"
	"fmt"
	"reflect"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// This file does what the framework's Config.Get and State.Set do, for the models of this package. The framework looks at
// every struct anew, compiling a regular expression for each of its tags, which for the thousand rows of a run takes longer
// than to read them. Here each type is looked at once.

// getConfig fills in the members of a model that are arguments; the others, which are nested, are what a read computes.
func getConfig(ctx context.Context, config tfsdk.Config, model any) diag.Diagnostics {
	value := reflect.ValueOf(model).Elem()
	var raw map[string]tftypes.Value
	if err := config.Raw.As(&raw); err != nil {
		return modelMismatch(err)
	}
	for _, argument := range codecOf(ctx, value.Type(), config.Schema.Type).arguments {
		decoded, err := argument.typ.ValueFromTerraform(ctx, raw[argument.name])
		if err != nil {
			return modelMismatch(fmt.Errorf("%s: %w", argument.name, err))
		}
		value.FieldByIndex(argument.index).Set(reflect.ValueOf(decoded))
	}
	return nil
}

// setState writes a model into a state.
func setState(ctx context.Context, state *tfsdk.State, model any) (diags diag.Diagnostics) {
	defer func() {
		if problem := recover(); problem != nil { // tftypes.NewValue's way to say that a value is not of its type
			diags = modelMismatch(problem)
		}
	}()
	value := reflect.ValueOf(model).Elem()
	codec := codecOf(ctx, value.Type(), state.Schema.Type)
	raw, err := codec.encode(ctx, codec.terraformType, value)
	if err != nil {
		return modelMismatch(err)
	}
	state.Raw = raw
	return nil
}

func modelMismatch(problem any) diag.Diagnostics {
	return diag.Diagnostics{internalDiagnostic(fmt.Sprintf("a model does not fit its schema: %v", problem))}
}

// codec is what is known of a model's type.
type codec struct {
	terraformType tftypes.Type
	encode        encoder
	arguments     []argument
}

// argument is a member that holds a value of the framework's.
type argument struct {
	name  string
	index []int
	typ   attr.Type
}

// codecs are those of the models that have been met.
var codecs sync.Map // of reflect.Type to *codec

// codecOf returns the codec of a model, which always goes with the same schema.
func codecOf(ctx context.Context, model reflect.Type, schema func() attr.Type) *codec {
	if known, found := codecs.Load(model); found {
		return known.(*codec)
	}
	object := schema()
	made := &codec{terraformType: object.TerraformType(ctx), encode: encoderOf(model)}
	types := object.(attr.TypeWithAttributeTypes).AttributeTypes()
	for _, field := range reflect.VisibleFields(model) {
		if name := field.Tag.Get("tfsdk"); types[name] != nil && isAttr(field.Type) {
			made.arguments = append(made.arguments, argument{name, field.Index, types[name]})
		}
	}
	codecs.Store(model, made)
	return made
}

func isAttr(t reflect.Type) bool { return t.Implements(reflect.TypeFor[attr.Value]()) }

// encoder writes a Go value as one of Terraform's.
type encoder func(ctx context.Context, as tftypes.Type, value reflect.Value) (tftypes.Value, error)

// encoders are those of the types that have been met.
var encoders sync.Map // of reflect.Type to encoder

func encoderOf(t reflect.Type) encoder {
	if known, found := encoders.Load(t); found {
		return known.(encoder)
	}
	encode := newEncoder(t)
	encoders.Store(t, encode)
	return encode
}

func newEncoder(t reflect.Type) encoder {
	switch {
	case isAttr(t):
		return encodeAttr
	case t.Kind() == reflect.Pointer:
		return pointerEncoder(encoderOf(t.Elem()))
	case t.Kind() == reflect.Map:
		return mapEncoder(encoderOf(t.Elem()))
	case t.Kind() == reflect.Slice:
		return listEncoder(encoderOf(t.Elem()))
	case t.Kind() == reflect.Struct:
		return structEncoder(t)
	default:
		panic(fmt.Sprintf("a model has a field of type %s", t)) // found by every test that reads
	}
}

func encodeAttr(ctx context.Context, _ tftypes.Type, value reflect.Value) (tftypes.Value, error) {
	return value.Interface().(attr.Value).ToTerraformValue(ctx)
}

func pointerEncoder(encode encoder) encoder {
	return func(ctx context.Context, as tftypes.Type, value reflect.Value) (tftypes.Value, error) {
		if value.IsNil() {
			return tftypes.NewValue(as, nil), nil
		}
		return encode(ctx, as, value.Elem())
	}
}

func mapEncoder(encode encoder) encoder {
	return func(ctx context.Context, as tftypes.Type, value reflect.Value) (tftypes.Value, error) {
		of, isMap := as.(tftypes.Map)
		if !isMap {
			return tftypes.Value{}, fmt.Errorf("a map is no %s", as)
		}
		if value.IsNil() {
			return tftypes.NewValue(as, nil), nil
		}
		elements := make(map[string]tftypes.Value, value.Len())
		for pairs := value.MapRange(); pairs.Next(); {
			element, err := encode(ctx, of.ElementType, pairs.Value())
			if err != nil {
				return tftypes.Value{}, fmt.Errorf("%s: %w", pairs.Key(), err)
			}
			elements[pairs.Key().String()] = element
		}
		return tftypes.NewValue(as, elements), nil
	}
}

func listEncoder(encode encoder) encoder {
	return func(ctx context.Context, as tftypes.Type, value reflect.Value) (tftypes.Value, error) {
		of, isList := as.(tftypes.List)
		if !isList {
			return tftypes.Value{}, fmt.Errorf("a list is no %s", as)
		}
		if value.IsNil() {
			return tftypes.NewValue(as, nil), nil
		}
		elements := make([]tftypes.Value, value.Len())
		for i := range elements {
			element, err := encode(ctx, of.ElementType, value.Index(i))
			if err != nil {
				return tftypes.Value{}, fmt.Errorf("%d: %w", i, err)
			}
			elements[i] = element
		}
		return tftypes.NewValue(as, elements), nil
	}
}

func structEncoder(t reflect.Type) encoder {
	type member struct {
		name   string
		index  []int
		encode encoder
	}
	var members []member
	for _, field := range reflect.VisibleFields(t) {
		if name := field.Tag.Get("tfsdk"); name != "" {
			members = append(members, member{name, field.Index, encoderOf(field.Type)})
		}
	}
	return func(ctx context.Context, as tftypes.Type, value reflect.Value) (tftypes.Value, error) {
		of, isObject := as.(tftypes.Object)
		if !isObject {
			return tftypes.Value{}, fmt.Errorf("an object is no %s", as)
		}
		attributes := make(map[string]tftypes.Value, len(members))
		for _, m := range members {
			attribute, err := m.encode(ctx, of.AttributeTypes[m.name], value.FieldByIndex(m.index))
			if err != nil {
				return tftypes.Value{}, fmt.Errorf("%s: %w", m.name, err)
			}
			attributes[m.name] = attribute
		}
		return tftypes.NewValue(as, attributes), nil
	}
}
