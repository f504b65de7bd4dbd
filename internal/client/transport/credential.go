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
	trimmed := strings.TrimSpace(key)
	scheme, _, hasSpace := strings.Cut(key, " ")
	invalid := strings.IndexFunc(key, func(r rune) bool { return r <= ' ' || r >= 0x7f })
	var problem string
	switch {
	case trimmed == "":
		problem = "is empty"
	case len(trimmed) > 1 && strings.ContainsAny(trimmed[:1], "\"'`") && strings.HasSuffix(trimmed, trimmed[:1]):
		problem = "is in quotes; remove them"
	case hasSpace && strings.EqualFold(scheme, "Bearer"):
		problem = "starts with Bearer; write the key alone"
	case invalid >= 0:
		problem = fmt.Sprintf("contains %s, which a key cannot have; it was probably copied with something around it", nameOf(key[invalid]))
	default:
		return nil
	}
	return &ArgumentError{Argument: "api_key", Problem: problem}
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
