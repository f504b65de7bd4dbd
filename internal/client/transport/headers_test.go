package transport

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
)

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
		"a letter beyond ASCII": {map[string]string{"X-Gate": "secret_value\u00e9"}, "has a value of the header X-Gate with"},
		"twice":                 {map[string]string{"X-Gate": "secret_value", "x-gate": "secret_value"}, "has the header X-Gate twice"},
	} {
		err := CheckHeaders(test.headers)
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
	api := New(Config{
		APIKey: "rt_test_key", BaseURL: mustParse(t, "https://api.retab.example"), Headers: map[string]string{"x-gateway-secret": value},
		Logger: slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug})),
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
