package client_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
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
		"https://gw.example/a%2Fb/v1":      "https://gw.example/a%2Fb",
		"http://localhost:8080":            "http://localhost:8080",
		"http://127.0.0.2:1/v1":            "http://127.0.0.2:1",
		"http://[::1]:1":                   "http://[::1]:1",
		"\thttps://api.retab.com/v1\r\n":   "https://api.retab.com",
	}
	for raw, want := range accepted {
		if got, err := client.ParseBaseURL(raw); err != nil || got.String() != want {
			t.Errorf("%s: got %v, %v; want %s", raw, got, err, want)
		}
	}
	refused := map[string]string{
		"":                              "has no scheme",
		"api.retab.com":                 "has no scheme",
		"localhost:8080":                "has no scheme; it must start with http://, since it names this machine",
		"127.0.0.1:8080/x":              "has no scheme; it must start with http://, since it names this machine",
		"[::1]:8080":                    "has no scheme; it must start with http://, since it names this machine",
		"//127.0.0.1/x":                 "has no scheme; it must start with http://, since it names this machine",
		"10.0.0.1:8080/x":               "has no scheme; it must start with https://",
		"https://gw.example/retab/v2":   "ends with /v2, and this provider reads version 1 of the API",
		"https://api.retab.com/v12/":    "ends with /v12, and",
		"https:api.retab.com":           "has no scheme",
		"ftp://api.retab.com":           "has the scheme ftp",
		"https://":                      "has no host",
		"https://api.retab.com:99999":   "has an invalid port; the highest is 65535",
		"https://api.retab.com?x=1":     "must not have a query",
		"https://api.retab.com#x":       "must not have a query",
		"https://user:pw@api.retab.com": "must not carry a user name",
		"http://api.retab.com":          "uses http, which would send the API key in clear",
		"http://10.0.0.1":               "uses http, which would send the API key in clear",
		"https://api.retab.com/a\nb":    "contains a line break",
		"https://api. retab.com":        "contains a space",
		"https://api.retab.com\t/v1":    "contains a tab",
	}
	for raw, want := range refused {
		_, err := client.ParseBaseURL(raw)
		var argument *client.ArgumentError
		if !errors.As(err, &argument) || argument.Argument != "base_url" || !strings.HasPrefix(argument.Problem, want) {
			t.Errorf("%q: got %v, want %q", raw, err, want)
		}
	}
}
