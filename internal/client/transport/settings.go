package transport

import (
	"cmp"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// checkAPIKey returns an [*ArgumentError] for a key that cannot be sent as a header: empty, in quotes, or with white
// space, control or non-ASCII characters, as a copied line break would be. The vendor's prefixes (rt_live_, rt_test_,
// sk_retab_, acctk_) are not checked, since new ones may come.
func checkAPIKey(key string) error {
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

var characterNames = map[byte]string{' ': "a space", '\t': "a tab", '\n': "a line break", '\r': "a line break"}

// nameOf names a character that does not belong into a setting.
func nameOf(character byte) string {
	if character >= 0x80 {
		return "a character outside ASCII"
	}
	return cmp.Or(characterNames[character], "a control character")
}

// parseBaseURL checks a base URL and returns it without white space around it, without a trailing slash and without a
// trailing version segment, because the vendor's own SDKs disagree on whether /v1 belongs to it.
//
// It returns an [*ArgumentError] for anything but http and https, a missing host, user information, a query, a
// fragment, a version other than v1, white space inside, and for plain http to a host that is not loopback, which would
// send the key in clear.
func parseBaseURL(raw string) (*url.URL, error) {
	refuse := func(problem string) (*url.URL, error) {
		return nil, &ArgumentError{Argument: "base_url", Problem: problem}
	}
	raw = strings.TrimSpace(raw)
	if found := strings.IndexFunc(raw, func(r rune) bool { return r <= ' ' || r == 0x7f }); found >= 0 {
		return refuse("contains " + nameOf(raw[found]))
	}
	if !strings.Contains(raw, "://") {
		return refuse("has no scheme; it must start with " + schemeFor(raw))
	}
	u, err := url.Parse(raw)
	if err != nil {
		return refuse("is not a URL")
	}
	if problem := problemOf(u); problem != "" {
		return refuse(problem)
	}
	path := strings.TrimRight(u.EscapedPath(), "/")
	version := versionPattern.FindString(path)
	if version != "" && version != "/v1" {
		return refuse("ends with " + version + ", and this provider reads version 1 of the API; leave the version out")
	}
	return url.Parse(u.Scheme + "://" + u.Host + strings.TrimRight(strings.TrimSuffix(path, version), "/"))
}

var versionPattern = regexp.MustCompile(`/v\d+$`)

// problemOf returns what is wrong with a base URL, as the end of a sentence, "" if nothing is.
func problemOf(u *url.URL) string {
	port, err := strconv.ParseUint(cmp.Or(u.Port(), "443"), 10, 16)
	switch {
	case u.User != nil:
		return "must not carry a user name or password"
	case !slices.Contains([]string{"https", "http"}, u.Scheme):
		return "has the scheme " + u.Scheme + "; only https is possible, or http to this machine"
	case u.Hostname() == "":
		return "has no host"
	case err != nil || port == 0:
		return "has an invalid port; the highest is 65535" // not quoted, because it may be part of a password
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return "must not have a query or a fragment"
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return "uses http, which would send the API key in clear to " + u.Hostname() + "; use https"
	default:
		return ""
	}
}

// schemeFor returns the scheme that a base URL without one needs.
func schemeFor(raw string) string {
	if u, err := url.Parse("//" + strings.TrimPrefix(raw, "//")); err == nil && isLoopback(u.Hostname()) {
		return "http://, since it names this machine"
	}
	return "https://"
}

// isLoopback reports whether a host name or address is this machine.
func isLoopback(host string) bool {
	return strings.EqualFold(host, "localhost") || net.ParseIP(host).IsLoopback()
}

// ownHeaders has the headers that every request has, and those of the connection.
var ownHeaders = []string{
	"Authorization", "Api-Key", "Host", "Accept", "Accept-Encoding", "Cache-Control", "User-Agent", "Range",
	"Connection", "Content-Length", "Expect", "Keep-Alive", "Proxy-Authorization", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade",
}

// checkHeaders returns an [*ArgumentError] for headers that cannot be sent, or that requests have anyway. It has no
// values.
func checkHeaders(headers map[string]string) error {
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
