package client

import (
	"cmp"
	"slices"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// newestList collects the newest rows from the pages of a list that is requested newest first.
type newestList[Row any] struct {
	limit   int // positive
	id      func(Row) string
	created func(Row) time.Time // the zero time for a row that does not say
	counts  func(Row) bool      // whether a row counts; nil if all do

	rows       []Row
	seen       map[string]bool // a row that is created between two requests moves others to the next page
	last       time.Time       // of the last row that says when it was created
	isUndated  bool            // whether a row does not say when it was created
	isUnsorted bool            // whether a row is newer than one before
}

// read reads pages until no further one can change the result. page returns the page after a cursor.
func (l *newestList[Row]) read(pageSize int, page func(after string) (rows []Row, meta wire.Page, info transport.RequestInfo, err error)) ([]Row, error) {
	read := 0
	err := eachPage(func(after string) (string, transport.RequestInfo, error) {
		rows, meta, info, err := page(after)
		if err != nil {
			return "", info, err
		}
		read += len(rows)
		if l.add(rows); l.isEnough() {
			return "", info, nil
		}
		return meta.After, info, checkEnd(info, read, pageSize, meta)
	})
	if !l.isUndated { // otherwise the server's order is the best there is
		slices.SortFunc(l.rows, func(one, other Row) int {
			return cmp.Or(l.created(other).Compare(l.created(one)), cmp.Compare(l.id(other), l.id(one)))
		})
	}
	return l.rows[:min(len(l.rows), l.limit)], err
}

// add adds the rows of a page that the list does not have yet.
func (l *newestList[Row]) add(rows []Row) {
	if l.seen == nil {
		l.seen = map[string]bool{}
	}
	for _, row := range rows {
		if l.seen[l.id(row)] {
			continue
		}
		l.seen[l.id(row)] = true
		created := l.created(row)
		l.isUndated = l.isUndated || created.IsZero()
		l.isUnsorted = l.isUnsorted || !l.last.IsZero() && created.After(l.last)
		if !created.IsZero() {
			l.last = created
		}
		if l.counts == nil || l.counts(row) {
			l.rows = append(l.rows, row)
		}
	}
}

// isEnough reports whether no further page can change the result. The server decides which of the rows created at the
// same time come first, so all rows as old as the last one kept must be read. A list that is visibly out of order is
// read to its end.
func (l *newestList[Row]) isEnough() bool {
	if len(l.rows) < l.limit || l.isUnsorted {
		return false
	}
	return l.isUndated || l.last.Before(l.created(l.rows[l.limit-1]))
}
