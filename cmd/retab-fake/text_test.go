package main

import (
	"net"
	"strings"
	"testing"
)

func TestExposed(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]struct {
		exposed   bool
		reachable string
	}{
		"127.0.0.1:80": {false, "127.0.0.1:80"}, "127.9.9.9:80": {false, "127.9.9.9:80"}, "[::1]:80": {false, "[::1]:80"},
		"0.0.0.0:80": {true, "127.0.0.1:80"}, "[::]:80": {true, "127.0.0.1:80"}, "192.0.2.7:80": {true, "192.0.2.7:80"},
	} {
		tcp, err := net.ResolveTCPAddr("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		warning := exposed(tcp)
		if (warning != "") != want.exposed || want.exposed && !strings.Contains(warning, address+", which other machines may reach") {
			t.Errorf("%s: got %q", address, warning)
		}
		if got := reachable(tcp); got != want.reachable {
			t.Errorf("%s: reachable at %s", address, got)
		}
	}
}

func TestQuotedAndRedacted(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"rt_test-1.x": "rt_test-1.x", "a'b": `'a'\''b'`, "$HOME": "'$HOME'"} {
		if got := quoted(text); got != want {
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
