package transport

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/poll"
)

// limiter holds back the attempts of all reads of a client when the server limits requests: after a 429, or a 503 with
// Retry-After, no attempt starts before the pause has ended. Those that waited start at random moments soon after it.
// Pauses grow while the server sends only limits.
type limiter struct {
	backoff Backoff

	mu          sync.Mutex
	last        *APIError // the last limit
	lastAt      time.Time
	notBefore   time.Time     // when the pause ends
	spread      time.Duration // over which attempts start after that
	consecutive int           // limits since the last other response; one for attempts in flight together
}

// wait waits until an attempt may start, and returns nil. If the context ends first, it returns the last limit with the
// rest of the Retry-After. It does so at once if the deadline is too early.
func (l *limiter) wait(ctx context.Context) (limit *APIError) {
	for {
		pause, last := l.pause()
		if pause == 0 {
			return nil
		}
		if deadline, bounded := ctx.Deadline(); bounded && time.Until(deadline) <= pause || poll.Sleep(ctx, pause) != nil {
			return last
		}
	}
}

// pause returns how long an attempt that starts now must wait, and the limit that it waits for.
func (l *limiter) pause() (time.Duration, *APIError) {
	l.mu.Lock()
	defer l.mu.Unlock()
	left := time.Until(l.notBefore)
	if left <= 0 {
		return 0, nil
	}
	limit := *l.last
	limit.RetryAfter = max(0, limit.RetryAfter-time.Since(l.lastAt))
	return left + upTo(l.spread), &limit
}

// record records the response to an attempt: nil or an error of this package.
func (l *limiter) record(startedAt time.Time, response error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if retry, _ := retryFor(response); retry != retryTogether && retry != retryFree {
		l.consecutive = 0
		return
	}
	limit, _ := errors.AsType[*APIError](response)
	ceiling := l.backoff.ceiling(l.consecutive)
	pause := max(min(limit.RetryAfter, l.backoff.MaxRetryAfter), ceiling/2)
	l.last, l.lastAt, l.spread = limit, time.Now(), max(jitter(pause), ceiling-pause)
	if !startedAt.Before(l.notBefore) {
		l.consecutive++
	}
	if end := l.lastAt.Add(pause); end.After(l.notBefore) {
		l.notBefore = end
	}
}
