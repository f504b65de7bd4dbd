package client

import (
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"

	"github.com/google/go-cmp/cmp"

	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
)

// recordWith returns the body of a record with an id and the given members.
func recordWith(members string) string { return `{"id":"x_1",` + members + `}` }

func recordOf(t *testing.T, operation, members string, output bool) ArtifactRecord {
	t.Helper()
	record, err := decodeRecord(newTestDecoder(), strings.NewReader(recordWith(members)), operation, output)
	if err != nil {
		t.Fatalf("%s: %v", members, err)
	}
	return record
}

// likelihoodTexts returns the likelihoods of a record as texts, "null" for a missing one.
func likelihoodTexts(record ArtifactRecord) map[string]string {
	texts := map[string]string{}
	for path, value := range record.Likelihoods {
		texts[path] = "null"
		if value != nil {
			texts[path] = value.Text('f', -1)
		}
	}
	return texts
}

// TestDecodeArtifactRecord covers every member in the spellings of both editions.
func TestDecodeArtifactRecord(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		operation, members string
		want               ArtifactRecord
	}{
		"flat, completed": {
			"extraction", `"operation":"extraction","status":"completed","error":null,"model":"retab-small","n_consensus":3,"created_at":"2026-06-20T08:00:00.557Z",` +
				`"usage":{"credits":0.7},"file":{"id":"file_1","filename":"a.pdf","mime_type":"application/pdf"},"json_schema":{"type":"object"},"instructions":"Read.",` +
				`"metadata":{"batch":"7"},"output":{"b":1.50,"a":null},"consensus":{"likelihoods":{"b":0.9},"choices":[{"b":1}]}`,
			ArtifactRecord{
				Operation: "extraction", ID: "x_1", Status: RecordCompleted, Model: new("retab-small"), NConsensus: new(int64(3)), CreatedAt: new("2026-06-20T08:00:00.557Z"),
				Credits: parseNumber(t, "0.7"), File: &File{ID: new("file_1"), Filename: new("a.pdf"), MIMEType: new("application/pdf")},
				Likelihoods: map[string]*big.Float{"b": parseNumber(t, "0.9")}, HasOutput: true, Output: new(`{"a":null,"b":1.50}`),
				Coverage: Coverage{Scored: 1, UnscoredCount: 1, Unscored: []string{"a"}, Lowest: parseNumber(t, "0.9"), Highest: parseNumber(t, "0.9")}, Metadata: map[string]string{"batch": "7"},
			},
		},
		"flat, failed": {
			"extraction", `"status":"failed","error":{"code":"DOCUMENT_ENCRYPTED","message":"The document is encrypted.","details":{"stack_trace":"secret"}},` +
				`"usage":null,"output":{},"consensus":null,"metadata":null`,
			ArtifactRecord{
				ID: "x_1", Status: RecordFailed, ErrorMessage: "The document is encrypted.", ErrorCode: "DOCUMENT_ENCRYPTED", HasError: true,
				Likelihoods: map[string]*big.Float{}, Coverage: Coverage{Unscored: []string{}}, HasOutput: true, Output: new(`{}`),
			},
		},
		"run-scoped, with a storage address": {
			"classification", `"file":{"id":"file_1","filename":"a.pdf","mime_type":"application/pdf","gcs_path":"gs://tenant/org_1"},"output":{"reasoning":"r","category":"c"},` +
				`"consensus":{"likelihood":0.93,"choices":[]},"updated_at":"u"`,
			ArtifactRecord{
				ID: "x_1", File: &File{ID: new("file_1"), Filename: new("a.pdf"), MIMEType: new("application/pdf")},
				Likelihoods: map[string]*big.Float{"category": parseNumber(t, "0.93")}, HasOutput: true, Output: new(`{"category":"c","reasoning":"r"}`),
				Coverage: Coverage{Scored: 1, Unscored: []string{}, Lowest: parseNumber(t, "0.93"), Highest: parseNumber(t, "0.93")},
			},
		},
		"an unknown operation: only the members that all records have": {
			"dream", `"operation":"dream","status":"completed","output":[1,{"b":2,"a":1}],"consensus":"none","metadata":7,"file":"a.pdf"`,
			ArtifactRecord{
				Operation: "dream", ID: "x_1", Status: RecordCompleted, Likelihoods: map[string]*big.Float{}, Coverage: Coverage{Unscored: []string{}},
				HasOutput: true, Output: new(`[1,{"a":1,"b":2}]`),
			},
		},
		"only an id": {"split", `"output":null,"consensus":{}`, ArtifactRecord{ID: "x_1", Likelihoods: map[string]*big.Float{}, Coverage: Coverage{Unscored: []string{}}}},
	} {
		got := recordOf(t, test.operation, test.members, true)
		if diff := cmp.Diff(test.want, got, compareExactly); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		without := recordOf(t, test.operation, test.members, false)
		if without.Output != nil || without.Metadata != nil || without.HasOutput != got.HasOutput || !maps.Equal(likelihoodTexts(without), likelihoodTexts(got)) {
			t.Errorf("%s, without its output: got %+v", name, without)
		}
	}
}

