package client

import (
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
)

// TestMayLackRoute checks which answers can mean that the API has no route for an operation.
func TestMayLackRoute(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]bool{400: false, 401: false, 403: false, 404: true, 405: true, 408: false, 422: true, 429: false, 500: false} {
		err := &transport.APIError{StatusCode: status}
		if got := mayLackRoute(err, true); got != want {
			t.Errorf("status %d of the generic route: got %v", status, got)
		}
		if got := mayLackRoute(err, false); got != (want && status != 422) {
			t.Errorf("status %d: got %v", status, got)
		}
	}
	for _, err := range []error{nil, ErrNoRun, &transport.Error{Err: transport.ErrBodyTooLarge}} {
		if mayLackRoute(err, true) {
			t.Errorf("%v: got true", err)
		}
	}
}
