package transport

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/poll"
)

// limiter holds back the attempts of all reads of a client when the server limits requests.
//
// After 429, and after 503 with Retry-After, no attempt starts before the pause is over that the server asked for. After
// 429 the attempts that follow are paced, too: they start one by one, in the order in which they came. The rate is what
// the server let through before, pauses included. It halves when nothing was let through, and grows slowly with every
// answer until pacing makes no difference any more. If nothing is known yet about what the server lets through, the first
// attempts after the pause find it out, and the rate doubles with every answer.
//
// Pauses grow while the server answers nothing but 429. A limit that uses up retries (see retry_policy.go) uses one of every
// read that waits, because it holds all of them back. Any answer resets that count.
type limiter struct {
	backoff    Backoff
	maxRetries int
	turn       chan struct{} // has the one attempt that may start next while attempts are paced

	mu        sync.Mutex
	notBefore time.Time     // no attempt starts earlier
	spread    time.Duration // how far attempts that are not paced are spread after notBefore
	interval  time.Duration // the time between the starts of two attempts; zero if they are not paced
	next      time.Time     // the earliest start of the next paced attempt
	isUnknown bool          // whether little is known about the rate that the server lets through

	openedAt time.Time     // when attempts could start after the last limit; attempts before it belong to that limit
	rate     answerRate    // since then
	period   time.Duration // before openedAt, the pause included; zero after a 503, which does not pace attempts
	answers  int           // in that period
	longest  time.Duration // the longest interval

	consecutiveLimits  int       // 429 since the last answer, counted once however many attempts met the same limit
	limits             int       // limits that cost every read a retry, counted in the same way
	limitsAtLastAnswer int       // limits at the time of the last answer
	last               *APIError // the last limit
	lastAt             time.Time
}

const (
	// firstInterval is the time between the first two attempts after a limit about which nothing is known.
	firstInterval = 250 * time.Millisecond
	// recovery and fastRecovery are by which part every answer shortens the interval, the latter if little is known. So
	// the rate doubles with 35 answers, or with 17.
	recovery     = 50
	fastRecovery = 25
	// leastAnswers is how many answers say what the server lets through.
	leastAnswers = 3
	// leastInterval is the interval below which pacing ends.
	leastInterval = 5 * time.Millisecond
)

func newLimiter(backoff Backoff, maxRetries int) *limiter {
	return &limiter{backoff: backoff, maxRetries: maxRetries, turn: make(chan struct{}, 1)}
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
		pause, err := l.start(ctx, spread)
		if err != nil || pause <= 0 {
			return err
		}
		if err := poll.Sleep(ctx, pause); err != nil {
			return err
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

// start returns 0 if an attempt may start now, and otherwise how long to wait before the next call.
func (l *limiter) start(ctx context.Context, spread time.Duration) (time.Duration, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	at := l.notBefore.Add(spread)
	if l.interval > 0 && at.Before(l.next) {
		at = l.next
	}
	if now.Before(at) {
		return at.Sub(now), l.tooLate(ctx, now, at)
	}
	l.next = now.Add(l.interval)
	return 0, nil
}

// tooLate returns a [*heldError] if the read has no time to wait until an attempt may start, or has waited through more
// limits than it has retries.
func (l *limiter) tooLate(ctx context.Context, now, at time.Time) error {
	state := attemptStateOf(ctx)
	deadline, bounded := deadlineOf(ctx)
	if bounded && at.After(deadline) || l.limitsOf(state) > l.maxRetries {
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

// recordLimit records a limit that an attempt met. asked is what Retry-After says, 0 without it.
func (l *limiter) recordLimit(startedAt time.Time, asked time.Duration, limit *APIError) {
	l.mu.Lock()
	defer l.mu.Unlock()
	isNew := !startedAt.Before(l.openedAt) // and not what other attempts have met already
	if asked <= 0 && !isNew {
		return
	}
	now := time.Now()
	last := *limit // the read that met it goes on to change its own error
	l.last, l.lastAt = &last, now
	isBusy := limit.StatusCode == http.StatusTooManyRequests // and not away
	pause := l.pause(asked, isBusy)
	l.notBefore = later(l.notBefore, now.Add(pause))
	switch {
	case isNew && isBusy:
		l.consecutiveLimits++
		l.slowDown(now, asked, pause)
	case isNew:
		l.period = 0 // it belongs to an earlier 429
	}
	if isNew && judgeStatus(limit.StatusCode, asked).cost == costAll {
		l.limits++
	}
	if !isBusy {
		l.spread = jitter(pause)
	}
	l.openedAt, l.next = l.notBefore, l.notBefore
}

// pause returns how long no attempt starts after a limit: what the server asked for, and longer while the server lets
// nothing through.
func (l *limiter) pause(asked time.Duration, isBusy bool) time.Duration {
	asked = min(asked, l.backoff.MaxRetryAfter)
	if !isBusy {
		return asked // attempts are spread after it
	}
	ceiling := l.backoff.ceiling(l.consecutiveLimits)
	return max(asked+upTo(jitter(asked)), ceiling/2+upTo(ceiling/2))
}

// slowDown sets the interval after a limit.
func (l *limiter) slowDown(now time.Time, asked, pause time.Duration) {
	l.period, l.answers, l.longest = pause, 0, l.backoff.Max
	if asked > 0 { // after that pause the server lets at least one attempt through
		l.longest = pause
	}
	if l.interval > 0 || l.rate.isRecent(now) {
		var took time.Duration
		took, l.answers = l.rate.since(now)
		l.period += took
	}
	l.rate = answerRate{}
	switch {
	case l.answers > 0:
		l.sustain()
		return
	case l.interval > 0:
		l.interval *= 2
	default:
		l.interval, l.isUnknown = firstInterval, true
	}
	l.interval = min(l.interval, l.longest)
}

// sustain sets the interval that lets through what the server let through in the period before the last limit, its pause
// included.
func (l *limiter) sustain() {
	l.interval, l.isUnknown = min(l.period/time.Duration(l.answers), l.longest), l.answers < leastAnswers
}

// recordAnswer records an attempt that the server answered without a limit.
func (l *limiter) recordAnswer(startedAt time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.consecutiveLimits, l.limitsAtLastAnswer = 0, l.limits
	if startedAt.Before(l.openedAt) {
		if l.period > 0 && now.Before(l.openedAt) { // it was let through together with those that met the last limit
			l.answers++
			l.sustain()
		}
		return
	}
	l.rate.add(startedAt, now)
	if l.isUnknown {
		l.interval -= l.interval / fastRecovery
	} else {
		l.interval -= l.interval / recovery
	}
	if l.interval < leastInterval {
		l.interval = 0
	}
}

// limitsSoFar returns the number of limits before a read that begins now.
func (l *limiter) limitsSoFar() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.limits
}

// limitsAgainst returns how many limits a read has waited through since the last answer to any read.
func (l *limiter) limitsAgainst(state *attemptState) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.limitsOf(state)
}

func (l *limiter) limitsOf(state *attemptState) int {
	return l.limits - max(l.limitsAtLastAnswer, state.limits)
}

// opensAfter reports whether no attempt starts before a deadline.
func (l *limiter) opensAfter(deadline time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.notBefore.After(deadline)
}

func later(one, other time.Time) time.Time {
	if other.After(one) {
		return other
	}
	return one
}
