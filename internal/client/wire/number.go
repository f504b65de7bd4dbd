package wire

import (
	"errors"
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// numberPrecision is how many bits Terraform keeps of a number. A score with so many bits is the same number as the
// threshold with the same digits in a configuration; a float64 is not: 0.7 as a float64 is less than 0.7.
const numberPrecision = 512

// Number is a JSON number with all its digits.
type Number struct{ value *big.Float }

// errNumberSize is for numbers out of the range of a float64. Written out, they could have billions of digits.
var errNumberSize = errors.New("is too large or too small a number")

// errNumberLength is for numbers longer than maxNumberLength. The time to convert a number grows with the square of its
// length, so one of 50 MiB would take an hour.
var errNumberLength = errors.New("has too many digits")

// maxNumberLength is how many characters a number may have: many more than Terraform keeps.
const maxNumberLength = 1000

// read accepts a number in the range of a float64, and null.
func (n *Number) read(r *reader) error {
	raw, err := r.ReadValue()
	if err != nil || raw.Kind() == 'n' {
		return err
	}
	if n.value, err = exactNumber(raw); err != nil {
		return refuse(r.StackPointer(), err)
	}
	return nil
}

// exactNumber parses a JSON number that is in the range of a float64.
func exactNumber(raw jsontext.Value) (*big.Float, error) {
	if raw.Kind() != '0' {
		return nil, mismatch(raw.Kind(), "a number")
	}
	if len(raw) > maxNumberLength {
		return nil, errNumberLength
	}
	float, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || float == 0 && !isZero(string(raw)) {
		return nil, errNumberSize
	}
	value, _, err := big.ParseFloat(string(raw), 10, numberPrecision, big.ToNearestEven)
	if err != nil {
		return nil, errNumberSize
	}
	return value, nil
}

// isZero reports whether all digits of a number are 0, not counting its exponent.
func isZero(raw string) bool {
	digits, _, _ := strings.Cut(strings.ToLower(raw), "e")
	return !strings.ContainsAny(digits, "123456789")
}

// Float returns nil for a number that the server left out.
func (n Number) Float() *big.Float { return n.value }

// Int64 is a 64-bit integer that may be written as 4120.0.
type Int64 int64

var errNotWhole = errors.New("is not a whole number of at most 64 bits")

// read keeps every digit of an integer. A fraction, or a number out of range, is an error.
func (n *Int64) read(r *reader) error {
	raw, err := r.ReadValue()
	if err != nil {
		return err
	}
	integer, err := parseInt64(raw)
	if err != nil {
		return refuse(r.StackPointer(), err)
	}
	*n = Int64(integer)
	return nil
}

// parseInt64 parses a JSON number that is an integer.
func parseInt64(raw jsontext.Value) (int64, error) {
	if raw.Kind() != '0' {
		return 0, mismatch(raw.Kind(), "a whole number")
	}
	if integer, err := strconv.ParseInt(string(raw), 10, 64); err == nil {
		return integer, nil
	}
	// From 2^53 on, a float64 does not distinguish neighbouring integers.
	float, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || float != math.Trunc(float) || math.Abs(float) >= 1<<53 {
		return 0, errNotWhole
	}
	return int64(float), nil
}

// OrZero returns 0 for a number that the server left out.
func (n *Int64) OrZero() int64 {
	if n == nil {
		return 0
	}
	return int64(*n)
}
