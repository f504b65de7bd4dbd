package scenario

import (
	"strconv"
	"strings"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// fault reads a failure of the server: an error for a number of requests, or no answer for a time.
func (b *builder) fault(v value) {
	o := v.object("path", "after_requests", "requests", "status", "retry_after", "message", "away_for")
	fault := fakeapi.Fault{
		Path:     read(o, "path", path, ""),
		After:    read(o, "after_requests", count, 0),
		Requests: read(o, "requests", func(v value) int { return int(v.integer(1, 1_000_000)) }, 0),
		For:      read(o, "away_for", value.duration, 0),
		Reply:    fakeapi.Reply{Reset: true},
	}
	switch {
	case !o.has("requests") && !o.has("away_for"):
		v.fail("needs requests or away_for, which define its end")
	case !o.has("status") && !o.has("away_for"):
		v.fail("needs status")
	}
	if o.has("status") {
		fault.Reply = b.faultReply(o)
	} else if o.has("retry_after") || o.has("message") {
		v.fail("has retry_after or message without status")
	}
	b.out.Faults = append(b.out.Faults, fault)
}

// faultReply reads the answer of a fault with a status.
func (b *builder) faultReply(o object) fakeapi.Reply {
	retryAfter := read(o, "retry_after", value.duration, 0)
	if retryAfter > 0 && retryAfter%time.Second != 0 {
		o.get("retry_after").fail("must be whole seconds, but is %s", o.get("retry_after").describe())
	}
	status := int(o.get("status").integer(400, 599))
	reply := fakeapi.Refused(status, read(o, "message", value.text, ""))
	if o.has("retry_after") {
		reply.Header = map[string][]string{"Retry-After": {strconv.Itoa(int(retryAfter / time.Second))}}
	}
	return reply
}

// path reads a prefix of paths.
func path(v value) string {
	text := v.text()
	if !strings.HasPrefix(text, "/v1/") {
		v.fail("must begin with /v1/, but is %s", v.describe())
	}
	return text
}

// lists reads the page size and the faults of lists.
func (b *builder) lists(v value) {
	o := v.object("page_size", "cap", "skip_rows")
	size := func(v value) int { return int(v.integer(1, 1000)) }
	b.out.PageSize = read(o, "page_size", size, 0)
	b.out.ListFaults = fakeapi.ListFaults{Cap: read(o, "cap", size, 0), SkipsARow: read(o, "skip_rows", value.boolean, false)}
}
