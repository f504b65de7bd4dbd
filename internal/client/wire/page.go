package wire

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Page is the metadata of a page of a list.
type Page struct {
	After string // the cursor of the next page, "" if there is none
	// IsEnvelope reports whether the body had the API's own shape: an object with data and list_metadata. Lists also come
	// as bare arrays, but any server may answer [].
	IsEnvelope bool
	HasMore    bool  // whether the server says that there are more rows
	Total      int64 // how many rows the server says that the whole list has, 0 if it does not say
}

// GoesOn reports whether a list may have more rows than those of its pages, although the last page has no cursor: the server says so,
// or it says nothing and the last page is full. rows is how many rows were read, and limit how many a page can have, 0 for no limit.
func (p Page) GoesOn(rows, limit int) bool {
	return p.HasMore || p.Total > int64(rows) || !p.IsEnvelope && limit > 0 && rows > 0 && rows%limit == 0
}

// pageBody is the envelope of a list. The vendor's clients also meet bare arrays, data that is null, and envelopes
// without metadata; they all count as lists. An object without data does not.
type pageBody[B any] struct {
	Data         rowsBody[B]  `json:"data"`
	ListMetadata metadataBody `json:"list_metadata"`
	extentBody
}

// extentBody says how long a list is. The vendor's clients accept these members, which the published schemas lack.
type extentBody struct {
	HasMore jsontext.Value `json:"has_more"`
	Total   jsontext.Value `json:"total"`
}

func (e extentBody) hasMore() bool { return string(e.HasMore) == "true" }

func (e extentBody) total() int64 {
	total, err := strconv.ParseInt(strings.Trim(string(e.Total), `"`), 10, 64)
	if err != nil {
		return 0
	}
	return total
}

type metadataBody struct {
	present bool
	after   *Text
	extentBody
}

// UnmarshalJSONFrom accepts an object with a cursor, and null.
func (m *metadataBody) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	m.present = true
	if decoder.PeekKind() == 'n' {
		return decoder.SkipValue()
	}
	var object struct {
		After *Text `json:"after"`
		extentBody
	}
	err := json.UnmarshalDecode(decoder, &object)
	m.after, m.extentBody = object.After, object.extentBody
	return err
}

// rowsBody passes the rows of a list to visit, one by one.
type rowsBody[B any] struct {
	present bool
	visit   func(B) error
	err     error // of visit
}

// UnmarshalJSONFrom accepts an array or null.
func (r *rowsBody[B]) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	if r.visit == nil { // see decodeMembers
		return errTwice
	}
	r.present = true
	count := 0
	return eachElement(decoder, func(i int) error {
		var row B
		if err := json.UnmarshalDecode(decoder, &row); err != nil {
			return err
		}
		if err := r.visit(row); err != nil {
			r.err = fmt.Errorf("data.%d.%w", i, err)
			return r.err
		}
		count++
		if large, isLarge := any(row).(interface{ elements() int }); isLarge {
			count += large.elements()
		}
		return checkCount(count)
	})
}

// UnmarshalJSONFrom accepts an envelope or a bare array.
func (p *pageBody[B]) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	if decoder.PeekKind() == '[' {
		return json.UnmarshalDecode(decoder, &p.Data)
	}
	type plain pageBody[B]
	return json.UnmarshalDecode(decoder, (*plain)(p))
}

// DecodePage decodes a page. Each row is converted as soon as it is read.
func DecodePage[B, Row any](d *Decoder, body io.Reader, payloads bool, convert func(B) (Row, error)) ([]Row, Page, error) {
	var page pageBody[B]
	var rows []Row
	page.Data.visit = func(body B) error {
		row, err := convert(body)
		rows = append(rows, row)
		return err
	}
	err := d.Decode(body, &page, payloads)
	switch {
	case page.Data.err != nil:
		return nil, Page{}, page.Data.err
	case err != nil:
		return nil, Page{}, err
	case !page.Data.present:
		return nil, Page{}, errors.New("data is missing")
	}
	metadata := page.ListMetadata
	return rows, Page{
		After: metadata.after.String(), IsEnvelope: metadata.present,
		HasMore: page.hasMore() || metadata.hasMore(), Total: max(page.total(), metadata.total()),
	}, nil
}
