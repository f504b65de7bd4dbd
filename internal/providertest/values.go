package providertest

import (
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Values are arguments by name: a string, bool, int, a nested values, or a tftypes value for anything else. Arguments
// left out are null.
type Values map[string]any

// Attributes are values as plain Go: string, bool, a number as a decimal string, nil, map[string]any, []any.
type Attributes = map[string]any

// Dynamic returns arguments in the form of the plugin protocol.
func Dynamic(tb testing.TB, schema tftypes.Type, arguments Values) *tfprotov6.DynamicValue {
	tb.Helper()
	value, err := tfprotov6.NewDynamicValue(schema, object(tb, schema, arguments))
	if err != nil {
		tb.Fatal(err)
	}
	return &value
}

func object(tb testing.TB, schema tftypes.Type, arguments Values) tftypes.Value {
	tb.Helper()
	members := map[string]tftypes.Value{}
	for name, member := range schema.(tftypes.Object).AttributeTypes {
		switch argument := arguments[name].(type) {
		case Values:
			members[name] = object(tb, member, argument)
		case tftypes.Value:
			members[name] = argument
		default:
			members[name] = tftypes.NewValue(member, argument)
		}
	}
	for name := range arguments {
		if _, known := members[name]; !known {
			tb.Fatalf("there is no argument %s", name)
		}
	}
	return tftypes.NewValue(schema, members)
}

// SetOf returns a set of strings as an argument.
func SetOf(texts ...string) tftypes.Value {
	elements := []tftypes.Value{}
	for _, text := range texts {
		elements = append(elements, tftypes.NewValue(tftypes.String, text))
	}
	return tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, elements)
}

// UnknownString is an argument whose value the plan does not know yet.
var UnknownString = tftypes.NewValue(tftypes.String, tftypes.UnknownValue)

// Plain returns a value as plain Go, as in Attributes.
func Plain(t *testing.T, value tftypes.Value) any {
	t.Helper()
	switch typ := value.Type(); {
	case value.IsNull():
		return nil
	case !value.IsKnown():
		t.Fatal("a data source must not return unknown values")
		return nil
	case typ.Is(tftypes.String):
		return as(t, value, new(string))
	case typ.Is(tftypes.Bool):
		return as(t, value, new(bool))
	case typ.Is(tftypes.Number):
		var number big.Float
		asPointer(t, value, &number)
		return number.Text('f', -1)
	case typ.Is(tftypes.Object{}), typ.Is(tftypes.Map{}):
		members := map[string]any{}
		for name, member := range *asPointer(t, value, new(map[string]tftypes.Value)) {
			members[name] = Plain(t, member)
		}
		return members
	default:
		var items []any
		for _, item := range *asPointer(t, value, new([]tftypes.Value)) {
			items = append(items, Plain(t, item))
		}
		return items
	}
}

func asPointer[T any](t *testing.T, value tftypes.Value, target *T) *T {
	t.Helper()
	if err := value.As(target); err != nil {
		t.Fatal(err)
	}
	return target
}

func as[T any](t *testing.T, value tftypes.Value, target *T) T {
	t.Helper()
	return *asPointer(t, value, target)
}

// Text formats diagnostics as Terraform shows them: attribute path, summary, detail. It fails for a summary that is too long.
func Text(tb testing.TB, diagnostics []*tfprotov6.Diagnostic) string {
	tb.Helper()
	var words []string
	for _, d := range diagnostics {
		if length := len([]rune(d.Summary)); length > 60 || strings.HasSuffix(d.Summary, ".") {
			tb.Errorf("a summary has %d characters: %s", length, d.Summary)
		}
		where := ""
		if d.Attribute != nil {
			where = d.Attribute.String() + ": "
		}
		words = append(words, fmt.Sprintf("%s: %s%s\n%s", d.Severity, where, d.Summary, d.Detail))
	}
	return strings.Join(words, "\n\n")
}

// Only returns the members of all whose names are in part.
func Only(all, part Attributes) Attributes {
	picked := Attributes{}
	for name := range part {
		picked[name] = all[name]
	}
	return picked
}

// WantContains fails for every text that is missing.
func WantContains(t *testing.T, got string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in:\n%s", want, got)
		}
	}
}

// WantElapsed fails for a duration outside the bounds.
func WantElapsed(t *testing.T, took, least, most time.Duration) {
	t.Helper()
	if took < least || took > most {
		t.Errorf("took %v, want %v to %v", took, least, most)
	}
}
