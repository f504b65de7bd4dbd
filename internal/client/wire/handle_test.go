package wire

import (
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

func TestNesting(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]int{
		`1`: 0, `"[["`: 0, `[]`: 1, `{"a":[1,{}]}`: 3, `[[],[],{}]`: 2, `["[[[",["\"[[["]]`: 2, `["\\",[[]]]`: 3,
	} {
		if got := nesting(jsontext.Value(value)); got != want {
			t.Errorf("%s: got %d, want %d", value, got, want)
		}
	}
}
