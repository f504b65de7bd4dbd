package transport

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/poll"
)

// limiter holds back the attempts of all reads of a client when the server limits requests: after 429, and after 503
// with Retry-After, no attempt starts before the pause has ended. Attempts that waited start spread over a short time
// after it. Pauses grow while the server answers nothing but 429.
type limiter struct {
	backoff Backoff

	mu          sync.Mutex
	notBefore   time.Time
	spread      time.Duration
	consecutive int       // limits since the last answer; attempts in flight together meet one limit
	last        *APIError // the last limit
	lastAt      time.Time
}

// wait waits until an attempt may start. If the deadline comes before that, it returns the last limit at once, with
// what is left of the Retry-After. Otherwise it returns nil or the error of the context.
func (l *limiter) wait(ctx context.Context) (limit *APIError, err error) {
	for {
		pause, last := l.pause()
		if pause <= 0 {
			return nil, nil
		}
		if deadline, bounded := ctx.Deadline(); bounded && time.Until(deadline) < pause {
			return last, nil
		}
		if err := poll.Sleep(ctx, pause); err != nil {
			return last, err
		}
	}
}

// pause returns how long an attempt that starts now has to wait, and the limit that it waits for.
func (l *limiter) pause() (time.Duration, *APIError) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	left := l.notBefore.Sub(now)
	if l.last == nil || left <= 0 {
		return 0, nil
	}
	limit := *l.last
	limit.RetryAfter = max(0, limit.RetryAfter-now.Sub(l.lastAt))
	return left + upTo(l.spread), &limit
}

// recordLimit records a limit that an attempt met.
func (l *limiter) recordLimit(startedAt time.Time, limit *APIError) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now, isNew := time.Now(), !startedAt.Before(l.notBefore)
	if limit.RetryAfter <= 0 && !isNew {
		return
	}
	pause := min(limit.RetryAfter, l.backoff.MaxRetryAfter)
	l.last, l.lastAt, l.spread = limit, now, jitter(pause)
	if limit.StatusCode == http.StatusTooManyRequests {
		ceiling := l.backoff.ceiling(l.consecutive)
		pause = max(pause, ceiling/2)
		l.spread = max(l.spread, ceiling-pause)
		if isNew {
			l.consecutive++
		}
	}
	if notBefore := now.Add(pause); notBefore.After(l.notBefore) {
		l.notBefore = notBefore
	}
}

// recordAnswer records an attempt that met no limit.
func (l *limiter) recordAnswer() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.consecutive = 0
}
