package transport

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/poll"
)

// limiter holds back the attempts of all reads of a client when the server limits requests: after 429, and after 503
// with Retry-After, no attempt starts before the pause has ended. Attempts that waited start spread over a short time
// after it. Pauses grow while the server sends nothing but limits.
type limiter struct {
	backoff Backoff

	mu          sync.Mutex
	last        *APIError // the last limit
	lastAt      time.Time
	notBefore   time.Time     // when the pause ends
	spread      time.Duration // over which attempts start after that
	consecutive int           // limits since the last other response; attempts in flight together meet one limit
}

// wait waits until an attempt may start. If the deadline comes before that, it returns the last limit at once, with
// what is left of the Retry-After. If the context ends, it also returns the error of the context.
func (l *limiter) wait(ctx context.Context) (limit *APIError, err error) {
	for {
		pause, last := l.pause()
		deadline, bounded := ctx.Deadline()
		switch {
		case pause == 0:
			return nil, nil
		case bounded && time.Until(deadline) < pause:
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
	var limit *APIError
	isLimit := errors.As(response, &limit) && judgeStatus(limit.StatusCode, limit.RetryAfter).hold == holdAll
	l.mu.Lock()
	defer l.mu.Unlock()
	if !isLimit {
		l.consecutive = 0
		return
	}
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
