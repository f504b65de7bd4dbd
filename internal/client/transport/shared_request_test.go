package transport

import (
	"context"
	"io"
	"net/http"
	"testing"
	"time"
)

// TestSharedRequest_deadline checks that a request has time until the latest deadline of its readers.
func TestSharedRequest_deadline(t *testing.T) {
	t.Parallel()
	var shared SharedRequest
	began := time.Now()
	ctx := WithSharedRequest(t.Context(), &shared)
	want := func(name string, ctx context.Context, after time.Duration) {
		t.Helper()
		deadline, bounded := deadlineOf(ctx)
		if bounded != (after > 0) || bounded && !deadline.Equal(began.Add(after)) {
			t.Errorf("%s: got %v, %v", name, deadline.Sub(began), bounded)
		}
	}
	until := func(after time.Duration) context.Context {
		reader, cancel := context.WithDeadline(ctx, began.Add(after))
		t.Cleanup(cancel)
		return reader
	}
	want("no reader", ctx, 0)
	shared.AddReader(until(2 * time.Hour))
	want("a reader", ctx, 2*time.Hour)
	shared.AddReader(until(time.Hour))
	want("a reader with less time", ctx, 2*time.Hour)
	shared.AddReader(until(3 * time.Hour))
	want("a reader with more time", ctx, 3*time.Hour)
	want("a context with a deadline", until(time.Hour), time.Hour)
	shared.AddReader(ctx)
	want("a reader without a deadline", ctx, 0)
	want("a request that is not shared", t.Context(), 0)
}

// TestSharedRequest_waitingReader checks that a host name that does not exist is looked up again if any reader waits, also one
// that joins during the first attempt.
func TestSharedRequest_waitingReader(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		waiting  []bool        // of each reader
		joins    time.Duration // when the readers after the first one join
		requests int
	}{
		"two plain reads":                 {[]bool{false, false}, 0, 1},
		"a wait joins a plain read":       {[]bool{false, true}, 0, 5},
		"a wait joins during the attempt": {[]bool{false, true}, time.Millisecond, 5},
		"a plain read joins a wait":       {[]bool{true, false}, 0, 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClock(t, func(*http.Request) (int, time.Duration, error) { return 0, 0, unknownName }, func(t *testing.T, server *countingServer, api *Client) {
				var shared SharedRequest
				readers := make([]context.Context, len(test.waiting))
				for i, isWaiting := range test.waiting {
					readers[i] = t.Context()
					if isWaiting {
						readers[i] = WithWaiting(t.Context())
					}
				}
				shared.AddReader(readers[0])
				time.AfterFunc(test.joins, func() {
					for _, reader := range readers[1:] {
						shared.AddReader(reader)
					}
				})
				_, err := api.Get(WithSharedRequest(readers[0], &shared), Request{Segments: []string{"result"}}, readAll(io.Discard))
				if !isUnknownName(err) || server.requests() != test.requests {
					t.Errorf("got %v after %d requests, want %d", err, server.requests(), test.requests)
				}
			})
		})
	}
}

// TestSharedRequest_lastErr checks that readers see how the last attempt failed.
func TestSharedRequest_lastErr(t *testing.T) {
	t.Parallel()
	var shared SharedRequest
	if err := shared.LastErr(); err != nil {
		t.Errorf("before the first request: %v", err)
	}
	for _, status := range []int{403, 200, 404} {
		api := responding(t, status, http.Header{}, text("{}"))
		_, _ = api.Get(WithSharedRequest(t.Context(), &shared), Request{Segments: []string{"result"}}, readAll(io.Discard))
		if want := map[bool]int{true: status}[status != 200]; StatusOf(shared.LastErr()) != want {
			t.Errorf("status %d: got %v", status, shared.LastErr())
		}
	}
}
