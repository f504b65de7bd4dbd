package wire

import (
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
)

// TestDecode_tooManyElements checks that a body of 60 MiB with the shortest elements is refused with a sentence, before
// it takes much memory.
func TestDecode_tooManyElements(t *testing.T) { //nolint:paralleltest // measures allocations
	decoder := NewDecoder(sanitize.NewRedactor("rt_test_key"))
	const size = 60 << 20
	result := `{"id":"r","run_id":"e","document_id":"d","lifecycle":{"status":"running"},"handle_outputs":{`
	for name, test := range map[string]struct {
		start, element string
		decode         func(body io.Reader) error
		want           string
	}{
		"handles": {result, `"a":{},`, func(body io.Reader) error {
			_, err := decode[ExperimentResult](decoder, body)
			return err
		}, "handle_outputs"},
		"handles of many rows": {`{"data":[`, result + strings.Repeat(`"a":{},`, 1000) + `"b":{}}},`, func(body io.Reader) error {
			_, err := decodeRows[ExperimentResult](decoder, body)
			return err
		}, "handle_outputs"},
		"flows": {`{"view":"summary","aggregate":{"flows":[`, `{},`, func(body io.Reader) error {
			_, err := decode[Metrics](decoder, body)
			return err
		}, "aggregate.flows"},
		"documents": {`{"documents":[`, `{},`, func(body io.Reader) error {
			_, err := decode[Metrics](decoder, body)
			return err
		}, "documents"},
	} {
		body := io.MultiReader(strings.NewReader(test.start), &repeated{text: test.element, left: size})
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := test.decode(body)
		runtime.ReadMemStats(&after)
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "more than 300000 elements") {
			t.Errorf("%s: got %v", name, err)
		}
		if allocated := (after.TotalAlloc - before.TotalAlloc) >> 20; allocated > 1000 {
			t.Errorf("%s: %d MiB allocated", name, allocated)
		}
	}
}

// TestDecode_maxElements checks that a list can have maxElements elements, and not one more.
func TestDecode_maxElements(t *testing.T) {
	t.Parallel()
	decoder := newTestDecoder()
	for name, decode := range map[string]func(list string) error{
		"rows": func(list string) error {
			_, _, err := DecodePage(decoder, strings.NewReader(list), false, func(Workflow) (bool, error) { return true, nil })
			return err
		},
		"elements of a member": func(list string) error {
			_, err := decode[Eval](decoder, strings.NewReader(`{"freshness":{"reasons":`+list+"}}"))
			return err
		},
	} {
		full := "[" + strings.Repeat("null,", maxElements-1) + "null"
		if err := decode(full + "]"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := decode(full + ",null]"); err == nil || !strings.Contains(err.Error(), "has more than 300000 elements") {
			t.Errorf("%s, one more: got %v", name, err)
		}
	}
}

// repeated is a body that repeats a text.
type repeated struct {
	text string
	left int
	at   int
}

func (r *repeated) Read(buffer []byte) (int, error) {
	if r.left <= 0 {
		return 0, io.EOF
	}
	read := copy(buffer, r.text[r.at:])
	r.at = (r.at + read) % len(r.text)
	r.left -= read
	return read, nil
}
