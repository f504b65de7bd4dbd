package wire

import (
	"math/big"
	"strings"
	"testing"
)

// decodeScore decodes the score of an experiment.
func decodeScore(text string) (*big.Float, error) {
	experiment, err := decode[Experiment](newTestDecoder(), strings.NewReader(
		`{"id":"e","workflow_id":"w","block_id":"b","name":"n","score":`+text+`}`))
	return experiment.Score.Float(), err
}

// TestNumber_keepsEveryDigit checks that a number equals the number with the same digits in a configuration.
func TestNumber_keepsEveryDigit(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"0": "0", "0.0e5": "0", "1": "1", "1.0": "1", "0.1": "0.1", "0.7": "0.7", "1e-7": "0.0000001", "0.12345678901234566": "0.12345678901234566",
		"0.99999999999999999": "0.99999999999999999", "12345678901234567890": "12345678901234567890", "-0.25": "-0.25", "1E2": "100",
		"0.1234567890123456789012345678901234567890": "0.123456789012345678901234567890123456789", "5e-324": "",
	} {
		got, err := decodeScore(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		literal, _, err := big.ParseFloat(text, 10, 512, big.ToNearestEven)
		if err != nil {
			t.Fatal(err)
		}
		if written := got.Text('f', -1); got.Cmp(literal) != 0 || want != "" && written != want {
			t.Errorf("%s became %s", text, written)
		}
	}
	if got, err := decodeScore("0." + strings.Repeat("3", maxNumberLength-2)); got == nil || err != nil {
		t.Errorf("a number of the maximum length became %v, %v", got, err)
	}
	if got, err := decodeScore("null"); got != nil || err != nil {
		t.Errorf("null became %v, %v", got, err)
	}
}

func TestNumber_refuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"1e400":               "score is too large or too small a number",
		"-1e999999999":        "score is too large or too small a number",
		"1e-999999999":        "score is too large or too small a number",
		"1e-400":              "score is too large or too small a number",
		"1e99999999999999999": "score is too large or too small a number",
		`"0.9"`:               "score is a string, not a number",
		"true":                "score is true, not a number",
		"[]":                  "score is an array, not a number",
		"NaN":                 "the body is not valid JSON",

		"0." + strings.Repeat("3", maxNumberLength-1): "score has too many digits",
	} {
		if got, err := decodeScore(text); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: got %v, %v; want %q", text, got, err, want)
		}
	}
}

// TestLenientInt64 checks that a whole number keeps every digit, and that a fraction is refused.
func TestLenientInt64(t *testing.T) {
	t.Parallel()
	const notWhole = "error_count is not a whole number of at most 64 bits"
	for text, want := range map[string]struct {
		value   int64
		problem string
	}{
		"7": {7, ""}, "7.0": {7, ""}, "-7e0": {-7, ""}, "9223372036854775807": {9223372036854775807, ""}, "-9223372036854775808": {-9223372036854775808, ""},
		"9007199254740991.0": {9007199254740991, ""}, "-9007199254740991.0": {-9007199254740991, ""},
		"9007199254740992.0": {0, notWhole}, "-9007199254740992.0": {0, notWhole}, "9223372036854775808": {0, notWhole},
		"0.5": {0, notWhole}, "1e999": {0, notWhole}, "true": {0, "error_count is true, not a whole number"}, "null": {0, ""},
	} {
		run, err := decode[ExperimentRun](newTestDecoder(), strings.NewReader(`{"id":"r","lifecycle":{"status":"completed"},"error_count":`+text+"}"))
		if run.ErrorCount.OrZero() != want.value || (err == nil) != (want.problem == "") || err != nil && err.Error() != want.problem {
			t.Errorf("%s: got %d, %v", text, run.ErrorCount.OrZero(), err)
		}
	}
}
