package sanitize

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
		"C1 line ends go":          {"a\u0085b\u0085\vc", "a b c"},
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
	if utf8.RuneCountInString(got) != MaxTextLength+1 || !strings.HasSuffix(got, "é…") {
		t.Errorf("got %d characters ending %q", utf8.RuneCountInString(got), got[len(got)-5:])
	}
}

// TestPlainText_bounds: text of exactly the limit stays, and one character more is replaced by an ellipsis.
func TestPlainText_bounds(t *testing.T) {
	t.Parallel()
	for _, letter := range []string{"x", "é"} {
		atLimit := strings.Repeat(letter, MaxTextLength)
		for text, want := range map[string]string{atLimit: atLimit, atLimit + letter: atLimit + "…"} {
			if got := PlainText(text); got != want {
				t.Errorf("%d letters %s became %d", utf8.RuneCountInString(text), letter, utf8.RuneCountInString(got))
			}
		}
	}
	wide := strings.Repeat("\u2003", MaxTextLength*16/3) // white space that a cut before it is joined would leave nothing behind
	if got := PlainText("x" + wide + "y"); got != "x" && got != "x y" {
		t.Errorf("got %q", got)
	}
}

func TestIsPlain(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"": true, "exprun_2": true, "!~": true, "é 日本": true, strings.Repeat("x", MaxTextLength): true,
		"a\nb": false, " a": false, "a\x7f": false, "a\u200b": false, strings.Repeat("x", MaxTextLength+1): false,
		strings.Repeat("é", MaxTextLength): true, strings.Repeat("é", MaxTextLength+1): false,
	} {
		if got := IsPlain(text); got != want {
			t.Errorf("%.20q (%d bytes): got %v", text, len(text), got)
		}
	}
}

// TestMessage_findsADisguisedKey was found by fuzzing: removing invisible characters put the key together again.
func TestMessage_findsADisguisedKey(t *testing.T) {
	t.Parallel()
	redactor := NewRedactor("rt_test_key")
	for _, text := range []string{"rt_test_key", "rt_test_\x00key", "rt_\x1b[0mtest_key", "rt_test\u200b_key"} {
		if got := redactor.Message(text); got != "[API key]" {
			t.Errorf("Message(%q) is %q", text, got)
		}
		if got := redactor.Value(text); got != "[API key]" {
			t.Errorf("Value(%q) is %q", text, got)
		}
	}
}

func TestValue(t *testing.T) {
	t.Parallel()
	redactor := NewRedactor("rt_test_key")
	long := strings.Repeat("long ", 1000)
	for text, want := range map[string]string{
		"two\nlines":           "two\nlines",
		"a\u200djoiner":        "a\u200djoiner",
		"\x1b[31mred\x1b[0m":   "red",
		"the key rt_test_key.": "the key [API key].",
		"a\tb\rc":              "a\tb\rc",
		"a\u0085b":             "a b",
		long:                   long,
	} {
		if got := redactor.Value(text); got != want {
			t.Errorf("Value(%q) is %q, want %q", text, got, want)
		}
	}
}

// TestNewRedactor_ordinaryWords: a key that could be a word must not be cut out of other words.
func TestNewRedactor_ordinaryWords(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"", "test", "rt_key1", "completed"} {
		redactor := NewRedactor(key)
		for _, text := range []string{"latest", "rt_key1", "not completed"} {
			if got := redactor.Message(text) + redactor.Value(text) + redactor.JSON(text); got != text+text+text {
				t.Errorf("key %q: %q became %q", key, text, got)
			}
		}
	}
}

// TestNewRedactor_shortestKey: a key of eight characters that is not a word is removed.
func TestNewRedactor_shortestKey(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{"rt_key12": "[API key]", "12345678": "[API key]", "rt_key1": "rt_key1", "password": "password"} {
		if got := NewRedactor(key).Value(key); got != want {
			t.Errorf("%s became %s", key, got)
		}
	}
}

func TestJSON_keyInPayload(t *testing.T) {
	t.Parallel()
	for key, payload := range map[string]string{"rt_test_key": `{"k":"rt_test_key"}`, `rt_"test"\key`: `{"k":"rt_\"test\"\\key"}`} {
		if got := NewRedactor(key).JSON(payload); got != `{"k":"[API key]"}` {
			t.Errorf("key %s: got %s", key, got)
		}
	}
}
