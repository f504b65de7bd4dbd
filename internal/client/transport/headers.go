package transport

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// ownHeaders are the headers that a request has anyway, and those of the connection.
var ownHeaders = []string{
	"Authorization", "Api-Key", "Host", "Accept", "Accept-Encoding", "Cache-Control", "User-Agent", "Range",
	"Connection", "Content-Length", "Expect", "Keep-Alive", "Proxy-Authorization", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade",
}

// CheckHeaders returns an [*ArgumentError] for headers that cannot be sent, or that requests have anyway. It has no
// values.
func CheckHeaders(headers map[string]string) error {
	seen := map[string]bool{}
	for name, value := range headers {
		canonical := http.CanonicalHeaderKey(name)
		problem := ""
		switch {
		case !httpguts.ValidHeaderFieldName(name):
			problem = "has a name that is not that of a header"
		case slices.Contains(ownHeaders, canonical), strings.HasPrefix(canonical, "If-"):
			problem = fmt.Sprintf("has the header %s, which cannot be set", canonical)
		case seen[canonical]:
			problem = fmt.Sprintf("has the header %s twice", canonical)
		case strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r >= 0x7f }):
			problem = fmt.Sprintf("has a value of the header %s with a line break, or another character that a header cannot have", canonical)
		}
		if problem != "" {
			return &ArgumentError{Argument: "headers", Problem: problem}
		}
		seen[canonical] = true
	}
	return nil
}
