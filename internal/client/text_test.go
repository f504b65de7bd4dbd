package client

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPlainText(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ text, want string }{
		"plain words stay":         {"Not found: é 日本", "Not found: é 日本"},
		"lines become one":         {"a\r\n\tb\u2028c", "a b c"},
		"colours go":               {"\x1b[31mred\x1b[0m", "red"},
		"a window title goes":      {"\x1b]0;owned\x07text", "text"},
		"a hyperlink goes":         {"\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"},
		"a bare escape goes":       {"a\x1bcb", "ab"},
		"C1 control sequences go":  {"a\u009b31mb", "ab"},
		"bells and nulls go":       {"a\a\x00\bb", "ab"},
		"direction overrides go":   {"a\u202eb\u200bc", "abc"},
		"broken UTF-8 is replaced": {"a\xffb", "a\uFFFDb"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := PlainText(test.text); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestPlainText_cutsLongText(t *testing.T) {
	t.Parallel()
	got := PlainText(strings.Repeat("é", 100_000))
	if utf8.RuneCountInString(got) != maxTextLength+1 || !strings.HasSuffix(got, "é…") {
		t.Errorf("got %d characters ending %q", utf8.RuneCountInString(got), got[len(got)-5:])
	}
}

// TestPresentable_findsADisguisedKey was found by fuzzing: taking out invisible characters put the key together again.
func TestPresentable_findsADisguisedKey(t *testing.T) {
	t.Parallel()
	c := &Client{apiKey: "rt_test_key"}
	for _, text := range []string{"rt_test_key", "rt_test_\x00key", "rt_\x1b[0mtest_key", "rt_test\u200b_key"} {
		if got := c.presentable(text); got != "[API key]" {
			t.Errorf("%q became %q", text, got)
		}
	}
}
