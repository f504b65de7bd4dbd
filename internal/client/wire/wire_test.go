package wire

import (
	"strings"
	"testing"
)

// TestDecode_mismatch checks that a value of another kind than expected is described.
func TestDecode_mismatch(t *testing.T) {
	t.Parallel()
	for members, want := range map[string]string{
		`"id":7`:                         "id is a number, not a string",
		`"id":{}`:                        "id is an object, not a string",
		`"id":[[]]`:                      "id is an array, not a string",
		`"score":"x"`:                    "score is a string, not a number",
		`"document_count":true`:          "document_count is true, not a whole number",
		`"is_stale":"x"`:                 "is_stale is a string, not true or false",
		`"is_stale":[false]`:             "is_stale is an array, not true or false",
		`"freshness":false`:              "freshness is false, not an object",
		`"freshness":{"reasons":{}}`:     "freshness.reasons is an object, not an array",
		`"freshness":{"reasons":["",7]}`: "freshness.reasons.1 is a number, not a string",
	} {
		if _, err := decode[Experiment](newTestDecoder(), strings.NewReader("{"+members+"}")); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", members, err, want)
		}
	}
}
