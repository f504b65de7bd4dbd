// Package routes lists the routes of the Retab API, one small function per route: run_scoped.go has the run-scoped
// edition and flat.go the flat edition; the other files have what both share. A function sends one request and checks that
// the answer is about the requested object. Package client decides which requests to send.
//
// Every function returns the errors of package transport.
package routes

import (
	"context"
	"fmt"
	"io"
	"net/url"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// API sends requests and decodes the answers.
type API struct {
	Transport *transport.Client
	Decoder   *wire.Decoder
}

// Page is the metadata of a page of a list.
type Page = wire.Page

// get sends a request and decodes the answer. The decode function may run once per attempt.
func get[Object any](
	ctx context.Context, api API, request transport.Request, decode func(body io.Reader) (Object, error),
) (object Object, info transport.RequestInfo, err error) {
	info, err = api.Transport.Get(ctx, request, func(body io.Reader) error {
		decoded, err := decode(body)
		object = decoded
		return err
	})
	return object, info, err
}

// verifyRows returns the first error of verify, with the name of the row.
func verifyRows[T any](rows []T, verify func(row T) error) error {
	for i, row := range rows {
		if err := verify(row); err != nil {
			return fmt.Errorf("data.%d.%w", i, err)
		}
	}
	return nil
}

// queryOf returns query parameters, without those that are empty.
func queryOf(parameters map[string]string) url.Values {
	query := url.Values{}
	for name, value := range parameters {
		if value != "" {
			query.Set(name, value)
		}
	}
	return query
}

// orEmpty returns "" for a text that the server left out.
func orEmpty(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}
