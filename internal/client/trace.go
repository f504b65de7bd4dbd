package client

import (
	"context"
	"math"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// trace follows one request through its attempts, or one walk through its requests, so that an error at the end can
// say how many attempts there were and what the last answer was, even when the end is that of the context.
type trace struct {
	attempts atomic.Int32
	trouble  atomic.Pointer[trouble] // how the last attempt failed, nil when it did not
	patience atomic.Int64            // the latest deadline of those who wait for a walk, as Unix nanoseconds; 0 when there is none
}

// trouble is an [*APIError], or a failure without an answer, in words.
type trouble struct{ error }

// lastTrouble returns how the last attempt failed, nil when it did not.
func (t *trace) lastTrouble() error {
	if last := t.trouble.Load(); last != nil {
		return last.error
	}
	return nil
}

// awaitedBy notes the deadline of one who waits for a walk, which has none of its own.
func (t *trace) awaitedBy(ctx context.Context) {
	latest := int64(math.MaxInt64)
	if deadline, bounded := ctx.Deadline(); bounded {
		latest = deadline.UnixNano()
	}
	t.patience.Store(max(latest, t.patience.Load())) // only under the lock of the shared lists
}

// deadlineOf returns when the last who waits for an answer gives up.
func deadlineOf(ctx context.Context) (deadline time.Time, bounded bool) {
	if deadline, bounded = ctx.Deadline(); bounded {
		return deadline, true
	}
	t := traceOf(ctx)
	if t == nil {
		return time.Time{}, false
	}
	latest := t.patience.Load()
	return time.Unix(0, latest), latest != 0 && latest != math.MaxInt64
}

type traceKey struct{}

// withTrace returns a context that carries a trace, and the trace: the one it carries already, or a new one.
func withTrace(ctx context.Context) (context.Context, *trace) {
	if carried := traceOf(ctx); carried != nil {
		return ctx, carried
	}
	t := &trace{}
	return context.WithValue(ctx, traceKey{}, t), t
}

// traceOf returns the trace a context carries, or nil.
func traceOf(ctx context.Context) *trace {
	carried, _ := ctx.Value(traceKey{}).(*trace)
	return carried
}

// beginAttempt is retryablehttp's hook before each attempt, counted from zero.
func beginAttempt(_ retryablehttp.Logger, request *http.Request, attempt int) {
	if t := traceOf(request.Context()); t != nil {
		t.attempts.Store(int32(attempt) + 1) //nolint:gosec // at most MaxRetries
	}
}
