package transport

import (
	"context"
	"math"
	"sync/atomic"
	"time"
)

// SharedRequest belongs to requests that several readers wait for, each with a context of its own. The requests run in a
// context without a deadline; the readers can see how the last attempt failed.
type SharedRequest struct {
	deadline  atomic.Int64          // the latest deadline of the readers, as Unix nanoseconds; 0 while there is no reader
	isWaiting atomic.Bool           // whether the context of a reader is one of WithWaiting
	lastErr   atomic.Pointer[error] // how the last attempt failed
}

type sharedRequestKey struct{}

// WithSharedRequest returns a context for the requests that belong to s.
func WithSharedRequest(ctx context.Context, s *SharedRequest) context.Context {
	return context.WithValue(ctx, sharedRequestKey{}, s)
}

func sharedRequestOf(ctx context.Context) *SharedRequest {
	s, _ := ctx.Value(sharedRequestKey{}).(*SharedRequest)
	return s
}

// AddReader records the deadline of a reader, and whether it waits (see [WithWaiting]). Calls must not be concurrent.
func (s *SharedRequest) AddReader(ctx context.Context) {
	latest := int64(math.MaxInt64)
	if deadline, bounded := ctx.Deadline(); bounded {
		latest = deadline.UnixNano()
	}
	s.deadline.Store(max(latest, s.deadline.Load()))
	if hasWaiting(ctx) {
		s.isWaiting.Store(true)
	}
}

// LastErr returns how the last attempt failed, nil if it did not.
func (s *SharedRequest) LastErr() error {
	if err := s.lastErr.Load(); err != nil {
		return *err
	}
	return nil
}

// deadlineOf returns when the last reader of an answer gives up.
func deadlineOf(ctx context.Context) (deadline time.Time, bounded bool) {
	if deadline, bounded = ctx.Deadline(); bounded {
		return deadline, true
	}
	s := sharedRequestOf(ctx)
	if s == nil {
		return time.Time{}, false
	}
	latest := s.deadline.Load()
	return time.Unix(0, latest), latest != 0 && latest != math.MaxInt64
}

type waitingKey struct{}

// WithWaiting returns a context for requests of somebody who waits, so that a host name that does not exist is looked up
// again.
func WithWaiting(ctx context.Context) context.Context {
	return context.WithValue(ctx, waitingKey{}, true)
}

func hasWaiting(ctx context.Context) bool { return ctx.Value(waitingKey{}) != nil }

// isWaiting reports whether any reader of an answer waits.
func isWaiting(ctx context.Context) bool {
	s := sharedRequestOf(ctx)
	return hasWaiting(ctx) || s != nil && s.isWaiting.Load()
}
