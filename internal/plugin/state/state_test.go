package state

import (
	"math/big"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

type embedded struct {
	Text types.String `tfsdk:"text"`
}

type word string

type row struct {
	Count int64 `tfsdk:"count"`
}

type model struct {
	embedded
	Hidden  `tfsdk:"-"`
	Skipped bool                  `tfsdk:"-"`
	Flag    types.Bool            `tfsdk:"flag"`
	Number  types.Number          `tfsdk:"number"`
	Yes     bool                  `tfsdk:"yes"`
	Word    word                  `tfsdk:"word"`
	Maybe   *string               `tfsdk:"maybe"`
	Count   *int64                `tfsdk:"count"`
	Score   *big.Float            `tfsdk:"score"`
	Texts   []string              `tfsdk:"texts"`
	Set     []string              `tfsdk:"set"`
	Words   map[string]word       `tfsdk:"words"`
	Numbers map[string]*big.Float `tfsdk:"numbers"`
	Nested  *row                  `tfsdk:"nested"`
	Rows    map[string]row        `tfsdk:"rows"`
	Listed  []row                 `tfsdk:"listed"`
}

// Hidden is embedded in an object, and no part of its state.
type Hidden struct{ Word word }

// TestSet compares the encoding with that of the framework, for every kind of attribute, with and without a value.
func TestSet(t *testing.T) {
	t.Parallel()
	nested := map[string]schema.Attribute{"count": schema.Int64Attribute{Computed: true}}
	described := schema.Schema{Attributes: map[string]schema.Attribute{
		"text": schema.StringAttribute{Computed: true}, "flag": schema.BoolAttribute{Computed: true}, "number": schema.NumberAttribute{Computed: true},
		"yes": schema.BoolAttribute{Computed: true}, "word": schema.StringAttribute{Computed: true}, "maybe": schema.StringAttribute{Computed: true},
		"count": schema.Int64Attribute{Computed: true}, "score": schema.NumberAttribute{Computed: true},
		"words":   schema.MapAttribute{Computed: true, ElementType: types.StringType},
		"texts":   schema.ListAttribute{Computed: true, ElementType: types.StringType},
		"set":     schema.SetAttribute{Computed: true, ElementType: types.StringType},
		"numbers": schema.MapAttribute{Computed: true, ElementType: types.NumberType},
		"nested":  schema.SingleNestedAttribute{Computed: true, Attributes: nested},
		"rows":    schema.MapNestedAttribute{Computed: true, NestedObject: schema.NestedAttributeObject{Attributes: nested}},
		"listed":  schema.ListNestedAttribute{Computed: true, NestedObject: schema.NestedAttributeObject{Attributes: nested}},
	}}
	number := func(text string) *big.Float {
		value, _, err := big.ParseFloat(text, 10, 512, big.ToNearestEven)
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
	for name, value := range map[string]model{
		"nulls": {},
		"empty": {
			embedded: embedded{types.StringValue("")}, Flag: types.BoolValue(false), Number: types.NumberValue(number("0")), Maybe: new(""),
			Count: new(int64(0)), Score: number("0"), Texts: []string{}, Set: []string{}, Words: map[string]word{}, Numbers: map[string]*big.Float{},
			Nested: &row{}, Rows: map[string]row{}, Listed: []row{},
		},
		"full": {
			embedded: embedded{types.StringValue("é\x00")}, Hidden: Hidden{"h"}, Skipped: true, Flag: types.BoolValue(true),
			Number: types.NumberValue(number("0.12345678901234567890")), Yes: true, Word: "w", Maybe: new("m"), Count: new(int64(-1 << 40)), Score: number("0.7"),
			Texts: []string{"a", ""}, Set: []string{"b", "a"}, Words: map[string]word{"k": "v"},
			Numbers: map[string]*big.Float{"small": number("1e-7"), "large": number("12345678901234567890"), "whole": number("-3"), "none": nil},
			Nested:  &row{1 << 40}, Rows: map[string]row{"a": {-1}, "b": {}}, Listed: []row{{2}, {}},
		},
	} {
		want := tfsdk.State{Schema: described}
		if diags, err := Set(t.Context(), &want, &value); err != nil || diags.HasError() {
			t.Fatal(err, diags)
		}
		ctx, encoded := WithEncoded(t.Context())
		if diags, err := Set(ctx, &tfsdk.State{Schema: described}, &value); err != nil || diags.HasError() {
			t.Fatal(err, diags)
		}
		got, err := tfprotov6.DynamicValue{MsgPack: encoded.MsgPack}.Unmarshal(described.Type().TerraformType(t.Context()))
		if err != nil || !want.Raw.Equal(got) {
			t.Errorf("%s: got  %s\nwant %s\n%v", name, got, want.Raw, err)
		}
	}
}
