package client

import (
	"net"
	"net/http"
	"strings"
)

// CheckAPIKey refuses, with an [*ArgumentError], a key that cannot be sent as a header: empty, or holding white
// space, control or non-ASCII characters, as a copied line break would. The vendor's prefixes (rt_live_, rt_test_,
// sk_retab_, acctk_) are not checked, since new ones may come.
func CheckAPIKey(key string) error {
	if strings.TrimSpace(key) == "" {
		return &ArgumentError{Argument: "api_key", Problem: "is empty"}
	}
	for _, r := range key {
		if r <= ' ' || r >= 0x7f {
			return &ArgumentError{
				Argument: "api_key",
				Problem:  "holds a space, a line break or another character that a key cannot have; it was probably copied with something around it",
			}
		}
	}
	return nil
}

// authorize adds the one credential header of the run-scoped edition. The server counts a second credential as a
// failed attempt, so there is never more than one.
func (c *Client) authorize(header http.Header) {
	header.Set("Api-Key", c.apiKey)
}

// isLoopback reports whether a host name or address is this machine.
func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
