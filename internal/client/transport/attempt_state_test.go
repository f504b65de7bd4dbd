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
	ctx := withAttemptState(t.Context(), &attemptState{shared: &shared})
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
	shared.ExtendDeadline(until(2 * time.Hour))
	want("a reader", ctx, 2*time.Hour)
	shared.ExtendDeadline(until(time.Hour))
	want("a reader with less time", ctx, 2*time.Hour)
	shared.ExtendDeadline(until(3 * time.Hour))
	want("a reader with more time", ctx, 3*time.Hour)
	want("a context with a deadline", until(time.Hour), time.Hour)
	shared.ExtendDeadline(ctx)
	want("a reader without a deadline", ctx, 0)
	want("a request that is not shared", withAttemptState(t.Context(), &attemptState{}), 0)
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
