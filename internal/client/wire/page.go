package wire

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
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

// GoesOn reports whether a list may have more rows than those of its pages, although the last page has no cursor: the
// server says so, or it says nothing and the last page is full. rows is how many rows were read, and limit how many a
// page can have, 0 for no limit.
func (p Page) GoesOn(rows, limit int) bool {
	return p.HasMore || p.Total > int64(rows) || !p.IsEnvelope && limit > 0 && rows > 0 && rows%limit == 0
}

// pageBody is the envelope of a list. The vendor's clients also meet bare arrays, data that is null, and envelopes
// without metadata; they all count as lists. An object without data does not.
type pageBody struct {
	Data         rowsBody     `json:"data"`
	ListMetadata metadataBody `json:"list_metadata"`
	extentBody
}

// read accepts an envelope or a bare array.
func (p *pageBody) read(r *reader) error {
	if r.PeekKind() == '[' {
		return p.Data.read(r)
	}
	return r.readMembers(p)
}

// rowsBody calls visit for each row of a list; visit must read the row.
type rowsBody struct {
	present bool
	visit   func(r *reader, i int) error
}

// read accepts an array or null.
func (b *rowsBody) read(r *reader) error {
	if b.visit == nil { // in readAgain
		return refuse(r.StackPointer(), errTwice)
	}
	b.present = true
	return r.eachElement(func(i int) error { return b.visit(r, i) })
}

type metadataBody struct {
	present bool
	After   *Text `json:"after"`
	extentBody
}

// read accepts an object with a cursor, and null.
func (m *metadataBody) read(r *reader) error {
	m.present = true
	return r.readMembers(m)
}

// extentBody says how long a list is. The vendor's clients accept these members, which the published schemas lack.
type extentBody struct {
	HasMore rawJSON `json:"has_more"`
	Total   rawJSON `json:"total"`
}

func (e extentBody) hasMore() bool { return e.HasMore == "true" }

func (e extentBody) total() int64 {
	total, err := strconv.ParseInt(strings.Trim(string(e.Total), `"`), 10, 64)
	if err != nil {
		return 0
	}
	return total
}

// rawJSON is a value as the server wrote it.
type rawJSON string

func (j *rawJSON) read(r *reader) error {
	raw, err := r.ReadValue()
	*j = rawJSON(raw)
	return err
}

// DecodePage decodes a page. Each row is converted as soon as it is read.
func DecodePage[B, Row any](
	d *Decoder, body io.Reader, payloads bool, convert func(B) (Row, error),
) ([]Row, Page, error) {
	var page pageBody
	var rows []Row
	page.Data.visit = func(r *reader, i int) error {
		var row B
		if err := r.read(reflect.ValueOf(&row).Elem()); err != nil {
			return err
		}
		converted, err := convert(row)
		if err != nil {
			return contentError{fmt.Errorf("data.%d.%w", i, err)}
		}
		rows = append(rows, converted)
		return r.checkCount(i + 1)
	}
	if err := d.Decode(body, &page, payloads); err != nil {
		return nil, Page{}, err
	}
	if !page.Data.present {
		return nil, Page{}, errors.New("data is missing")
	}
	metadata := page.ListMetadata
	return rows, Page{
		After: metadata.After.String(), IsEnvelope: metadata.present,
		HasMore: page.hasMore() || metadata.hasMore(), Total: max(page.total(), metadata.total()),
	}, nil
}
