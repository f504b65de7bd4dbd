package sanitize

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPlainText(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ text, want string }{
		"words":               {"Not found: é 日本", "Not found: é 日本"},
		"line breaks":         {"a\r\n\tb\u2028c", "a b c"},
		"two spaces":          {"a  b ", "a b"},
		"colors":              {"\x1b[31mred\x1b[0m", "red"},
		"a window title":      {"\x1b]0;owned\x07text", "text"},
		"a hyperlink":         {"\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"},
		"a short escape":      {"a\x1bcb", "ab"},
		"a C1 sequence":       {"a\u009b31mb", "ab"},
		"C1 line breaks":      {"a\u0085b\u0085\vc", "a b c"},
		"a bell and a null":   {"a\a\x00\bb", "ab"},
		"direction overrides": {"a\u202eb\u200bc", "abc"},
		"invalid UTF-8":       {"a\xffb", "a\uFFFDb"},
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

func TestPlainText_truncates(t *testing.T) {
	t.Parallel()
	got := PlainText(strings.Repeat("é", 100_000))
	if utf8.RuneCountInString(got) != MaxTextLength+1 || !strings.HasSuffix(got, "é…") {
		t.Errorf("got %d characters ending %q", utf8.RuneCountInString(got), got[len(got)-5:])
	}
}

// TestPlainText_limit checks that text of the maximum length stays and that an ellipsis replaces what is beyond it.
func TestPlainText_limit(t *testing.T) {
	t.Parallel()
	for _, letter := range []string{"x", "é"} {
		atLimit := strings.Repeat(letter, MaxTextLength)
		for text, want := range map[string]string{atLimit: atLimit, atLimit + letter: atLimit + "…"} {
			if got := PlainText(text); got != want {
				t.Errorf("%d letters %s became %d", utf8.RuneCountInString(text), letter, utf8.RuneCountInString(got))
			}
		}
	}
	if got := PlainText("x" + strings.Repeat("\u2003", MaxTextLength*4) + "y"); got != "x y" { // 6000 bytes of white space
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

// TestIsPrintable checks the condition for leaving text as it is.
func TestIsPrintable(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{"": true, " ": true, "a~": true, "\x1f": false, "a\x7f": false, "é": false} {
		if got := isPrintable(text); got != want {
			t.Errorf("%q: got %v", text, got)
		}
	}
}

// TestMessage_redactsADisguisedKey checks that removing invisible characters does not reveal the key. Fuzzing found this.
func TestMessage_redactsADisguisedKey(t *testing.T) {
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

// TestBreakCommands checks that no text can command a pipeline that prints it.
func TestBreakCommands(t *testing.T) {
	t.Parallel()
	redactor := NewRedactor("rt_test_key")
	for text, want := range map[string]string{
		"a ##vso[task.setvariable variable=A]b": "a # #vso[task.setvariable variable=A]b",
		"##VSO[x]":                              "# #VSO[x]",
		"##[error]x":                            "# #[error]x",
		"###[group]":                            "## #[group]",
		"##teamcity[x]":                         "# #teamcity[x]",
		"##rt_test_key":                         "# #[API key]",
		"#\x00#[error]":                         "# #[error]",
		"#\x1b[0m#[error]":                      "# #[error]",
		"::error::x":                            ": :error::x",
		"a\n::error::x":                         "a\n: :error::x",
		"a\r ::error::x":                        "a\r : :error::x",
		"\u2003::error::x":                      "\u2003: :error::x",
		":::":                                   ": ::",
		"a ::error::":                           "a ::error::",
		"## A heading [1]":                      "## A heading [1]",
		"a::b, # 1, ##, Invoice##9":             "a::b, # 1, ##, Invoice##9",
	} {
		if got := redactor.Value(text); got != want {
			t.Errorf("Value(%q) is %q, want %q", text, got, want)
		}
		line := PlainText(redactor.Value(text))
		if got := redactor.Message(text); got != line && !strings.Contains(text, "\n") && !strings.Contains(text, "\r") {
			t.Errorf("Message(%q) is %q, want %q", text, got, line)
		}
		if got := PlainText(line); got != line || !IsPlain(line) {
			t.Errorf("%q became %q", line, got)
		}
	}
	if got := PlainText("a\n::error::x"); got != "a ::error::x" {
		t.Errorf("got %q", got)
	}
}

// TestValue_cost checks that cleaning a text takes time in proportion to its length, whatever is in it.
func TestValue_cost(t *testing.T) {
	t.Parallel()
	for _, part := range []string{"\n", "\x1b", "\x1b[", "\x1b[0", "\x1b]", "\x1b]\x1b", "\u009b0", "\xff", "a\x00", "#", "##", "##a", ":", "\n::", " ::", "rt_test_ke"} {
		text := strings.Repeat(part, (8<<20)/len(part))
		if got := NewRedactor("rt_test_key").Value(text); len(got) > 3*len(text) || strings.Contains(got, "\x1b") {
			t.Errorf("%q: %d bytes of %d", part, len(got), len(text))
		}
	}
}

// TestNewRedactor_ordinaryWords checks that a key that could be a word is not removed from other words.
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

// TestNewRedactor_shortestKey checks that a key of eight characters is removed, and one of letters alone from twenty on.
func TestNewRedactor_shortestKey(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{
		"rt_key12": "[API key]", "12345678": "[API key]", "rt_key1": "rt_key1", "password": "password",
		"Kontoverantwortlich": "Kontoverantwortlich", "qZrTbXwLmNpVcKjHgFdS": "[API key]", "qZrTbXwLmNpVcKjHgFdSqZrTbXwLmNpV": "[API key]",
	} {
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
