package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// maxPages caps how far a list is followed. The flat edition's pages hold up to 1000 rows.
const maxPages = 2000

var (
	errLoopingCursor = errors.New("the list repeats a cursor, so it cannot be read to its end")
	errTooManyPages  = fmt.Errorf("the list has more than %d pages", maxPages)
)

// wirePage is the envelope of a list. The vendor's clients also meet bare arrays, data that is null, and envelopes
// without metadata; all of them are lists. An object without data is none.
type wirePage[W any] struct {
	Data         wireRows[W] `json:"data"`
	ListMetadata struct {
		After *string `json:"after"`
	} `json:"list_metadata"`
}

// wireRows tells a list that is null from one that is missing.
type wireRows[W any] struct {
	rows  []W
	there bool
}

// UnmarshalJSONFrom accepts an array or null.
func (r *wireRows[W]) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	r.there = true
	return json.UnmarshalDecode(decoder, &r.rows)
}

// eachPage follows a list's cursors and hands the rows of each page to visit. It ends at a cursor that is null or
// empty, or when visit wants no more. A cursor that comes back and a list without end are errors, since a row that was
// not seen may still exist. visit may change the options for the pages to come.
func eachPage[W any](ctx context.Context, c *Client, list request, options *ResultOptions, visit func(rows []W) (more bool, err error)) error {
	seen := map[string]bool{}
	for {
		after, err := onePage(ctx, c, list, *options, seen, visit)
		if err != nil || after == "" {
			return err
		}
		seen[after] = true
		list.query.Set("after", after)
	}
}

// onePage reads a page, and returns the cursor of the next one, "" when there is none or none is wanted.
func onePage[W any](
	ctx context.Context, c *Client, list request, options ResultOptions, seen map[string]bool, visit func(rows []W) (more bool, err error),
) (after string, err error) {
	answer, err := c.get(ctx, list)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	page, err := decodePage[W](answer.body, options)
	more := false
	if err == nil {
		more, err = visit(page.Data.rows)
	}
	after = deref(page.ListMetadata.After)
	switch {
	case err != nil:
	case after == "" || !more:
		return "", nil
	case seen[after]:
		err = errLoopingCursor
	case len(seen) == maxPages:
		err = errTooManyPages
	}
	if err != nil {
		return "", c.responseError(answer, err)
	}
	return after, nil
}

func decodePage[W any](body []byte, options ResultOptions) (wirePage[W], error) {
	var page wirePage[W]
	if bytes.HasPrefix(trimBody(body), []byte("[")) {
		err := unmarshal(body, &page.Data, options)
		return page, err
	}
	err := unmarshal(body, &page, options)
	if err == nil && !page.Data.there {
		err = errors.New("data is missing")
	}
	return page, err
}
