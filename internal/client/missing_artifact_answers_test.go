package client

import (
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
)

// TestLacksRecord checks which answers of the generic route say that it does not have a record.
func TestLacksRecord(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]bool{400: false, 401: false, 403: false, 404: true, 405: true, 408: false, 422: true, 429: false, 500: false} {
		if got := lacksRecord(&transport.APIError{StatusCode: status}); got != want {
			t.Errorf("status %d: got %v", status, got)
		}
	}
	for _, err := range []error{nil, ErrNoRun, &transport.Error{Err: transport.ErrBodyTooLarge}} {
		if lacksRecord(err) {
			t.Errorf("%v: got true", err)
		}
	}
}

// TestMayLackRoute checks which answers can mean that the API has no route for an operation.
func TestMayLackRoute(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		status    int
		edition   Edition
		operation string
		want      bool
	}{
		{404, EditionRunScoped, "split", true},
		{405, EditionFlat, "split", true},
		{422, EditionRunScoped, "dream", true},
		{422, EditionRunScoped, "split", false},
		{422, EditionFlat, "dream", false},
		{403, EditionRunScoped, "dream", false},
	} {
		if got := mayLackRoute(&transport.APIError{StatusCode: test.status}, test.edition, test.operation); got != test.want {
			t.Errorf("%+v: got %v", test, got)
		}
	}
}
