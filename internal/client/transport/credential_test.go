package transport

import (
	"errors"
	"net/http"
	"strings"
	"testing"
)

func TestCheckAPIKey(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{
		"rt_test_key": "", "!": "", "~": "", `a"b`: "", `"ab`: "", "Bearer": "", "Bearer_1": "",
		"":                   "is empty",
		" \t":                "is empty",
		`"rt_test_key"`:      "is in quotes; remove them",
		" 'rt_test_key'\n":   "is in quotes; remove them",
		"`rt_test_key`":      "is in quotes; remove them",
		"bearer rt_test_key": "starts with Bearer; write the key alone",
		"Basic rt_test_key":  "contains a space, which a key cannot have; it was probably copied with something around it",
		" rt_test_key":       "contains a space",
		"rt_test_key\t":      "contains a tab",
		"rt_test_key\n":      "contains a line break",
		"rt_test_key\r":      "contains a line break",
		"rt_test_key\x1f":    "contains a control character",
		"rt_test_key\x7f":    "contains a control character",
		"rt_test_key\u0080":  "contains a character outside ASCII",
		"rt_test_kéy":        "contains a character outside ASCII",
		"rt_test_key\x80":    "contains a character outside ASCII",
	} {
		err := CheckAPIKey(key)
		var argument *ArgumentError
		switch {
		case want == "":
			if err != nil {
				t.Errorf("%q: got %v", key, err)
			}
		case !errors.As(err, &argument) || argument.Argument != "api_key" || !strings.HasPrefix(argument.Problem, want):
			t.Errorf("%q: got %v, want %q", key, err, want)
		case strings.Contains(err.Error(), "rt_test"):
			t.Errorf("%q is in %v", key, err)
		}
	}
}

func TestCredential_authorize(t *testing.T) {
	t.Parallel()
	for credential, want := range map[Credential][2]string{APIKeyHeader: {"rt_test_key", ""}, BearerToken: {"", "Bearer rt_test_key"}} {
		header := http.Header{}
		credential.authorize(header, "rt_test_key")
		if got := [2]string{header.Get("Api-Key"), header.Get("Authorization")}; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
