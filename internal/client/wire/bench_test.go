package wire

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
)

// rowJSON is a result as the flat edition lists it, with a payload.
const rowJSON = `{"id":"expjob_V1StGXR8_Z5jdHi6B_000001","experiment_run_id":"exprun_big","experiment_id":"exp_abc","document_id":"expdoc_000001",` +
	`"block_type":"extract","lifecycle":{"status":"completed"},"timing":{"created_at":"2026-05-02T11:00:00.000001Z","started_at":"2026-05-02T11:00:01.000001Z",` +
	`"completed_at":"2026-05-02T11:00:05.000001Z","duration_ms":4120},"handle_inputs":{"input-document-0":{"type":"file","document":{"id":"file_000001",` +
	`"filename":"invoice_000001.pdf","mime_type":"application/pdf"}}},"handle_outputs":{"output-json-0":{"type":"json","data":{"text":"%s"}}},` +
	`"artifact":{"operation":"extraction","id":"extr_000001"},"attempt":1}`

// BenchmarkDecode measures decoding, in bytes of the body per second.
func BenchmarkDecode(b *testing.B) {
	decoder := NewDecoder(sanitize.NewRedactor("rt_test_key"))
	for _, payload := range []int{0, 10 << 10} {
		row := []byte(fmt.Sprintf(rowJSON, strings.Repeat("x", payload)))
		page := []byte(`{"data":[` + strings.TrimSuffix(strings.Repeat(string(row)+",", 1000), ",") + `],"list_metadata":{"after":null}}`)
		for _, keep := range []bool{false, true} {
			name := fmt.Sprintf("payload=%d/kept=%v", payload, keep)
			b.Run("row/"+name, func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(len(row)))
				for b.Loop() {
					if err := decoder.Decode(bytes.NewReader(row), new(ExperimentResult), keep); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run("page/"+name, func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(len(page)))
				for b.Loop() {
					if _, _, err := DecodePage(decoder, bytes.NewReader(page), keep, func(row ExperimentResult) (string, error) { return row.ID.String(), nil }); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