func TestDecodeArtifactRecord_likelihoods(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		operation, members string
		want               map[string]string
	}{
		"an extraction": {
			"extraction", `"consensus":{"likelihoods":{"total":0.99,"vendor":{"name":0.78},"line_items":[{"price":0.91},{"price":0.7}],"tags":[0.5,1],"grid":[[0.1],[]],"none":{}}}`,
			map[string]string{
				"total": "0.99", "vendor.name": "0.78", "line_items[0].price": "0.91", "line_items[1].price": "0.7", "tags[0]": "0.5", "tags[1]": "1", "grid[0][0]": "0.1",
			},
		},
		"every digit is kept": {
			"extraction", `"consensus":{"likelihoods":{"a":0.99999999999999999999,"b":1e-7}}`, map[string]string{"a": "0.99999999999999999999", "b": "0.0000001"},
		},
		"a value that is null": {"extraction", `"consensus":{"likelihoods":{"a":null,"b":1}}`, map[string]string{"a": "null", "b": "1"}},
		"names that look like paths are quoted": {
			"extraction", `"consensus":{"likelihoods":{"a.b":0.1,"a":{"b":0.2,"[0]":0.3},"":0.4,"c\"":0.5,"d\\":{"Ä €":0.6}}}`,
			map[string]string{`["a.b"]`: "0.1", "a.b": "0.2", `a["[0]"]`: "0.3", `[""]`: "0.4", `["c\""]`: "0.5", `["d\\"].Ä €`: "0.6"},
		},
		"a classification, flat":            {"classification", `"consensus":{"likelihoods":0.93}`, map[string]string{"category": "0.93"}},
		"a classification, run-scoped":      {"classification", `"consensus":{"likelihood":0.93}`, map[string]string{"category": "0.93"}},
		"a classification, both":            {"classification", `"consensus":{"likelihood":0.5,"likelihoods":0.50}`, map[string]string{"category": "0.5"}},
		"a classification without a number": {"classification", `"consensus":{"likelihood":null,"likelihoods":null}`, map[string]string{}},
		"the lowest of a subdocument": {
			"split", `"output":[{},{}],"consensus":{"likelihoods":[{"name":0.99,"pages":[0.99,0.98]},{"pages":[0.8,0.9],"name":0.7}]}`, map[string]string{"[0]": "0.98", "[1]": "0.7"},
		},
		"the lowest of a chunk": {
			"partition", `"consensus":{"likelihoods":[{"key":0.9,"pages":[]},{"key":1,"pages":[1,1]}],"choices":[]},"output":[{},{}]`, map[string]string{"[0]": "0.9", "[1]": "1"},
		},
		"pages without numbers": {
			"split", `"output":[{"name":"a","pages":[1,2,3]},{"pages":[4]},{"pages":[5]},{"pages":[6]}],"consensus":{"likelihoods":[{"name":0.95,"pages":[]},{"name":0.9},{"name":0.8,"pages":null},{"name":0.7,"pages":[1]}]}`,
			map[string]string{"[0]": "null", "[1]": "null", "[2]": "null", "[3]": "0.7"},
		},
		"fewer numbers than pages":                   {"partition", `"output":[{"key":"a","pages":[1,2]}],"consensus":{"likelihoods":[{"key":1,"pages":[0.9]}]}`, map[string]string{"[0]": "null"}},
		"numbers before the output":                  {"partition", `"consensus":{"likelihoods":[{"key":1,"pages":[0.9]}]},"output":[{"pages":[1,2]}]`, map[string]string{"[0]": "null"}},
		"more numbers than pages":                    {"split", `"output":[{"name":"a","pages":[1]}],"consensus":{"likelihoods":[{"name":1,"pages":[0.9,0.8]}]}`, map[string]string{"[0]": "0.8"}},
		"regions in place of pages":                  {"split", `"output":[{"name":"a","pages":[],"regions":[{"row":1}]}],"consensus":{"likelihoods":[{"name":0.9,"pages":[]}]}`, map[string]string{"[0]": "0.9"}},
		"nested numbers are of no page":              {"split", `"output":[{"pages":[1,2]}],"consensus":{"likelihoods":[{"name":0.9,"pages":[[1,1]]}]}`, map[string]string{"[0]": "null"}},
		"an output with pages that are no list":      {"split", `"output":[{"pages":"1-3"},7,null],"consensus":{"likelihoods":[{"name":0.9},{"name":0.8},{"name":0.7}]}`, map[string]string{"[0]": "null", "[1]": "null", "[2]": "null"}},
		"pages that are no numbers":                  {"split", `"output":[{"pages":[[1,2],3]},{"pages":null}],"consensus":{"likelihoods":[{"name":0.9,"pages":[1,1]},{"name":0.8}]}`, map[string]string{"[0]": "null", "[1]": "null"}},
		"paths that are one in Terraform":            {"extraction", `"consensus":{"likelihoods":{"\u00e9":0.1,"e\u0301":0.9}}`, map[string]string{}},
		"a subdocument without a number of its name": {"split", `"consensus":{"likelihoods":[{"pages":[1]},{"name":null,"pages":[1]}]}`, map[string]string{"[0]": "null", "[1]": "null"}},
		"a page whose number is null":                {"split", `"consensus":{"likelihoods":[{"name":1,"pages":[1,null]}]}`, map[string]string{"[0]": "null"}},
		"a subdocument that was not judged":          {"split", `"output":[{},{},{}],"consensus":{"likelihoods":[{"name":1,"pages":[1]},{}]}`, map[string]string{"[0]": "1", "[1]": "null", "[2]": "null"}},
		"a number in place of a subdocument":         {"split", `"consensus":{"likelihoods":[1,{"name":[1]}]}`, map[string]string{"[0]": "null", "[1]": "null"}},
		"a label of another operation":               {"partition", `"consensus":{"likelihoods":[{"name":1}]}`, map[string]string{"[0]": "null"}},
		"a tree that is null":                        {"extraction", `"consensus":{"likelihoods":null}`, map[string]string{}},
		"a list that is null":                        {"split", `"output":[{}],"consensus":{"likelihoods":null}`, map[string]string{}},
		"no consensus":                               {"split", `"output":[{}],"consensus":null`, map[string]string{}},
		"an unknown operation":                       {"dream", `"consensus":{"likelihoods":{"a":1}}`, map[string]string{}},
		"a duplicate member: the last one counts":    {"extraction", `"consensus":{"likelihoods":{"a":1}},"consensus":{"likelihoods":{"b":1}}`, map[string]string{"b": "1"}},
	} {
		for _, output := range []bool{false, true} {
			if diff := cmp.Diff(test.want, likelihoodTexts(recordOf(t, test.operation, test.members, output))); diff != "" {
				t.Errorf("%s, output %v (-want +got):\n%s", name, output, diff)
			}
		}
	}
}

