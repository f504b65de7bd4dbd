package fakeapi

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// bounds are the published bounds of a page.
type bounds struct{ byDefault, most int }

var (
	resultBounds     = bounds{100, 1000}
	runBounds        = bounds{20, 100}
	experimentBounds = bounds{50, 100}
)

// ListFaults are ways in which a server's lists can be wrong. The zero value is a list without faults.
type ListFaults struct {
	// Cap is the highest number of rows in a list, whatever limit is asked for. Rows beyond it are silently missing:
	// there is no cursor to them. (SetPageSize makes small pages with cursors.)
	Cap int
	// SkipsARow makes every page that continues from a cursor miss the row that should come first.
	SkipsARow bool
}

// listQuery is the part of a list's request that chooses a page.
type listQuery struct {
	limit         int
	after, before string
	ascending     bool

	withoutCursors bool // the list has none
	isQuiet        bool // see quiet
	faults         ListFaults
}

// fromTheStart reports whether a request continues no other page.
func (q listQuery) fromTheStart() bool { return q.after == "" && q.before == "" }

// listQuery reads limit, cursors and order, or returns the refusal of a bad value.
func (s *Server) listQuery(query url.Values, within bounds) (listQuery, *Reply) {
	limit, refusal := s.limit(query, within)
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

// limit reads how many rows are asked for, or returns the refusal of a number out of bounds.
func (s *Server) limit(query url.Values, within bounds) (int, *Reply) {
	limit := within.byDefault
	if text := query.Get("limit"); text != "" {
		number, err := strconv.Atoi(text)
		if err != nil || number < 1 || number > within.most {
			return 0, new(validationError("limit", fmt.Sprintf("Input should be between 1 and %d", within.most)))
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

// checkEnum refuses a parameter that is none of the published values.
func checkEnum(query url.Values, parameter string, values ...string) *Reply {
	if !query.Has(parameter) || slices.Contains(values, query.Get(parameter)) {
		return nil
	}
	return new(validationError(parameter, "Input should be '"+strings.Join(values, "', '")+"'"))
}

// pageOf cuts a page out of a list that has the newest row first. A cursor is the id of the row at the boundary.
// It reports false when a cursor is no row of the list.
func pageOf[T any](rows []T, query listQuery, id func(T) string, render func(T) any) (wirePage, bool) {
	page := wirePage{Data: []any{}}
	if query.ascending {
		slices.Reverse(rows)
	}
	if query.faults.Cap > 0 {
		rows = rows[:min(len(rows), query.faults.Cap)]
	}
	start, end, valid := pageBounds(rows, query, id)
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

func pageBounds[T any](rows []T, query listQuery, id func(T) string) (start, end int, valid bool) {
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
