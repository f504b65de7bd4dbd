package client

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"

	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// The fuzz targets search for input that breaks an invariant. An input that they find is stored in testdata/fuzz, which every
// test run repeats, and becomes a named case of a test.

// addSamples seeds a target with the vendor's samples and with small bodies that have one oddity each.
func addSamples(f *testing.F) {
	f.Helper()
	samples, err := filepath.Glob("testdata/*/*.json")
	if err != nil || len(samples) == 0 {
		f.Fatal(samples, err)
	}
	for _, sample := range samples {
		body, err := os.ReadFile(sample)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
		f.Add([]byte(`{"data":[` + string(body) + `],"list_metadata":{"after":null,"before":null}}`))
	}
	for _, body := range []string{
		``, `[]`, `null`, `{"id":1e400}`, `{"attempt":1.0e2}`, `{"lifecycle":{"status":"x","details":"y"}}`, "\xef\xbb\xbf{}",
		`{"handle_inputs":{"a":{"data":{"b":1,"b":2}}}}`, `{"data":null}`, `{"handle_inputs":{"a":"b"},"handle_outputs":[]}`,
		`{"detail":{"code":"HTTP_EXCEPTION","message":"An HTTP exception occurred.","details":{"error":"Invalid API Key."}}}`,
		`{"status_code":10422,"message":"[{\"loc\":[\"query\",1],\"msg\":\"x\"}]"}`, "<html><title>\x1b[31mBad</title>",
	} {
		f.Add([]byte(body))
	}
}

// FuzzDecode checks that no body makes the decoders panic, and that accepted objects have the required members.
func FuzzDecode(f *testing.F) {
	decoder := wire.NewDecoder(sanitize.NewRedactor("rt_test_key"))
	addSamples(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, payloads := range []bool{false, true} {
			result, err := decode(decoder, bytes.NewReader(body), payloads, convertResult)
			checkDecoded(t, err, result.ID != "" && result.RunID != "" && result.DocumentID != "" && result.Status != "")
			for _, handle := range result.HandleInputs {
				if handle.Data != nil && !payloads {
					t.Errorf("the payload of %q was kept, but not requested", handle.Name)
				}
				if handle.Data != nil && !utf8.ValidString(*handle.Data) {
					t.Errorf("the payload of %q is not UTF-8", handle.Name)
				}
			}
			rows, _, err := wire.DecodePage(decoder, bytes.NewReader(body), payloads, convertResult)
			checkDecoded(t, err, true)
			for _, row := range rows {
				if row.ID == "" || row.Status == "" {
					t.Error("a row without an id or a status was accepted")
				}
			}
		}
		run, err := decode(decoder, bytes.NewReader(body), false, convertRun)
		checkDecoded(t, err, run.ID != "" && run.Status != "")
		second, errSecond := decode(decoder, bytes.NewReader(body), false, convertResult)
		first, errFirst := decode(decoder, bytes.NewReader(body), false, convertResult)
		if (errSecond == nil) != (errFirst == nil) || second.ID != first.ID {
			t.Error("the same body decodes to two different results")
		}
	})
}

func checkDecoded(t *testing.T, err error, complete bool) {
	t.Helper()
	switch {
	case err == nil && !complete:
		t.Error("accepted without a required member")
	case err != nil && sanitize.PlainText(err.Error()) == "":
		t.Error("refused without a message")
	}
}
