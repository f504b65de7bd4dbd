// Package state encodes the states of data sources as Terraform receives them. With the framework, a row of a list costs a
// hundred times as much: State.Set reads the tags of every struct anew with a regular expression, see
// https://github.com/hashicorp/terraform-plugin-framework/issues/725. Then the server copies the values, converts them to
// look for types with semantic equality, compares both, looks up the schema for every null, and encodes the values. This
// package can go when that issue is fixed.
package state

import (
	"bytes"
	"context"
	"math/big"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
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
	encoder := msgpack.NewEncoder(&buffer)
	encoder.SetCustomStructTag("tfsdk")
	if err := encoder.Encode(model); err != nil {
		return nil, err
	}
	encoded.MsgPack = buffer.Bytes()
	state.RemoveResource(ctx) // leaves the framework a null, which it passes over
	return nil, nil
}

// init registers the types of fields that are not encoded by their kind. Without it, such a value would be encoded as an
// empty map.
func init() {
	for _, value := range []any{types.String{}, types.Bool{}, types.Number{}, timeouts.Value{}} {
		msgpack.Register(value, func(to *msgpack.Encoder, field reflect.Value) error {
			value, err := field.Interface().(attr.Value).ToTerraformValue(context.Background())
			if err != nil {
				return err
			}
			return encodeValue(to, value)
		}, nil)
	}
	msgpack.Register(big.Float{}, func(to *msgpack.Encoder, field reflect.Value) error {
		return encodeValue(to, tftypes.NewValue(tftypes.Number, field.Addr().Interface()))
	}, nil)
}

func encodeValue(to *msgpack.Encoder, value tftypes.Value) error {
	encoded, err := tfprotov6.NewDynamicValue(value.Type(), value)
	if err != nil {
		return err
	}
	return to.Encode(msgpack.RawMessage(encoded.MsgPack))
}
