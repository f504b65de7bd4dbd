package transport

import (
	"context"
	"io"
	"math"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// attemptState follows one request through its attempts, so that an error at the end can say how many attempts there
// were and how the last one failed, even if the context ended. One goroutine at a time uses it.
type attemptState struct {
	url       string // without credentials
	decode    func(body io.Reader) error
	decodeErr error          // of the last 2xx answer
	body      bodyInfo       // of the last 2xx answer that decode refused
	last      error          // how the last attempt failed, nil if it did not
	shared    *SharedRequest // set for a request that several readers wait for

	attempts          int           // how many attempts were sent
	isSent            bool          // whether the attempt under way was sent
	startedAt         time.Time     // when the last attempt was sent
	pause             time.Duration // before the next attempt
	failures          int           // attempts that failed and count against the retries
	limits            int           // the limiter's limits when the request began
	noMoreAttempts    bool          // whether there is no further attempt, because other reads got no answer
	stopsDuringOutage bool          // whether that holds as soon as other reads get no answer
}

// info describes the request so far.
func (s *attemptState) info() RequestInfo {
	return RequestInfo{Method: http.MethodGet, URL: s.url, Attempts: s.attempts, CutShort: s.noMoreAttempts}
}

// send takes note that the attempt under way is sent; a redirect does not make it another one.
func (s *attemptState) send() {
	if !s.isSent {
		s.isSent = true
		s.attempts++
	}
	s.startedAt = time.Now()
}

// lastErr returns how the last attempt failed, nil if it did not.
func (s *attemptState) lastErr() error { return s.last }

func (s *attemptState) setLastErr(err error) {
	s.last = err
	if s.shared != nil {
		s.shared.lastErr.Store(&err)
	}
}

type attemptStateKey struct{}

func withAttemptState(ctx context.Context, state *attemptState) context.Context {
	return context.WithValue(ctx, attemptStateKey{}, state)
}

func attemptStateOf(ctx context.Context) *attemptState {
	return ctx.Value(attemptStateKey{}).(*attemptState) // set by Get for every request
}

// beginAttempt is retryablehttp's hook before each attempt.
func beginAttempt(_ retryablehttp.Logger, req *http.Request, _ int) {
	attemptStateOf(req.Context()).isSent = false
}

// SharedRequest belongs to requests that several readers wait for, each with a deadline of its own. The requests run in a
// context without a deadline; the readers can see how the last attempt failed.
type SharedRequest struct {
	deadline atomic.Int64          // the latest deadline of the readers, as Unix nanoseconds; 0 while there is no reader
	lastErr  atomic.Pointer[error] // how the last attempt failed
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

// ExtendDeadline adds the deadline of a reader. Calls must not be concurrent.
func (s *SharedRequest) ExtendDeadline(ctx context.Context) {
	latest := int64(math.MaxInt64)
	if deadline, bounded := ctx.Deadline(); bounded {
		latest = deadline.UnixNano()
	}
	s.deadline.Store(max(latest, s.deadline.Load()))
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
	s := attemptStateOf(ctx).shared
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

func isWaiting(ctx context.Context) bool { return ctx.Value(waitingKey{}) != nil }
