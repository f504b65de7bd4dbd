package wire

import (
	"reflect"
	"testing"

	"github.com/go-json-experiment/json"
)

func TestMismatch(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]*json.SemanticError{
		"is a number, not a string": {JSONKind: '0', GoType: reflect.TypeFor[string]()},
		"is null, not an object":    {JSONKind: 'n', GoType: reflect.TypeFor[**ExperimentRun]()},
		"cannot be read":            {JSONKind: '0', GoType: reflect.TypeFor[chan int]()},
		"has too many digits":       {JSONKind: '0', GoType: reflect.TypeFor[string](), Err: errNumberLength},
	} {
		if got := mismatch(err); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	for _, err := range []*json.SemanticError{{GoType: reflect.TypeFor[string]()}, {JSONKind: '0'}, {}} {
		if got := mismatch(err); got != "cannot be read" {
			t.Errorf("%+v: got %q", err, got)
		}
	}
}
