package main

import (
	"net"
	"strings"
	"testing"
)

func TestAddresses(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]struct {
		exposed bool
		local   string
	}{
		"127.0.0.1:80": {false, "127.0.0.1:80"}, "127.9.9.9:80": {false, "127.9.9.9:80"}, "[::1]:80": {false, "[::1]:80"},
		"0.0.0.0:80": {true, "127.0.0.1:80"}, "[::]:80": {true, "127.0.0.1:80"}, "192.0.2.7:80": {true, "192.0.2.7:80"},
	} {
		tcp, err := net.ResolveTCPAddr("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		warning := exposureWarning(tcp)
		if (warning != "") != want.exposed || want.exposed && !strings.Contains(warning, address+", which other machines may reach") {
			t.Errorf("%s: got %q", address, warning)
		}
		if got := localAddress(tcp); got != want.local {
			t.Errorf("%s: the local address is %s", address, got)
		}
	}
}

func TestShellQuoteAndRedact(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"rt_test-1.x": "rt_test-1.x", "a'b": `'a'\''b'`, "$HOME": "'$HOME'"} {
		if got := shellQuote(text); got != want {
			t.Errorf("%s: got %s", text, got)
		}
	}
	for _, key := range []string{"plain", "a/b+c=d", "50%"} {
		for _, spelling := range []string{key, strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(key, "%", "%25"), "/", "%2F"), "+", "%2B"), "=", "%3D")} {
			if got := redact("/v1/x?k="+spelling+"&y", key); got != "/v1/x?k=[key]&y" {
				t.Errorf("%s: got %s", spelling, got)
			}
		}
	}
}