func TestDecodeArtifactRecord_refuses(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat(`{"`+strings.Repeat("k", 1000)+`":`, 1000) + `[` + strings.Repeat("1,", 10) + "1]" + strings.Repeat("}", 1000)
	for name, test := range map[string]struct{ operation, body, want string }{
		"no id":                           {"split", `{"status":"completed"}`, "id is missing"},
		"an id that is a number":          {"split", `{"id":7}`, "id is a number, not a string"},
		"a status with a terminal escape": {"split", recordWith(`"status":"\u001b[0mcompleted"`), "status is too long, or has characters that cannot be shown"},
		"an object as a status":           {"dream", recordWith(`"status":{}`), "status is an object, not a string"},
		"a string as a likelihood":        {"extraction", recordWith(`"consensus":{"likelihoods":{"a":[{"b":"high"}]}}`), "consensus.likelihoods.a.0.b is a string, not a number"},
		"a likelihood out of range": {
			"extraction", recordWith(`"consensus":{"likelihoods":{"a":1e999999999}}`), "consensus.likelihoods.a is too large or too small a number",
		},
		"a likelihood of a thousand digits": {
			"extraction", recordWith(`"consensus":{"likelihoods":{"a":0.` + strings.Repeat("7", 1000) + `}}`), "consensus.likelihoods.a has too many digits",
		},
		"a tree in place of a number":                         {"classification", recordWith(`"consensus":{"likelihoods":{"a":1}}`), "consensus.likelihoods is an object, not a number"},
		"a number in place of a tree":                         {"extraction", recordWith(`"consensus":{"likelihoods":0.5}`), "consensus.likelihoods is a number, not an object"},
		"a list in place of a tree":                           {"extraction", recordWith(`"consensus":{"likelihoods":[]}`), "consensus.likelihoods is an array, not an object"},
		"a tree in place of a list":                           {"split", recordWith(`"consensus":{"likelihoods":{"name":1}}`), "consensus.likelihoods is an object, not an array"},
		"two different numbers":                               {"classification", recordWith(`"consensus":{"likelihood":0.9,"likelihoods":0.1}`), "consensus.likelihood and consensus.likelihoods are different"},
		"a duplicate path":                                    {"extraction", recordWith(`"consensus":{"likelihoods":{"a":0.1,"a":0.9}}`), `consensus.likelihoods has two values for "a"`},
		"two names that are equal without control characters": {"extraction", recordWith(`"consensus":{"likelihoods":{"a":0.1,"a\u0000":0.9}}`), `consensus.likelihoods has two values for "a"`},
		"a duplicate label":                                   {"split", recordWith(`"consensus":{"likelihoods":[{"name":0.1,"name":0.9}]}`), `consensus.likelihoods has two values for "[0].name"`},
		"paths that are too long together":                    {"extraction", recordWith(`"consensus":{"likelihoods":` + deep + `}`), "has more values than this provider keeps"},
		"too many numbers": {
			"partition", recordWith(`"consensus":{"likelihoods":[` + strings.Repeat("1,", 100_000) + `1]}`), "consensus.likelihoods has more values than this provider keeps",
		},
		"a list": {"split", `[]`, "the body is an array, not an object"},
	} {
		_, err := decodeRecord(newTestDecoder(), strings.NewReader(test.body), test.operation, false)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %.300v, want %s", name, err, test.want)
		}
	}
}

