package client

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestDecodeArtifactRecord_coverage checks which values of an output count as scored, whether the output is kept or not.
func TestDecodeArtifactRecord_coverage(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ operation, members, want string }{
		"every scalar, null ones included": {
			"extraction", `"output":{"total":1,"vendor":{"name":null},"items":[{"price":true}]},"consensus":{"likelihoods":{"total":0.9,"vendor":{"name":0.7},"items":[{"price":0.8}]}}`,
			"3 scored from 0.7 to 0.9, 0 unscored []",
		},
		"likelihoods before the output": {"extraction", `"consensus":{"likelihoods":{"a":0.5}},"output":{"a":1}`, "1 scored from 0.5 to 0.5, 0 unscored []"},
		"a field without a likelihood":  {"extraction", `"output":{"b":1,"a":2},"consensus":{"likelihoods":{"b":0.9}}`, "1 scored from 0.9 to 0.9, 1 unscored [a]"},
		"a likelihood that is null":     {"extraction", `"output":{"b":1,"a":2},"consensus":{"likelihoods":{"b":0.9,"a":null}}`, "1 scored from 0.9 to 0.9, 1 unscored [a]"},
		"an average of siblings judges nothing": {
			"extraction", `"output":{"a":{"b":1}},"consensus":{"likelihoods":{"a":{"b":0.9,"_consensus_score":0.1},"_consensus_score":7}}`, "1 scored from 0.9 to 0.9, 0 unscored []",
		},
		"a likelihood of another field only": {"extraction", `"output":{"a":1},"consensus":{"likelihoods":{"z":1}}`, "0 scored, 1 unscored [a]"},
		"reasoning is no data": {
			"extraction", `"output":{"reasoning___a":"x","a":1,"b":{"reasoning___c":{"d":[1]},"c":2}},"consensus":{"likelihoods":{"a":1,"b":{"c":1}}}`, "2 scored from 1 to 1, 0 unscored []",
		},
		"a name in two forms of Unicode": {"extraction", `"output":{"\u00e9":1},"consensus":{"likelihoods":{"e\u0301":0.9}}`, "1 scored from 0.9 to 0.9, 0 unscored []"},
		"no consensus":                   {"extraction", `"output":{"a":1},"consensus":null`, "0 scored, 1 unscored [a]"},
		"no output":                      {"extraction", `"output":null,"consensus":{"likelihoods":{"a":1}}`, "0 scored, 0 unscored []"},
		"an empty output":                {"extraction", `"output":{},"consensus":{"likelihoods":{"a":1}}`, "0 scored, 0 unscored []"},
		"a text in place of an object":   {"extraction", `"output":"x","consensus":{"likelihoods":{"a":1}}`, "0 scored, 1 unscored []"},
		"a category":                     {"classification", `"output":{"category":"c","reasoning":"r"},"consensus":{"likelihood":0.9}`, "1 scored from 0.9 to 0.9, 0 unscored []"},
		"a category without a number":    {"classification", `"output":{"category":"c"}`, "0 scored, 1 unscored [category]"},
		"a classification, no output":    {"classification", `"consensus":{"likelihood":0.9}`, "0 scored, 0 unscored []"},
		"elements":                       {"split", `"output":[{"pages":[1]},{"pages":[2]}],"consensus":{"likelihoods":[{"name":0.9,"pages":[0.8]},{"name":1}]}`, "1 scored from 0.8 to 0.8, 1 unscored [[1]]"},
		"elements without a consensus":   {"partition", `"output":[{},{}]`, "0 scored, 2 unscored [[0] [1]]"},
		"an element that is not there":   {"split", `"output":[],"consensus":{"likelihoods":[{"name":1}]}`, "0 scored, 0 unscored []"},
		"another operation":              {"dream", `"output":{"a":1},"consensus":{"likelihoods":{"a":1}}`, "0 scored, 0 unscored []"},
	} {
		for _, output := range []bool{false, true} {
			got := recordOf(t, test.operation, test.members, output).Coverage
			text := fmt.Sprintf("%d scored", got.Scored)
			if got.Lowest != nil {
				text += fmt.Sprintf(" from %s to %s", got.Lowest.Text('f', -1), got.Highest.Text('f', -1))
			}
			if text += fmt.Sprintf(", %d unscored %s", got.UnscoredCount, got.Unscored); text != test.want {
				t.Errorf("%s, output %v:\ngot  %s\nwant %s", name, output, text, test.want)
			}
		}
	}
}

// TestDecodeArtifactRecord_coverageIsBounded checks that an output of any size is counted, and that few of its paths are kept.
func TestDecodeArtifactRecord_coverageIsBounded(t *testing.T) {
	t.Parallel()
	const limit = 100_000 // of paths that are kept
	many := `"output":{"a":[` + strings.Repeat("1,", limit+10) + `1]}`
	got := recordOf(t, "extraction", many, false).Coverage
	if got.UnscoredCount != limit+11 || len(got.Unscored) != 100 || cap(got.Unscored) > 200 || !slices.IsSorted(got.Unscored) {
		t.Errorf("%d unscored, %d of them named", got.UnscoredCount, len(got.Unscored))
	}
}

// TestDecodeArtifactRecord_conflict checks that a member that a record has twice is reported if the two differ.
func TestDecodeArtifactRecord_conflict(t *testing.T) {
	t.Parallel()
	for members, want := range map[string]string{
		`"status":"completed","status":"completed"`:                                       "",
		`"status":"failed","status":"completed"`:                                          "status",
		`"status":"failed","status":null,"status":"completed"`:                            "status",
		`"error":{"message":"boom"},"error":null`:                                         "error",
		`"consensus":{"likelihoods":{"a":0.1}},"consensus":{"likelihoods":{"a":0.9}}`:     "consensus",
		`"consensus":{"likelihoods":{"a":0.9}},"consensus":{"likelihoods":{"a":0.9}}`:     "",
		`"consensus":{"likelihoods":{"a":0.1},"likelihoods":{"a":0.9}}`:                   "likelihoods",
		`"output":{"a":1},"output":{"b":1},"consensus":{"likelihoods":{"a":0.9,"b":0.9}}`: "output",
		`"output":{"a":1},"output":null`:                                                  "output",
		`"json_schema":{"a":1},"json_schema":{"b":1}`:                                     "", // not read
	} {
		if got := recordOf(t, "extraction", members, false).Conflict; got != want {
			t.Errorf("%s: got %q, want %q", members, got, want)
		}
	}
	for form, want := range map[string]bool{`null`: false, `""`: false, `false`: false, `true`: true, `[]`: true, `{}`: true, `{"code":"E"}`: true, `"x"`: true, `7`: true} {
		if got := recordOf(t, "dream", `"error":`+form, false).HasError; got != want {
			t.Errorf("%s is an error: %v", form, got)
		}
	}
}
