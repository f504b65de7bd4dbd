package transport

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// limiter holds back the attempts of all reads of a client when the server limits requests.
//
// After 429, and after 503 with Retry-After, no attempt starts before the pause is over that the server asked for. After
// 429 the attempts that follow are paced, too: they start one by one, in the order in which they came. The rate is what
// the server let through before, pauses included. It halves when nothing was let through, and grows slowly with every
// answer until pacing makes no difference any more. If nothing is known yet about what the server lets through, the first
// attempts after the pause find it out, and the rate doubles with every answer.
//
// Pauses grow while the server lets nothing through. A 429 without Retry-After costs every read that waits one retry, since
// it holds all of them back, and costs nothing while other reads get answers.
type limiter struct {
	backoff    Backoff
	maxRetries int
	turn       chan struct{} // has the one attempt that may start next while attempts are paced

	mu        sync.Mutex
	notBefore time.Time     // no attempt starts earlier
	spread    time.Duration // how far attempts that are not paced are spread after notBefore
	interval  time.Duration // the time between the starts of two attempts; zero if they are not paced
	next      time.Time     // the earliest start of the next paced attempt
	isUnknown bool          // whether nothing is known about the rate that the server lets through
	changed   chan struct{} // closed and replaced when attempts may start earlier than before

	openedAt time.Time // when attempts could start after the last limit; attempts before it belong to that limit
	rate     throughput

	inVain      int       // limits since the last answer, each counted once however many attempts met it
	strikes     int       // limits without Retry-After, counted in the same way
	strikesThen int       // strikes at the time of the last answer
	last        *APIError // the last limit
	lastAt      time.Time
}

const (
	// firstInterval is the longest time between the first two attempts after a limit about which nothing is known.
	firstInterval = time.Second
	// recovery is how many answers it takes, about, to double the rate.
	recovery = 35
	// leastInterval is the interval below which pacing ends.
	leastInterval = 5 * time.Millisecond
)

func newLimiter(backoff Backoff, maxRetries int) *limiter {
	return &limiter{backoff: backoff, maxRetries: maxRetries, turn: make(chan struct{}, 1), changed: make(chan struct{})}
}

// heldError ends a read that was not sent, or not sent again, because the server limits requests and the read has no
// time left to wait for that, or no retry.
type heldError struct{ limit *APIError }

func (e *heldError) Error() string { return e.limit.Error() }

