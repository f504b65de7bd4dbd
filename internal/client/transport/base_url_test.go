package transport

import (
	"errors"
	"strings"
	"testing"
)

func TestParseBaseURL(t *testing.T) {
	t.Parallel()
	accepted := map[string]string{
		"https://api.retab.com":            "https://api.retab.com",
		"https://api.retab.com/":           "https://api.retab.com",
		"https://api.retab.com/v1":         "https://api.retab.com",
		"https://api.retab.com/v1//":       "https://api.retab.com",
		"https://gw.example/v2/retab":      "https://gw.example/v2/retab",
		"https://gw.example/retab/version": "https://gw.example/retab/version",
		"https://gw.example/retab/v":       "https://gw.example/retab/v",
		"https://gw.example/retab/2":       "https://gw.example/retab/2",
		"https://gw.example/a%2Fb/v1":      "https://gw.example/a%2Fb",
		"https://gw.example:65535":         "https://gw.example:65535",
		"http://localhost:8080":            "http://localhost:8080",
		"http://LocalHost":                 "http://LocalHost",
		"http://127.0.0.2:1/v1":            "http://127.0.0.2:1",
		"http://[::1]:1":                   "http://[::1]:1",
		"\thttps://api.retab.com/v1\r\n":   "https://api.retab.com",
	}
	for raw, want := range accepted {
		if got, err := ParseBaseURL(raw); err != nil || got.String() != want {
			t.Errorf("%s: got %v, %v; want %s", raw, got, err, want)
		}
	}
	refused := map[string]string{
		"":                              "has no scheme",
		"api.retab.com":                 "has no scheme; it must start with https://",
		"localhost:8080":                "has no scheme; it must start with http://, since it names this machine",
		"localhost?x":                   "has no scheme; it must start with http://, since it names this machine",
		"127.0.0.1:8080/x":              "has no scheme; it must start with http://, since it names this machine",
		"[::1]:8080":                    "has no scheme; it must start with http://, since it names this machine",
		"//127.0.0.1/x":                 "has no scheme; it must start with http://, since it names this machine",
		"10.0.0.1:8080/x":               "has no scheme; it must start with https://",
		"localhost:port":                "has no scheme; it must start with https://",
		"https://gw.example/retab/v2":   "ends with /v2, and this provider reads version 1 of the API; leave the version out",
		"https://api.retab.com/v12/":    "ends with /v12, and",
		"https:api.retab.com":           "has no scheme",
		"https://api.retab.com/%":       "is not a URL",
		"ftp://api.retab.com":           "has the scheme ftp; only https is possible, or http to this machine",
		"https://":                      "has no host",
		"https://api.retab.com:0":       "has an invalid port; the highest is 65535",
		"https://api.retab.com:65536":   "has an invalid port; the highest is 65535",
		"https://api.retab.com?x=1":     "must not have a query",
		"https://api.retab.com?":        "must not have a query",
		"https://api.retab.com#x":       "must not have a query",
		"https://user:pw@api.retab.com": "must not carry a user name",
		"http://api.retab.com":          "uses http, which would send the API key in clear to api.retab.com; use https",
		"http://10.0.0.1":               "uses http, which would send the API key in clear to 10.0.0.1; use https",
		"https://api.retab.com/a\nb":    "contains a line break",
		"https://api. retab.com":        "contains a space",
		"https://api.retab.com\t/v1":    "contains a tab",
		"\x01https://api.retab.com":     "contains a control character",
		"https://api.retab.com/\x7f":    "contains a control character",
	}
	for raw, want := range refused {
		_, err := ParseBaseURL(raw)
		var argument *ArgumentError
		if !errors.As(err, &argument) || argument.Argument != "base_url" || !strings.HasPrefix(argument.Problem, want) {
			t.Errorf("%q: got %v, want %q", raw, err, want)
		}
	}
}