// TestDecodeArtifactRecord_output checks that every digit and every value is kept, in an order that does not depend on the
// server.
func TestDecodeArtifactRecord_output(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"z": 12345678901234567890.10, "a": {"d": 1e400, "c": "\u00e4"}}`: `{"a":{"c":"ä","d":1e400},"z":12345678901234567890.10}`,
		`[ {"b": 1, "a": [2, 1]} , 0.10, "x" ]`:                            `[{"a":[2,1],"b":1},0.10,"x"]`,
		`[]`:                                                               `[]`, `[[]]`: `[[]]`, `[null]`: `[null]`, `{}`: `{}`, `""`: `""`, `"text"`: `"text"`, `false`: `false`, `7`: `7`,
	} {
		if got := recordOf(t, "extraction", `"output":`+body, true); got.Output == nil || *got.Output != want || !got.HasOutput {
			t.Errorf("%s became %v, want %s", body, got.Output, want)
		}
		if got := recordOf(t, "dream", `"output":`+body, false); got.Output != nil || !got.HasOutput {
			t.Errorf("%s: got %v, which was not requested", body, got.Output)
		}
	}
	for _, body := range []string{`"output":null`, `"model":null`} {
		if got := recordOf(t, "split", body, true); got.Output != nil || got.HasOutput {
			t.Errorf("%s: got %+v", body, got)
		}
	}
}

// TestDecodeArtifactRecord_metadata checks that texts are kept without control characters and without the key.
func TestDecodeArtifactRecord_metadata(t *testing.T) {
	t.Parallel()
	decoder := wire.NewDecoder(sanitize.NewRedactor("rt_test_key"))
	record, err := decodeRecord(decoder, strings.NewReader(recordWith(`"metadata":{"a":"x\u001b[31m rt_test_key","b":7,"c":null}`)), "extraction", true)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"a": "x [API key]"}, record.Metadata); diff != "" {
		t.Error(diff)
	}
	for _, metadata := range []string{`"text"`, `[{}]`, `7`, `{"\u00e9":"a","e\u0301":"b"}`} {
		if got := recordOf(t, "extraction", `"metadata":`+metadata, true); len(got.Metadata) > 0 {
			t.Errorf("%s: got %v", metadata, slices.Collect(maps.Keys(got.Metadata)))
		}
	}
}
