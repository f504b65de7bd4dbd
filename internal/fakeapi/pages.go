package fakeapi

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// pageLimits has the published default and maximum of the parameter limit.
type pageLimits struct{ byDefault, max int }

var (
	resultLimits     = pageLimits{100, 1000}
	runLimits        = pageLimits{20, 100}
	experimentLimits = pageLimits{50, 100}
)

// ListFaults selects faults of the lists of a server. The zero value selects none.
type ListFaults struct {
	// Cap is the maximum number of rows in a list, whatever the requested limit. The other rows are missing, without a
	// cursor to them. (SetPageSize makes small pages with cursors.)
	Cap int
	// SkipsARow makes every page after a cursor skip its first row.
	SkipsARow bool
}

// listQuery selects a page of a list.
type listQuery struct {
	limit         int
	after, before string
	ascending     bool

	withoutCursors bool // whether the page has no cursors
	faults         ListFaults
}

// isFirstPage reports whether the query has no cursor.
func (q listQuery) isFirstPage() bool { return q.after == "" && q.before == "" }

// listQuery parses limit, cursors and order. It returns a reply if a value is not valid.
func (s *Server) listQuery(query url.Values, allowed pageLimits) (listQuery, *Reply) {
	limit, refusal := s.limit(query, allowed)
	if refusal == nil {
		refusal = checkEnum(query, "order", "asc", "desc")
	}
	if refusal == nil && query.Get("after") != "" && query.Get("before") != "" {
		refusal = new(validationError("before", "Only one of before and after can be given"))
	}
	if refusal != nil {
		return listQuery{}, refusal
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return listQuery{
		limit: limit, after: query.Get("after"), before: query.Get("before"), ascending: query.Get("order") == "asc", faults: s.listFaults,
	}, nil
}

// scopedQuery parses the query of a list that belongs to the record whose id the parameter has. The run-scoped list has no cursors,
// and has all rows if its limits are zero.
func (s *Server) scopedQuery(c call, parameter string, flat, runScoped pageLimits) (id string, page listQuery, refusal *Reply) {
	if id, refusal = c.scope(parameter); refusal != nil {
		return id, page, refusal
	}
	if c.flat {
		page, refusal = s.listQuery(c.query, flat)
		return id, page, refusal
	}
	isLimited, limit := runScoped != pageLimits{}, url.Values{}
	if isLimited {
		limit["limit"] = c.query["limit"]
	}
	page, refusal = s.listQuery(limit, runScoped)
	if !isLimited {
		page.limit = math.MaxInt
	}
	page.withoutCursors = true
	return id, page, refusal
}

// limit parses the limit and applies the page size of the server. It returns a reply if the value is not allowed.
func (s *Server) limit(query url.Values, allowed pageLimits) (int, *Reply) {
	limit := allowed.byDefault
	if text := query.Get("limit"); text != "" {
		number, err := strconv.Atoi(text)
		if err != nil || number < 1 || number > allowed.max {
			return 0, new(validationError("limit", fmt.Sprintf("Input should be between 1 and %d", allowed.max)))
		}
		limit = number
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pageSize > 0 {
		limit = min(limit, s.pageSize)
	}
	return limit, nil
}

// checkEnum returns a reply if a parameter has a value that is not in the schema.
func checkEnum(query url.Values, parameter string, values ...string) *Reply {
	if !query.Has(parameter) || slices.Contains(values, query.Get(parameter)) {
		return nil
	}
	return new(validationError(parameter, "Input should be '"+strings.Join(values, "', '")+"'"))
}

// pageOf returns a page of rows, which have the newest first. A cursor is the id of the row before or after the page. pageOf
// returns false if a cursor is not in the list.
func pageOf[T any](rows []T, query listQuery, id func(T) string, render func(T) any) (wirePage, bool) {
	page := wirePage{Data: []any{}}
	if query.ascending {
		slices.Reverse(rows)
	}
	if query.faults.Cap > 0 {
		rows = rows[:min(len(rows), query.faults.Cap)]
	}
	start, end, valid := pageRange(rows, query, id)
	if !valid {
		return page, false
	}
	for _, row := range rows[start:end] {
		page.Data = append(page.Data, render(row))
	}
	if query.withoutCursors {
		return page, true
	}
	if end < len(rows) && end > start {
		page.ListMetadata.After = new(id(rows[end-1]))
	}
	if start > 0 && start < end {
		page.ListMetadata.Before = new(id(rows[start]))
	}
	return page, true
}

// listReply renders a page of a list, or refuses a cursor that is not in it.
func listReply[T any](rows []T, query listQuery, id func(T) string, render func(T) any) Reply {
	page, valid := pageOf(rows, query, id, render)
	if !valid {
		return badCursor(query)
	}
	return ok(page)
}

// pageRange returns the indexes of the rows of a page. valid is false if a cursor is not in the list.
func pageRange[T any](rows []T, query listQuery, id func(T) string) (start, end int, valid bool) {
	at := func(cursor string) int {
		return slices.IndexFunc(rows, func(row T) bool { return id(row) == cursor })
	}
	switch {
	case query.before != "":
		end = at(query.before)
		return max(0, end-query.limit), end, end >= 0
	case query.after != "":
		start = at(query.after) + 1
		valid = start > 0
		if query.faults.SkipsARow {
			start = min(start+1, len(rows))
		}
	default:
		valid = true
	}
	return start, min(len(rows), start+query.limit), valid
}
