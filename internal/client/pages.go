package client

import (
	"errors"
	"fmt"

	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// maxPages is how many pages of a list are read at most.
const maxPages = 2000

// eachPage calls read with the cursor of each page until there is no further page. A repeated cursor and a list without end
// are errors, because rows may be missing.
func eachPage(read func(after string) (next string, info RequestInfo, err error)) error {
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

// checkFirstPage returns an error if the first page of a list is empty and does not have the API's own shape. after is the
// cursor of the page, and rows how many rows it has.
func checkFirstPage(info RequestInfo, after string, rows int, page wire.Page) error {
	if after == "" && rows == 0 && !page.IsEnvelope {
		return listError(info, "an empty list without list_metadata, which any server could send")
	}
	return nil
}

// listError returns the error for a list that was answered with status 200 and cannot be used.
func listError(info RequestInfo, problem string) error {
	return unusableAnswer(info, errors.New(problem))
}

// unusableAnswer returns the error for an answer with status 200 that cannot be used.
func unusableAnswer(info RequestInfo, err error) error {
	return &ResponseError{RequestInfo: info, StatusCode: 200, Problem: err.Error(), Err: err}
}
