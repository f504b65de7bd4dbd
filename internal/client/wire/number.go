package wire

import (
	"math"
	"math/big"
	"reflect"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// numberPrecision is how many bits Terraform keeps of a number. A score with so many bits is the same number as the
// threshold with the same digits in a configuration; a float64 is not: 0.7 as a float64 is less than 0.7.
const numberPrecision = 512

// number is a JSON number with all its digits.
type number struct{ value *big.Float }

// errNumberSize is for numbers that a float64 cannot hold either. Written out, they could have billions of digits.
var errNumberSize = valueError("is too large or too small a number")

// errNumberLength is for numbers with more digits than Terraform keeps many times over. Converting a number takes a time that
// grows with the square of its length, so one of 50 MiB would take an hour.
var errNumberLength = valueError("has too many digits")

// maxNumberLength is how many characters a number may have.
const maxNumberLength = 1000

// UnmarshalJSONFrom accepts a number that is in the range of a float64.
func (n *number) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	kind := decoder.PeekKind()
	raw, err := decoder.ReadValue()
	if err != nil {
		return err
	}
	if kind != '0' {
		return &json.SemanticError{JSONKind: kind, GoType: reflect.TypeFor[float64]()}
	}
	if len(raw) > maxNumberLength {
		return errNumberLength
	}
	float, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || float == 0 && !isZero(string(raw)) {
		return errNumberSize
	}
	value, _, err := big.ParseFloat(string(raw), 10, numberPrecision, big.ToNearestEven)
	if err != nil {
		return errNumberSize
	}
	n.value = value
	return nil
}

// isZero reports whether a number is written with no other digit than 0, its exponent aside.
func isZero(raw string) bool {
	digits, _, _ := strings.Cut(strings.ToLower(raw), "e")
	return !strings.ContainsAny(digits, "123456789")
}

// float returns nil for a number that the server left out.
func (n *number) float() *big.Float {
	if n == nil {
		return nil
	}
	return n.value
}

// lenientInt64 is a 64-bit integer that may be written as 4120.0.
type lenientInt64 int64

var errNotWhole = valueError("is not a whole number of at most 64 bits")

// UnmarshalJSONFrom keeps every digit of an integer. A fraction, or a number out of range, is an error.
func (n *lenientInt64) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	kind := decoder.PeekKind()
	raw, err := decoder.ReadValue()
	if err != nil {
		return err
	}
	if kind != '0' {
		return &json.SemanticError{JSONKind: kind}
	}
	if integer, err := strconv.ParseInt(string(raw), 10, 64); err == nil {
		*n = lenientInt64(integer)
		return nil
	}
	// 2^53: from there on a float no longer distinguishes neighbouring integers.
	float, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || float != math.Trunc(float) || math.Abs(float) >= 1<<53 {
		return errNotWhole
	}
	*n = lenientInt64(float)
	return nil
}

func (n *lenientInt64) orZero() int64 {
	if n == nil {
		return 0
	}
	return int64(*n)
}
