package client

import (
	"bytes"
	"testing"
	"unicode/utf8"

	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// FuzzDecodeArtifact checks that no body makes the decoder panic, that contents are kept only on request, and that a record
// with a failure does not succeed.
func FuzzDecodeArtifact(f *testing.F) {
	decoder := wire.NewDecoder(sanitize.NewRedactor("rt_test_key"))
	addSamples(f)
	for _, members := range []string{
		`"status":"completed","error":{"code":"E","message":"m"},"output":{"a":1}`,
		`"output":[{"name":"a","pages":[1]},2],"consensus":{"likelihoods":[{"name":0.9,"pages":[1,null]},0.5]}`,
		`"consensus":{"likelihoods":{"a.b":0.1,"a":{"b":[1,{"c":null}]},"":2}},"metadata":{"x":"\ud800","y":[]}`,
		`"consensus":{"likelihood":0.5,"likelihoods":5e-1},"usage":{"credits":1E2},"file":[]`,
		`"output":[[[]],"` + "\xff" + `",{"b":1,"b":2}],"output":null`, `"output":"","error":"it broke"`,
	} {
		f.Add([]byte(recordWith(members)))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, operation := range []string{wire.Extraction, wire.Classification, wire.Split, wire.Partition, "dream"} {
			without, err := decodeRecord(decoder, bytes.NewReader(body), operation, false)
			checkDecoded(t, err, without.ID != "" && without.Likelihoods != nil)
			if without.Output != nil || without.Metadata != nil {
				t.Errorf("contents were kept, but not requested: %+v", without)
			}
			record, err := decodeRecord(decoder, bytes.NewReader(body), operation, true)
			checkDecoded(t, err, record.ID != "" && record.HasOutput == (record.Output != nil))
			checkRecord(t, record)
			if err == nil && without.ID != "" && len(without.Likelihoods) != len(record.Likelihoods) {
				t.Errorf("%d likelihoods with the output, %d without it", len(record.Likelihoods), len(without.Likelihoods))
			}
		}
	})
}

func checkRecord(t *testing.T, record ArtifactRecord) {
	t.Helper()
	for path, value := range record.Likelihoods {
		if !utf8.ValidString(path) {
			t.Errorf("the path %q is not UTF-8", path)
		}
		if value != nil && (value.IsInf() || value.MantExp(nil) > 1100 || value.MantExp(nil) < -1100) {
			t.Errorf("the likelihood of %s is out of range", path)
		}
	}
	if record.Output != nil && !utf8.ValidString(*record.Output) {
		t.Errorf("the output is not UTF-8: %q", *record.Output)
	}
	if !record.HasError && (record.ErrorMessage != "" || record.ErrorCode != "") {
		t.Errorf("a record with a failure has no error: %+v", record)
	}
}
