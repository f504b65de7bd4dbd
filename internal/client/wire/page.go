package wire

import (
	"errors"
	"fmt"
	"io"
	"reflect"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Page is the metadata of a page of a list.
type Page struct {
	After string // the cursor of the next page, "" if there is none
	// IsEnvelope reports whether the body had the API's own shape: an object with data and list_metadata. Lists also come
	// as bare arrays, but any server may answer [].
	IsEnvelope bool
}

// pageBody is the envelope of a list. The vendor's clients also meet bare arrays, data that is null, and envelopes
// without metadata; they all count as lists. An object without data does not.
type pageBody[B any] struct {
	Data         rowsBody[B]  `json:"data"`
	ListMetadata metadataBody `json:"list_metadata"`
}

type metadataBody struct {
	present bool
	after   *text
}

// UnmarshalJSONFrom accepts an object with a cursor, and null.
func (m *metadataBody) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	m.present = true
	if decoder.PeekKind() == 'n' {
		return decoder.SkipValue()
	}
	var object struct {
		After *text `json:"after"`
	}
	err := json.UnmarshalDecode(decoder, &object)
	m.after = object.After
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
	r.present = true
	switch kind := decoder.PeekKind(); kind {
	case 'n':
		return decoder.SkipValue()
	case '[':
	default:
		return &json.SemanticError{JSONKind: kind, GoType: reflect.TypeFor[[]B]()}
	}
	return eachElement(decoder, func(i int) error {
		var row B
		if err := json.UnmarshalDecode(decoder, &row); err != nil {
			return err
		}
		if err := r.visit(row); err != nil {
			r.err = rowError{i, err}
			return r.err
		}
		return checkCount(i + 1)
	})
}

// rowError is the error of one row. Its text starts with the name of the row.
type rowError struct {
	row int
	err error
}

func (e rowError) Error() string { return fmt.Sprintf("data.%d.%v", e.row, e.err) }
func (e rowError) Unwrap() error { return e.err }

// UnmarshalJSONFrom accepts an envelope or a bare array.
func (p *pageBody[B]) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	if decoder.PeekKind() == '[' {
		return json.UnmarshalDecode(decoder, &p.Data)
	}
	type plain pageBody[B]
	return json.UnmarshalDecode(decoder, (*plain)(p))
}

// decodePage decodes a page. Each row is converted as soon as it is read.
func decodePage[B, Row any](d *Decoder, body io.Reader, payloads bool, convert func(B) (Row, error)) ([]Row, Page, error) {
	var page pageBody[B]
	var rows []Row
	page.Data.visit = func(body B) error {
		row, err := convert(body)
		rows = append(rows, row)
		return err
	}
	err := d.decode(body, &page, payloads)
	switch {
	case page.Data.err != nil:
		return nil, Page{}, page.Data.err
	case err != nil:
		return nil, Page{}, err
	case !page.Data.present:
		return nil, Page{}, errors.New("data is missing")
	}
	return rows, Page{After: page.ListMetadata.after.string(), IsEnvelope: page.ListMetadata.present}, nil
}
