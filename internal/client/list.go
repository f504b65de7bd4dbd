package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// maxPages limits how many pages of a list are read.
const maxPages = 2000

// list is a list of the API.
type list[Body, Row any] struct {
	request request                 // for the first page, without its size
	size    int                     // how many rows a page has at most, 0 if the API has no pages of this list
	isWhole bool                    // whether the API has no route to further pages
	id      func(Row) string        // nil to keep rows that are there twice
	convert func(Body) (Row, error) // also checks that a row belongs into the list
}

// page is a page of a list.
type page[Row any] struct {
	Rows []Row
	wire.Page
	info transport.RequestInfo
}

// page reads the page that follows a cursor, the first page for "".
func (l list[Body, Row]) page(ctx context.Context, c *Client, size int, after string) (page page[Row], err error) {
	request := l.request.Request
	request.Query = maps.Clone(request.Query)
	if size > 0 {
		request.Query.Set("limit", strconv.Itoa(size))
	}
	if after != "" {
		request.Query.Set("after", after)
	}
	page.info, err = c.transport.Get(ctx, request, func(body io.Reader) (err error) {
		page.Rows, page.Page, err = wire.DecodePage(c.decoder, body, l.request.content, l.convert)
		return err
	})
	return page, err
}

// first returns a page with the first row.
func (l list[Body, Row]) first(ctx context.Context, c *Client, needs freshness) (page[Row], error) {
	key := l.request.key()
	key.url += "&limit=1"
	return cached(ctx, c.cache, key, needs, never, func(ctx context.Context) (page[Row], error) { return l.page(ctx, c, 1, "") })
}

// all returns the whole list, sorted by id. isFinal says whether it can no longer change.
func (l list[Body, Row]) all(ctx context.Context, c *Client, needs freshness, isFinal func([]Row) bool) ([]Row, error) {
	return cached(ctx, c.cache, l.request.key(), needs, isFinal, func(ctx context.Context) (rows []Row, err error) {
		err = l.eachPage(ctx, c, func(page page[Row]) (bool, error) {
			rows = append(rows, page.Rows...)
			return false, nil
		})
		slices.SortFunc(rows, func(one, other Row) int { return cmp.Compare(l.id(one), l.id(other)) })
		return rows, err
	})
}

// eachPage calls add with each page until there is no further one, or until add has enough. It leaves out rows that were
// there before: a row that is created between two requests moves others to the next page.
func (l list[Body, Row]) eachPage(ctx context.Context, c *Client, add func(page[Row]) (isEnough bool, err error)) error {
	cursors, known := map[string]bool{}, map[string]Row{}
	for after := ""; ; {
		page, err := l.page(ctx, c, l.size, after)
		if err != nil {
			return err
		}
		isFull := l.size > 0 && len(page.Rows) >= l.size
		if l.id != nil {
			if page.Rows, err = l.withoutKnown(page.Rows, known); err != nil {
				return unusableAnswer(page.info, err)
			}
		}
		isEnough, err := add(page)
		if err == nil && !isEnough {
			err = l.checkNext(page.Page, isFull, len(known), cursors)
		}
		if err != nil {
			return unusableAnswer(page.info, err)
		}
		if isEnough || page.After == "" {
			return nil
		}
		after = page.After
		cursors[after] = true
	}
}

// withoutKnown leaves out known rows, and adds the others to known. Rows with the same id and different values are an
// error, since either could be true.
func (l list[Body, Row]) withoutKnown(rows []Row, known map[string]Row) (others []Row, err error) {
	for _, row := range rows {
		id := Identity(l.id(row))
		switch other, isKnown := known[id]; {
		case !isKnown:
			known[id] = row
			others = append(others, row)
		case !reflect.DeepEqual(row, other):
			return nil, fmt.Errorf("the list has %q twice, with different values", sanitize.PlainText(l.id(row)))
		}
	}
	return others, nil
}

// checkNext returns an error for a list that cannot be read to its end, and for one that proves nothing about what it
// lacks: it is empty without the API's own shape, or it may go on although it has no cursor.
func (l list[Body, Row]) checkNext(page wire.Page, isFull bool, rows int, cursors map[string]bool) error {
	switch {
	case l.isWhole && (page.After != "" || isFull):
		return fmt.Errorf("the list may go on after its %d rows, but this edition of the API has no route to the rest", rows)
	case page.After == "" && rows == 0 && !page.IsEnvelope:
		return errors.New("an empty list without list_metadata, which any server could send")
	case page.After == "" && page.GoesOn(rows, l.size):
		return fmt.Errorf("the list goes on after its %d rows, but has no cursor to the rest", rows)
	case cursors[page.After]:
		return errors.New("the list repeats a cursor, so it cannot be read to its end")
	case len(cursors) == maxPages:
		return fmt.Errorf("the list has more than %d pages", maxPages)
	default:
		return nil
	}
}

// unusableAnswer returns the error for an answer with status 200 that cannot be used.
func unusableAnswer(info transport.RequestInfo, err error) error {
	return &transport.ResponseError{RequestInfo: info, StatusCode: http.StatusOK, Problem: err.Error(), Err: err}
}

// newest returns the newest rows of a list that is requested newest first: limit of those that count. The server decides
// which of the rows created at the same time come first, so all rows as old as the last one kept are read. A list that is
// visibly out of order is read to its end.
func newest[Body any, Row interface{ created() time.Time }](
	ctx context.Context, c *Client, l list[Body, Row], limit int, needs freshness, counts func(Row) bool,
) ([]Row, error) {
	key := l.request.key()
	key.rows = limit
	return cached(ctx, c.cache, key, needs, never, func(ctx context.Context) ([]Row, error) {
		var dated, counting []Row // dated has the rows that say when they were created
		isOrdered, hasUndated := true, false
		err := l.eachPage(ctx, c, func(page page[Row]) (bool, error) {
			last := max(len(dated)-1, 0) // of the pages before
			for _, row := range page.Rows {
				if row.created().IsZero() {
					hasUndated = true
				} else {
					dated = append(dated, row)
				}
			}
			counting = append(counting, slices.DeleteFunc(page.Rows, func(row Row) bool { return !counts(row) })...)
			isOrdered = isOrdered && slices.IsSortedFunc(dated[last:], newestFirst)
			isEnough := isOrdered && len(counting) >= limit
			return isEnough && (hasUndated || newestFirst(counting[limit-1], dated[len(dated)-1]) < 0), nil
		})
		if !hasUndated { // otherwise the server's order is the best there is
			slices.SortFunc(counting, func(one, other Row) int {
				return cmp.Or(newestFirst(one, other), cmp.Compare(l.id(other), l.id(one)))
			})
		}
		return counting[:min(len(counting), limit)], err
	})
}

// newestFirst compares rows by when they were created.
func newestFirst[Row interface{ created() time.Time }](one, other Row) int {
	return other.created().Compare(one.created())
}
