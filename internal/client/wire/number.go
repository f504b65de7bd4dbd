package wire

import (
	"errors"
	"math"
	"math/big"
	"regexp"
	"strconv"
)

// NumberPrecision is how many bits Terraform keeps of a number. A score with so many bits is the same number as the
// threshold with the same digits in a configuration; a float64 is not: 0.7 as a float64 is less than 0.7.
const NumberPrecision = 512

// Number is a JSON number with all its digits.
type Number struct{ value *big.Float }

// maxNumberLength is how many characters a number may have: many more than Terraform keeps. The time to convert a
// number grows with the square of its length, so one of 50 MiB would take an hour.
const maxNumberLength = 1000

// read accepts a number in the range of a float64, and null. Written out, a number outside that range could have
// billions of digits.
func (n *Number) read(r *reader) error {
	raw, err := r.ReadValue()
	switch kind := raw.Kind(); {
	case err != nil || kind == 'n':
		return err
	case kind != '0':
		return r.mismatch(kind, "a number")
	case len(raw) > maxNumberLength:
		return refuse(r.StackPointer(), errors.New("has too many digits"))
	}
	float, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || float == 0 && !zeroPattern.Match(raw) {
		return refuse(r.StackPointer(), errors.New("is too large or too small a number"))
	}
	n.value, _, err = big.ParseFloat(string(raw), 10, NumberPrecision, big.ToNearestEven)
	return err
}

// zeroPattern matches a number whose digits are all 0, not counting its exponent.
var zeroPattern = regexp.MustCompile(`^-?[0.]+([eE]|$)`)

// Float returns nil for a number that the server left out.
func (n Number) Float() *big.Float { return n.value }

// Int64 is a 64-bit integer that may be written as 4120.0.
type Int64 int64

// read keeps every digit of an integer. A fraction, or a number out of range, is an error.
func (n *Int64) read(r *reader) error {
	raw, err := r.ReadValue()
	switch kind := raw.Kind(); {
	case err != nil:
		return err
	case kind != '0':
		return r.mismatch(kind, "a whole number")
	}
	integer, err := strconv.ParseInt(string(raw), 10, 64)
	if err != nil {
		// From 2^53 on, a float64 does not distinguish neighbouring integers.
		float, err := strconv.ParseFloat(string(raw), 64)
		if err != nil || float != math.Trunc(float) || math.Abs(float) >= 1<<53 {
			return refuse(r.StackPointer(), errors.New("is not a whole number of at most 64 bits"))
		}
		integer = int64(float)
	}
	*n = Int64(integer)
	return nil
}

// Pointer returns nil for a number that the server left out.
func (n *Int64) Pointer() *int64 { return (*int64)(n) }

// OrZero returns 0 for a number that the server left out.
func (n *Int64) OrZero() int64 {
	if n == nil {
		return 0
	}
	return int64(*n)
}
