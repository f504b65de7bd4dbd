package client

import (
	"errors"
	"fmt"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// maxPages is how many pages of a list are read at most.
const maxPages = 2000

// eachPage calls read with the cursor of each page until there is no further page. A repeated cursor and a list
// without end are errors, because rows may be missing.
func eachPage(read func(after string) (next string, info transport.RequestInfo, err error)) error {
	seen := map[string]bool{}
	after := ""
	for {
		next, info, err := read(after)
		switch {
		case err != nil || next == "":
			return err
		case seen[next]:
			return listError(info, "the list repeats a cursor, so it cannot be read to its end")
		case len(seen) == maxPages:
			return listError(info, fmt.Sprintf("the list has more than %d pages", maxPages))
		}
		seen[next] = true
		after = next
	}
}

// checkEnd returns an error for a list that proves nothing about what it lacks: it is empty without the API's own
// shape, or it may go on although it has no cursor. rows is how many rows the list has, and limit how many a page can
// have, 0 if there is no limit.
func checkEnd(info transport.RequestInfo, rows, limit int, page wire.Page) error {
	switch {
	case page.After != "":
		return nil
	case rows == 0 && !page.IsEnvelope:
		return listError(info, "an empty list without list_metadata, which any server could send")
	case page.GoesOn(rows, limit):
		return listError(info, fmt.Sprintf("the list goes on after its %d rows, but has no cursor to the rest", rows))
	default:
		return nil
	}
}

// listError returns the error for a list that was answered with status 200 and cannot be used.
func listError(info transport.RequestInfo, problem string) error {
	return unusableAnswer(info, errors.New(problem))
}

// unusableAnswer returns the error for an answer with status 200 that cannot be used.
func unusableAnswer(info transport.RequestInfo, err error) error {
	return &transport.ResponseError{RequestInfo: info, StatusCode: 200, Problem: err.Error(), Err: err}
}
