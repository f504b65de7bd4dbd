package wire

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestLiteralCutter(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", maxLiteral)
	blank := strings.Repeat(" ", maxLiteral)
	for name, test := range map[string]struct{ body, want, wantKept string }{
		"short text":               {`{"a": ["b", 1.5e3, null]}`, `{"a": ["b", 1.5e3, null]}`, `{"a": ["b", 1.5e3, null]}`},
		"a string at the limit":    {`"` + long + `"`, `"` + long + `"`, `"` + long + `"`},
		"a string over the limit":  {`["` + long + `yz",1]`, `["` + long + `",1]`, `["` + long + `yz",1]`},
		"an escape at the limit":   {`"` + long[1:] + `\u00e9y"`, `"` + long[1:] + `\u00e9"`, `"` + long[1:] + `\u00e9y"`},
		"an escaped quote":         {`"` + long + `\"y",1`, `"` + long + `",1`, `"` + long + `\"y",1`},
		"a number over the limit":  {`[` + strings.Repeat("1", maxLiteral) + `23]`, `[` + strings.Repeat("1", maxLiteral) + `]`, `[` + strings.Repeat("1", maxLiteral) + `23]`},
		"white space":              {`[1,` + blank + "\n\t 2]", `[1,` + blank + `2]`, `[1,` + blank + `2]`},
		"white space in a string":  {`"` + blank + `"`, `"` + blank + `"`, `"` + blank + `"`},
		"white space and a number": {blank + "1", blank + "1", blank + "1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for keep, want := range map[bool]string{false: test.want, true: test.wantKept} {
				for reads, source := range map[string]io.Reader{"whole": strings.NewReader(test.body), "byte by byte": iotest.OneByteReader(strings.NewReader(test.body))} {
					got, err := io.ReadAll(newLiteralCutter(source, keep))
					if err != nil || string(got) != want {
						t.Errorf("%s, strings kept %v: got %d bytes ending %q, want %d", reads, keep, len(got), got[max(0, len(got)-10):], len(want))
					}
				}
			}
		})
	}
}

// TestLiteralCutter_read checks that a read which returns no data returns an error, as [io.Reader] demands.
func TestLiteralCutter_read(t *testing.T) {
	t.Parallel()
	body := `["` + strings.Repeat("x", 3*maxLiteral) + `",1]`
	cutter := newLiteralCutter(iotest.OneByteReader(strings.NewReader(body)), false)
	buffer := make([]byte, 16)
	for total := 0; ; {
		read, err := cutter.Read(buffer)
		total += read
		if read == 0 {
			if want := len(body) - 2*maxLiteral; !errors.Is(err, io.EOF) || total != want {
				t.Errorf("got %v after %d bytes, want %d", err, total, want)
			}
			return
		}
	}
}