// wait waits until an attempt may start. It returns the error of the context, or a [*heldError].
func (l *limiter) wait(ctx context.Context) error {
	paced, err := l.arrive(ctx)
	if err != nil {
		return err
	}
	if paced {
		select {
		case l.turn <- struct{}{}: // Go serves those who wait for a channel in the order in which they came
			defer func() { <-l.turn }()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for spread := upTo(l.spreading()); ; {
		pause, changed, err := l.start(ctx, spread)
		if err != nil || pause <= 0 {
			return err
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-changed:
		case <-ctx.Done():
		}
		timer.Stop()
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// arrive reports whether attempts are paced. A read that has to wait has the last limit as its last failure.
func (l *limiter) arrive(ctx context.Context) (paced bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if l.last == nil || l.interval == 0 && !now.Before(l.notBefore) {
		return false, nil
	}
	if state := attemptStateOf(ctx); state.lastErr() == nil {
		state.setLastErr(l.held(state, now))
	}
	return l.interval > 0, l.tooLate(ctx, now, l.notBefore)
}

// spreading returns how far attempts are spread that wait now.
func (l *limiter) spreading() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.interval > 0 || !time.Now().Before(l.notBefore) {
		return 0
	}
	return l.spread
}

// start returns 0 if an attempt may start now. Otherwise it returns how long to wait before the next call, and a channel
// that ends the wait.
func (l *limiter) start(ctx context.Context, spread time.Duration) (time.Duration, <-chan struct{}, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	at := l.notBefore.Add(spread)
	if l.interval > 0 && at.Before(l.next) {
		at = l.next
	}
	if now.Before(at) {
		return at.Sub(now), l.changed, l.tooLate(ctx, now, at)
	}
	if l.interval > 0 {
		l.next = now.Add(l.interval)
	}
	return 0, nil, nil
}

// tooLate returns a [*heldError] if the read has no time to wait until an attempt may start, or has waited through more
// limits than it has retries.
func (l *limiter) tooLate(ctx context.Context, now, at time.Time) error {
	state := attemptStateOf(ctx)
	deadline, bounded := deadlineOf(ctx)
	if bounded && at.After(deadline) || l.strikesOf(state) > l.maxRetries {
		return &heldError{l.held(state, now)}
	}
	return nil
}

// held returns the last limit as the failure of a read that it holds back, with what is left of the pause that the server
// asked for.
func (l *limiter) held(state *attemptState, now time.Time) *APIError {
	limit := *l.last
	limit.RequestInfo = state.info()
	limit.RetryAfter = max(0, limit.RetryAfter-now.Sub(l.lastAt))
	return &limit
}

// limited takes note of a limit that an attempt met. asked is what Retry-After says, 0 without it.
func (l *limiter) limited(startedAt time.Time, asked time.Duration, limit *APIError) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	isNew := !startedAt.Before(l.openedAt) // and not what other attempts have met already
	isPaced := limit.StatusCode == http.StatusTooManyRequests
	if asked <= 0 && !isNew {
		return
	}
	l.last, l.lastAt = limit, now
	pause := l.pause(asked, isPaced)
	l.notBefore = later(l.notBefore, now.Add(pause))
	if !isPaced {
		l.spread = jitter(min(asked, l.backoff.MaxRetryAfter))
		return
	}
	if isNew {
		l.slowDown(now, pause)
		l.inVain++
		if asked <= 0 {
			l.strikes++
		}
	}
	l.openedAt, l.next = l.notBefore, l.notBefore
}

// pause returns how long no attempt starts after a limit: what the server asked for, and longer while the server lets
// nothing through.
func (l *limiter) pause(asked time.Duration, isPaced bool) time.Duration {
	asked = min(asked, l.backoff.MaxRetryAfter)
	if !isPaced {
		return asked
	}
	ceiling := l.backoff.ceiling(l.inVain)
	return max(asked+upTo(jitter(asked)), ceiling/2+upTo(ceiling/2))
}

// slowDown sets the interval after a limit.
func (l *limiter) slowDown(now time.Time, pause time.Duration) {
	sustained, isKnown := l.rate.interval(now, pause)
	switch {
	case isKnown && (l.interval > 0 || l.rate.isRecent(now)):
		l.interval, l.isUnknown = sustained, false
	case l.interval > 0:
		l.interval *= 2
	default:
		l.interval, l.isUnknown = firstInterval, true
	}
	l.interval = min(l.interval, pause)
	l.rate = throughput{}
}

// passed takes note of an attempt that the server answered without a limit.
func (l *limiter) passed(startedAt time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.inVain, l.strikesThen = 0, l.strikes
	if startedAt.Before(l.openedAt) {
		return // it says nothing about the time since the last limit
	}
	now := time.Now()
	l.rate.add(startedAt, now)
	switch {
	case l.interval == 0:
		return
	case l.isUnknown:
		l.interval /= 2
		l.next = earlier(l.next, now.Add(l.interval))
	default:
		l.interval -= l.interval * 2 / (3 * recovery)
	}
	if l.interval < leastInterval {
		l.interval = 0
	}
	if l.isUnknown || l.interval == 0 {
		close(l.changed)
		l.changed = make(chan struct{})
	}
}

// strikesSoFar returns the limits without Retry-After that a read which begins now has not waited through.
func (l *limiter) strikesSoFar() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.strikes
}

// strikesAgainst returns how many limits without Retry-After a read has waited through since the last answer to any read.
func (l *limiter) strikesAgainst(state *attemptState) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.strikesOf(state)
}

func (l *limiter) strikesOf(state *attemptState) int {
	return l.strikes - max(l.strikesThen, state.strikes)
}

// opensAfter reports whether no attempt starts before a deadline.
func (l *limiter) opensAfter(deadline time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.notBefore.After(deadline)
}

func earlier(one, other time.Time) time.Time {
	if other.Before(one) {
		return other
	}
	return one
}

func later(one, other time.Time) time.Time {
	if other.After(one) {
		return other
	}
	return one
}
