package transport

import (
	"fmt"
	"net/http"
	"strings"
)

// CheckAPIKey returns an [*ArgumentError] for a key that cannot be sent as a header: empty, in quotes, or with white
// space, control or non-ASCII characters, as a copied line break would be. The vendor's prefixes (rt_live_, rt_test_,
// sk_retab_, acctk_) are not checked, since new ones may come.
func CheckAPIKey(key string) error {
	if strings.TrimSpace(key) == "" {
		return &ArgumentError{Argument: "api_key", Problem: "is empty"}
	}
	if problem := wrapping(key); problem != "" {
		return &ArgumentError{Argument: "api_key", Problem: problem}
	}
	if found := strings.IndexFunc(key, func(r rune) bool { return r <= ' ' || r >= 0x7f }); found >= 0 {
		return &ArgumentError{
			Argument: "api_key",
			Problem:  fmt.Sprintf("contains %s, which a key cannot have; it was probably copied with something around it", nameOf(key[found])),
		}
	}
	return nil
}

// wrapping describes what a key was copied with, "" if there is nothing around it. It never quotes the key.
func wrapping(key string) string {
	for _, quote := range []string{`"`, "'", "`"} {
		if inner, opened := strings.CutPrefix(strings.TrimSpace(key), quote); opened && strings.HasSuffix(inner, quote) {
			return "is in quotes; remove them"
		}
	}
	if scheme, _, found := strings.Cut(key, " "); found && strings.EqualFold(scheme, "Bearer") {
		return "starts with Bearer; write the key alone"
	}
	return ""
}

// nameOf names a character that does not belong into a setting.
func nameOf(character byte) string {
	switch {
	case character == ' ':
		return "a space"
	case character == '\t':
		return "a tab"
	case character == '\n' || character == '\r':
		return "a line break"
	case character >= 0x80:
		return "a character outside ASCII"
	default:
		return "a control character"
	}
}

// Credential is the header that carries the API key. The server counts a second credential as a failed attempt, so
// a request has exactly one.
type Credential int

// The credentials of the two editions.
const (
	APIKeyHeader Credential = iota // Api-Key: <key>, run-scoped edition
	BearerToken                    // Authorization: Bearer <key>, flat edition
)

func (c Credential) authorize(header http.Header, key string) {
	switch c {
	case APIKeyHeader:
		header.Set("Api-Key", key)
	case BearerToken:
		header.Set("Authorization", "Bearer "+key)
	}
}
