package state

import (
	"math/big"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

type embedded struct {
	Text types.String `tfsdk:"text"`
}

type row struct {
	Count types.Int64 `tfsdk:"count"`
}

type model struct {
	embedded
	Flag    types.Bool              `tfsdk:"flag"`
	Number  types.Number            `tfsdk:"number"`
	Texts   []types.String          `tfsdk:"texts"`
	Set     types.Set               `tfsdk:"set"`
	Numbers map[string]types.Number `tfsdk:"numbers"`
	Nested  *row                    `tfsdk:"nested"`
	Rows    map[string]row          `tfsdk:"rows"`
	Listed  []row                   `tfsdk:"listed"`
}

// TestSet compares the encoding with that of the framework, for every kind of attribute, with and without a value.
func TestSet(t *testing.T) {
	t.Parallel()
	nested := map[string]schema.Attribute{"count": schema.Int64Attribute{Computed: true}}
	described := schema.Schema{Attributes: map[string]schema.Attribute{
		"text": schema.StringAttribute{Computed: true}, "flag": schema.BoolAttribute{Computed: true}, "number": schema.NumberAttribute{Computed: true},
		"texts":   schema.ListAttribute{Computed: true, ElementType: types.StringType},
		"set":     schema.SetAttribute{Computed: true, ElementType: types.StringType},
		"numbers": schema.MapAttribute{Computed: true, ElementType: types.NumberType},
		"nested":  schema.SingleNestedAttribute{Computed: true, Attributes: nested},
		"rows":    schema.MapNestedAttribute{Computed: true, NestedObject: schema.NestedAttributeObject{Attributes: nested}},
		"listed":  schema.ListNestedAttribute{Computed: true, NestedObject: schema.NestedAttributeObject{Attributes: nested}},
	}}
	number := func(text string) types.Number {
		value, _, err := big.ParseFloat(text, 10, 512, big.ToNearestEven)
		if err != nil {
			t.Fatal(err)
		}
		return types.NumberValue(value)
	}
	for name, value := range map[string]model{
		"nulls": {Set: types.SetNull(types.StringType)},
		"empty": {
			embedded: embedded{types.StringValue("")}, Flag: types.BoolValue(false), Number: number("0"), Texts: []types.String{},
			Set: types.SetValueMust(types.StringType, nil), Numbers: map[string]types.Number{}, Nested: &row{}, Rows: map[string]row{}, Listed: []row{},
		},
		"full": {
			embedded: embedded{types.StringValue("é\x00")}, Flag: types.BoolValue(true), Number: number("0.12345678901234567890"),
			Texts: []types.String{types.StringValue("a"), types.StringNull()},
			Set:   types.SetValueMust(types.StringType, []attr.Value{types.StringValue("b"), types.StringValue("a")}),
			Numbers: map[string]types.Number{
				"small": number("1e-7"), "large": number("12345678901234567890"), "whole": number("-3"), "none": types.NumberNull(),
			},
			Nested: &row{types.Int64Value(1 << 40)}, Rows: map[string]row{"a": {types.Int64Value(-1)}, "b": {}}, Listed: []row{{types.Int64Value(2)}, {}},
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
