package provider

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/poll"
)

// The waits for one run share their time limit. Terraform reads ten blocks at a time, so thirty blocks that wait for documents
// of a stuck run would hold a plan for three times their timeout.

// sharedWaits remembers when the first wait for each run began.
type sharedWaits struct {
	mu    sync.Mutex
	began map[string]time.Time
}

// begin returns when the first wait for a run began, which is now if there was none.
func (s *sharedWaits) begin(runID string) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.began == nil {
		s.began = map[string]time.Time{}
	}
	if _, found := s.began[runID]; !found {
		s.began[runID] = time.Now()
	}
	return s.began[runID]
}

// waitScope is stored in the context of a read: the waits of the provider, and the timeout of the read.
type waitScope struct {
	waits   *sharedWaits
	timeout time.Duration
}

type waitScopeKey struct{}

func withSharedWaits(ctx context.Context, waits *sharedWaits, timeout time.Duration) context.Context {
	return context.WithValue(ctx, waitScopeKey{}, waitScope{waits, timeout})
}

// sharedWait is the time limit of a wait for a run. Its zero value is for a wait without a shared limit.
type sharedWait struct {
	began    time.Time     // when the first wait for the run began
	earlier  time.Duration // how long before this wait that was
	timeout  time.Duration
	deadline time.Time
}

// joinWait returns the time limit for a wait that begins now.
func joinWait(ctx context.Context, runID string) sharedWait {
	scope, found := ctx.Value(waitScopeKey{}).(waitScope)
	if !found || runID == "" {
		return sharedWait{}
	}
	began := scope.waits.begin(runID)
	return sharedWait{began: began, earlier: time.Since(began), timeout: scope.timeout, deadline: began.Add(scope.timeout)}
}

// isOver reports whether earlier waits have used up the time limit.
func (s sharedWait) isOver() bool {
	return s.earlier > 0 && time.Until(s.deadline) < min(minPollInterval, s.timeout/2)
}

// note returns a sentence for the message of a wait that timed out, "" unless another wait began earlier.
func (s sharedWait) note() string {
	if s.earlier < time.Second {
		return ""
	}
	return fmt.Sprintf(" Waits for one run share one time limit, and the first of them began %s before this one.", shortDuration(s.earlier.Round(time.Second)))
}

// wait repeats the read until the value is done or the shared time limit has passed. A wait that begins after that reads
// once.
func (w waiter[T]) wait(ctx context.Context) (T, error) {
	ctx = client.WithWaiting(ctx)
	shared := joinWait(ctx, w.runID)
	if shared.isOver() {
		return w.readOnce(ctx, shared)
	}
	if !shared.began.IsZero() {
		bounded, cancel := context.WithDeadline(ctx, shared.deadline)
		defer cancel()
		ctx = bounded
	}
	value, err := w.repeat(ctx)
	var timedOut *waitTimeoutError
	if errors.As(err, &timedOut) {
		timedOut.shared = shared
	}
	return value, err
}

// readOnce reads the value without waiting.
func (w waiter[T]) readOnce(ctx context.Context, shared sharedWait) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, defaultReadTimeout)
	defer cancel()
	value, err := w.read(ctx, false)
	if err != nil || w.isDone(value) {
		return value, err
	}
	timedOut := &waitTimeoutError{
		status: w.status(value), waited: time.Since(shared.began), ended: &poll.Ended{Cause: context.DeadlineExceeded}, shared: shared,
	}
	if w.problem != nil {
		timedOut.problem = w.problem(value)
	}
	var none T
	return none, timedOut
}
