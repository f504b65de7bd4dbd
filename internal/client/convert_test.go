package client

import (
	"bytes"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

func newTestDecoder() *wire.Decoder { return wire.NewDecoder(sanitize.Redactor{}) }

// decode decodes and converts a body that is one object.
func decode[Body, T any](decoder *wire.Decoder, reader io.Reader, content bool, convert func(Body) (T, error)) (object T, err error) {
	var body Body
	if err := decoder.Decode(reader, &body, content); err != nil {
		return object, err
	}
	return convert(body)
}

func decodeMetrics(decoder *wire.Decoder, reader io.Reader, view metricsView, values bool) (Metrics, error) {
	return decode(decoder, reader, values, func(body wire.Metrics) (Metrics, error) { return convertMetrics(body, view) })
}

func decodeRecord(decoder *wire.Decoder, reader io.Reader, operation string, output bool) (ArtifactRecord, error) {
	if _, isTyped := artifactRoutes[operation]; !isTyped {
		return decode(decoder, reader, output, func(body wire.Record) (ArtifactRecord, error) { return convertRecord(body, output) })
	}
	return decode(decoder, reader, output, func(body wire.TypedRecord) (ArtifactRecord, error) {
		return convertTypedRecord(body, operation, output)
	})
}

// compareExactly compares numbers by every digit.
var compareExactly = cmp.Comparer(func(one, other *big.Float) bool {
	return one == nil && other == nil || one != nil && other != nil && one.Cmp(other) == 0
})

// parseNumber parses a number with Terraform's precision.
func parseNumber(t *testing.T, text string) *big.Float {
	t.Helper()
	value, _, err := big.ParseFloat(text, 10, 512, big.ToNearestEven)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// openSample opens one of the vendor's samples.
func openSample(t *testing.T, file string) *bytes.Reader {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", filepath.FromSlash(file)))
	if err != nil {
		t.Fatal(err)
	}
	return bytes.NewReader(body)
}
