package wire

import (
	"bytes"
	"math/big"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
)

func newTestDecoder() *Decoder { return NewDecoder(sanitize.Redactor{}) }

// compareExactly compares numbers by every digit.
var compareExactly = cmp.Comparer(func(one, other *big.Float) bool {
	return one == nil && other == nil || one != nil && other != nil && one.Cmp(other) == 0
})

// parseNumber parses a number with the precision of the decoder.
func parseNumber(t *testing.T, text string) *big.Float {
	t.Helper()
	value, _, err := big.ParseFloat(text, 10, numberPrecision, big.ToNearestEven)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// openSample opens one of the vendor's samples.
func openSample(t *testing.T, file string) *bytes.Reader {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("..", "testdata", filepath.FromSlash(file)))
	if err != nil {
		t.Fatal(err)
	}
	return bytes.NewReader(body)
}
