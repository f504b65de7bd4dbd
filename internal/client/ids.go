package client

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
)

// CheckID returns a [*transport.ArgumentError] that names the argument if no object can have the id or if the id could change
// the route of a request: empty, "." or "..", or with a slash, a control character or surrounding white space. Ids
// are otherwise opaque: the vendor publishes neither a pattern nor a length.
func CheckID(argument, id string) error {
	var problem string
	switch {
	case id == "":
		problem = "is empty"
	case id == "." || id == "..":
		problem = fmt.Sprintf("is %q, which is not an id", id)
	case strings.ContainsAny(id, `/\`):
		problem = fmt.Sprintf("is %q, and an id has no slash", sanitize.PlainText(id))
	case strings.ContainsFunc(id, unicode.IsControl):
		problem = fmt.Sprintf("is %q, and an id has no control character", id)
	case strings.TrimSpace(id) != id:
		problem = fmt.Sprintf("is %q, with white space around the id", id)
	default:
		return nil
	}
	return &transport.ArgumentError{Argument: argument, Problem: problem}
}

// checkOptionalID is [CheckID] for an id that may be left out.
func checkOptionalID(argument, id string) error {
	if id == "" {
		return nil
	}
	return CheckID(argument, id)
}

// Identity returns an id or a name in the form in which Terraform compares it, Unicode form NFC.
func Identity(id string) string { return norm.NFC.String(id) }

// sameID reports whether Terraform takes two ids or names for the same.
func sameID(one, other string) bool { return Identity(one) == Identity(other) }

// SameIdentity returns the [Identity] that two different names share, if any. Terraform would show only one of the two.
func SameIdentity(names []string) (identity string, found bool) {
	seen := map[string]bool{}
	for _, name := range names {
		if identity = Identity(name); seen[identity] {
			return identity, true
		}
		seen[identity] = true
	}
	return "", false
}
