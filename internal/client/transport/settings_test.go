package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestCheckAPIKey(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{
		"rt_test_key": "", "!": "", "~": "", `a"b`: "", `"ab`: "", `"`: "", "Bearer": "", "Bearer_1": "",
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
		err := checkAPIKey(key)
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

func TestClient_credential(t *testing.T) {
	t.Parallel()
	for bearer, want := range map[bool][2]string{false: {"rt_test_key", ""}, true: {"", "Bearer rt_test_key"}} {
		header := newClient(t, Config{APIKey: "rt_test_key", BaseURL: "https://api.retab.example"}).newRequest(Request{Bearer: bearer}).Header
		if got := [2]string{header.Get("Api-Key"), header.Get("Authorization")}; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

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
		if got, err := parseBaseURL(raw); err != nil || got.String() != want {
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
		_, err := parseBaseURL(raw)
		var argument *ArgumentError
		if !errors.As(err, &argument) || argument.Argument != "base_url" || !strings.HasPrefix(argument.Problem, want) {
			t.Errorf("%q: got %v, want %q", raw, err, want)
		}
	}
}

func TestCheckHeaders(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		headers map[string]string
		want    string // "" for none
	}{
		"none":                  {nil, ""},
		"two":                   {map[string]string{"CF-Access-Client-Id": "id.access", "x-gate": "a b=="}, ""},
		"the key":               {map[string]string{"api-key": "secret_value"}, "has the header Api-Key, which cannot be set"},
		"the other credential":  {map[string]string{"AUTHORIZATION": "secret_value"}, "has the header Authorization, which cannot be set"},
		"the host":              {map[string]string{"Host": "secret_value"}, "has the header Host, which cannot be set"},
		"the connection":        {map[string]string{"Connection": "secret_value"}, "has the header Connection, which cannot be set"},
		"a proxy's login":       {map[string]string{"proxy-authorization": "secret_value"}, "which cannot be set"},
		"a condition":           {map[string]string{"If-None-Match": "secret_value"}, "which cannot be set"},
		"a name with a space":   {map[string]string{"X Token": "secret_value"}, "has a name that is not that of a header"},
		"no name":               {map[string]string{"": "secret_value"}, "has a name that is not that of a header"},
		"a line break":          {map[string]string{"X-Gate": "secret_value\nOther: 1"}, "has a value of the header X-Gate with a line break"},
		"a delete character":    {map[string]string{"X-Gate": "secret_value\x7f"}, "has a value of the header X-Gate with"},
		"a letter beyond ASCII": {map[string]string{"X-Gate": "secret_value\u00e9"}, "has a value of the header X-Gate with"},
		"twice":                 {map[string]string{"X-Gate": "secret_value", "x-gate": "secret_value"}, "has the header X-Gate twice"},
	} {
		err := checkHeaders(test.headers)
		var argument *ArgumentError
		switch {
		case test.want == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case test.want != "" && (!errors.As(err, &argument) || argument.Argument != "headers" || !strings.HasPrefix(argument.Problem, test.want) && !strings.HasSuffix(argument.Problem, test.want)):
			t.Errorf("%s: got %v", name, err)
		case err != nil && strings.Contains(err.Error(), "secret_value"):
			t.Errorf("%s: the value is in %v", name, err)
		}
	}
}

// TestGet_headers checks that headers are sent with every request to the origin of the base URL, redirects within it included, to no
// other, and that neither logs nor errors show their values.
func TestGet_headers(t *testing.T) {
	t.Parallel()
	const value = "gateway_secret_1"
	var logged strings.Builder
	sent := 0
	api := newClient(t, Config{
		APIKey: "rt_test_key", BaseURL: "https://api.retab.example", Headers: map[string]string{"x-gateway-secret": value},
		Debug: func(_ context.Context, message string, fields ...map[string]any) {
			fmt.Fprintln(&logged, message, fields)
		},
		RoundTripper: roundTrip(func(req *http.Request) (*http.Response, error) {
			if got := req.Header.Get("X-Gateway-Secret"); got != value || req.URL.Host != "api.retab.example" || req.Header.Get("Api-Key") != "rt_test_key" {
				t.Errorf("request to %s with %v", req.URL, req.Header)
			}
			sent++
			resp := &http.Response{StatusCode: http.StatusForbidden, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("no access with " + value)), Request: req}
			switch sent {
			case 1:
				resp.StatusCode = http.StatusFound
				resp.Header.Set("Location", "/v1/moved")
			case 3:
				resp.StatusCode = http.StatusFound
				resp.Header.Set("Location", "https://login.example/"+value)
			}
			return resp, nil
		}),
	})
	err := read(t, api)
	if refusal := HasStatus(err, http.StatusForbidden); refusal == nil || refusal.Message != "no access with [header]" {
		t.Errorf("got %v", err)
	}
	if err := read(t, api); !errors.Is(err, ErrCrossOriginRedirect) || strings.Contains(err.Error(), value) || sent != 3 {
		t.Errorf("got %v after %d requests", err, sent)
	}
	if strings.Contains(logged.String(), value) {
		t.Errorf("the value is in the log: %s", &logged)
	}
}
