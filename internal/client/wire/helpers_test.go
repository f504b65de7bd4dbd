package wire

import (
	"io"

	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
)

func newTestDecoder() *Decoder { return NewDecoder(sanitize.Redactor{}) }

// decode decodes a body without its payloads.
func decode[Body any](decoder *Decoder, reader io.Reader) (body Body, err error) {
	err = decoder.Decode(reader, &body, false)
	return body, err
}

// decodeRows decodes a page without its payloads.
func decodeRows[Body any](decoder *Decoder, reader io.Reader) ([]Body, error) {
	rows, _, err := DecodePage(decoder, reader, false, func(body Body) (Body, error) { return body, nil })
	return rows, err
}
