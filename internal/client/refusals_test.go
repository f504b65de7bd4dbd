package client

import "testing"

// TestIsPermanentRefusal checks which answers the server would repeat.
func TestIsPermanentRefusal(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]bool{
		399: false, 400: true, 401: true, 404: true, 408: false, 422: true, 425: false, 429: false, 499: true, 500: false, 501: false,
	} {
		if got := isPermanentRefusal(&APIError{StatusCode: status}); got != want {
			t.Errorf("status %d: got %v", status, got)
		}
	}
	for _, err := range []error{nil, ErrNoRun, &TransportError{Err: ErrBodyTooLarge}} {
		if isPermanentRefusal(err) {
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
		if got := mayLackRoute(&APIError{StatusCode: test.status}, test.edition, test.operation); got != test.want {
			t.Errorf("%+v: got %v", test, got)
		}
	}
}
