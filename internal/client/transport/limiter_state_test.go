package transport

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// This file tests the limiter by itself, with attempts that the tests report to it.

var (
	tooManyRequests = &APIError{StatusCode: 429}
	unavailable     = &APIError{StatusCode: 503}
)

// withLimiter runs a test on a clock of its own, with a limiter.
func withLimiter(t *testing.T, test func(t *testing.T, l *limiter)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(t, newLimiter(Backoff{}.orDefault(), 4)) })
}

// waitUntilOpen waits until attempts may start.
func waitUntilOpen(l *limiter) { <-time.After(time.Until(l.notBefore)) }

// TestLimiter_arrive checks which reads are paced, and that a read which has to wait has the limit as its last failure.
func TestLimiter_arrive(t *testing.T) {
	t.Parallel()
	own := errors.New("own failure")
	withLimiter(t, func(t *testing.T, l *limiter) {
		want := func(step string, wantPaced bool, wantStatus int) {
			t.Helper()
			for _, before := range []error{nil, own} {
				state := &attemptState{last: before}
				paced, err := l.arrive(withAttemptState(t.Context(), state))
				if err != nil || paced != wantPaced {
					t.Errorf("%s: paced is %v, %v", step, paced, err)
				}
				if before == nil && StatusOf(state.last) != wantStatus || before != nil && state.last != own { //nolint:errorlint // the same error
					t.Errorf("%s: the last failure is %v", step, state.last)
				}
			}
		}
		want("before a limit", false, 0)
		l.recordLimit(time.Now(), 7*time.Second, unavailable)
		want("in a pause of 503", false, 503)
		waitUntilOpen(l)
		want("after a pause of 503", false, 0)
		l.recordLimit(time.Now(), 7*time.Second, tooManyRequests)
		want("in a pause of 429", true, 429)
		waitUntilOpen(l)
		want("after a pause of 429", true, 429)
	})
}

// TestLimiter_tooLate checks that a read without time or retries for a limit gets it as its failure, with what is left of the pause.
func TestLimiter_tooLate(t *testing.T) {
	t.Parallel()
	withLimiter(t, func(t *testing.T, l *limiter) {
		limit := &APIError{StatusCode: 503, RetryAfter: 10 * time.Minute}
		l.recordLimit(time.Now(), 10*time.Minute, limit) // the pause is 5 minutes, see Backoff
		<-time.After(time.Minute)
		for left, isTooLate := range map[time.Duration]bool{4*time.Minute - 1: true, 4 * time.Minute: false, 0: false} {
			ctx := t.Context()
			if left > 0 {
				bounded, cancel := context.WithTimeout(ctx, left)
				t.Cleanup(cancel)
				ctx = bounded
			}
			_, err := l.arrive(withAttemptState(ctx, &attemptState{attempts: 2, limits: l.limits}))
			var held *heldError
			if errors.As(err, &held) != isTooLate {
				t.Errorf("with %v left: %v", left, err)
			}
			if isTooLate && (held.limit.RetryAfter != 9*time.Minute || held.limit.Attempts != 2 || held.limit.StatusCode != unavailable.StatusCode) {
				t.Errorf("with %v left: %+v", left, held.limit)
			}
		}
		if limit.Attempts != 0 || limit.RetryAfter != 10*time.Minute {
			t.Errorf("the limit was changed: %+v", limit)
		}
	})
}

// TestLimiter_spreading checks that attempts are spread after a pause of 503, unless they are paced.
func TestLimiter_spreading(t *testing.T) {
	t.Parallel()
	withLimiter(t, func(t *testing.T, l *limiter) {
		want := func(step string, want time.Duration) {
			t.Helper()
			if got := l.spreading(); got != want {
				t.Errorf("%s: got %v, want %v", step, got, want)
			}
		}
		want("before a limit", 0)
		l.recordLimit(time.Now(), 8*time.Second, unavailable)
		want("in a pause of 503", 2*time.Second)
		waitUntilOpen(l)
		want("after a pause of 503", 0)
		l.recordLimit(time.Now(), 8*time.Second, unavailable)
		l.recordLimit(l.openedAt, 8*time.Second, tooManyRequests)
		want("in a pause of 429", 0)
	})
}

// TestLimiter_start checks when an attempt may start.
func TestLimiter_start(t *testing.T) {
	t.Parallel()
	withLimiter(t, func(t *testing.T, l *limiter) {
		want := func(step string, spread, want time.Duration) {
			t.Helper()
			if got, err := l.start(withAttemptState(t.Context(), &attemptState{}), spread); got != want || err != nil {
				t.Errorf("%s: got %v, %v, want %v", step, got, err, want)
			}
		}
		now := time.Now()
		l.notBefore, l.next = now, now.Add(time.Hour)
		want("an attempt that is not paced", 0, 0)
		l.interval, l.next = time.Second, now
		want("a paced attempt", 0, 0)
		want("the next one", 0, time.Second)
		want("one that is spread, too", 2*time.Second, 2*time.Second)
		<-time.After(time.Second)
		want("a second later", 0, 0)
	})
}

// TestLimiter_oldAttempts checks what an attempt changes that started before the last limit: only a pause that the server asks
// for counts.
func TestLimiter_oldAttempts(t *testing.T) {
	t.Parallel()
	withLimiter(t, func(t *testing.T, l *limiter) {
		started := time.Now()
		l.recordLimit(started, 10*time.Second, tooManyRequests)
		<-time.After(time.Until(l.notBefore) - time.Millisecond)
		opens, interval := l.notBefore, l.interval
		l.recordLimit(started, 0, tooManyRequests)
		if l.notBefore != opens || l.interval != interval || l.consecutiveLimits != 1 {
			t.Errorf("without Retry-After: got %v, %v, %d", l.notBefore.Sub(opens), l.interval, l.consecutiveLimits)
		}
		l.recordLimit(started, 20*time.Second, tooManyRequests)
		if !l.notBefore.After(opens.Add(10*time.Second)) || l.interval != interval || l.consecutiveLimits != 1 {
			t.Errorf("with Retry-After: got %v, %v, %d", l.notBefore.Sub(opens), l.interval, l.consecutiveLimits)
		}
	})
}

// TestLimiter_rate checks the interval after a limit: it lets through what the server let through before.
func TestLimiter_rate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answers   int           // one a second
		before    time.Duration // from the last answer to the limit
		asked     time.Duration
		isPaced   bool // before the answers
		isKnown   bool // whether the answers count
		isUnknown bool // whether they are too few
	}{
		"no answers":                        {0, 0, time.Second, false, false, true},
		"one answer":                        {1, time.Second, time.Second, false, true, true},
		"two answers":                       {2, time.Second, time.Second, false, true, true},
		"three answers":                     {3, time.Second, time.Second, false, true, false},
		"answers of ten seconds ago":        {5, 10 * time.Second, 0, false, true, false},
		"answers longer than that ago":      {5, 10*time.Second + 1, 0, false, false, true},
		"paced answers, long ago":           {5, time.Minute, 0, true, true, false},
		"answers, and a pause of 4 seconds": {8, time.Second, 4 * time.Second, false, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withLimiter(t, func(t *testing.T, l *limiter) {
				if test.isPaced {
					l.recordLimit(time.Now(), time.Second, tooManyRequests)
					waitUntilOpen(l)
				}
				began := time.Now()
				for range test.answers {
					started := time.Now()
					<-time.After(time.Second)
					l.recordAnswer(started)
				}
				<-time.After(test.before)
				recordLimit := time.Now()
				l.recordLimit(recordLimit, test.asked, tooManyRequests)
				pause := l.notBefore.Sub(recordLimit)
				longest := 30 * time.Second // the longest pause, see Backoff
				if test.asked > 0 {
					longest = pause
				}
				want := min(firstInterval, longest)
				if test.isKnown {
					want = min((recordLimit.Sub(began)+pause)/time.Duration(test.answers), longest)
				}
				if l.interval != want || l.isUnknown != test.isUnknown {
					t.Errorf("got %v, unknown %v; want %v", l.interval, l.isUnknown, want)
				}
			})
		})
	}
}

// TestLimiter_lateAnswers checks that an answer to an attempt from before the limit counts until attempts can start again.
func TestLimiter_lateAnswers(t *testing.T) {
	t.Parallel()
	withLimiter(t, func(t *testing.T, l *limiter) {
		started := time.Now()
		<-time.After(time.Second)
		l.recordAnswer(started)
		l.recordAnswer(started)
		l.recordLimit(time.Now(), 10*time.Second, tooManyRequests)
		if l.interval != l.period/2 || !l.isUnknown {
			t.Errorf("got %v of %v, unknown %v", l.interval, l.period, l.isUnknown)
		}
		l.recordAnswer(started)
		if l.interval != l.period/3 || l.isUnknown {
			t.Errorf("after a late answer: got %v of %v, unknown %v", l.interval, l.period, l.isUnknown)
		}
		interval := l.interval
		waitUntilOpen(l)
		l.recordAnswer(started)
		if l.interval != interval {
			t.Errorf("after an answer that is too late: got %v, want %v", l.interval, interval)
		}
	})
}

// TestLimiter_lateAnswersOf503 checks that a late answer changes the interval only if it belongs to a 429: it does not after a
// new 503 with Retry-After, but does after a 503 to an attempt from before the 429.
func TestLimiter_lateAnswersOf503(t *testing.T) {
	t.Parallel()
	for _, paced := range []time.Duration{0, time.Second} {
		withLimiter(t, func(t *testing.T, l *limiter) {
			l.recordLimit(time.Now(), time.Minute, tooManyRequests)
			waitUntilOpen(l)
			l.interval, l.isUnknown = paced, false // after many answers
			started := time.Now()
			<-time.After(time.Second)
			l.recordLimit(started, 10*time.Second, unavailable)
			<-time.After(time.Second)
			for range 9 {
				if l.recordAnswer(started); l.interval != paced || l.isUnknown {
					t.Fatalf("after a new 503: got %v, unknown %v, want %v", l.interval, l.isUnknown, paced)
				}
			}
		})
	}
	withLimiter(t, func(t *testing.T, l *limiter) {
		started := time.Now()
		l.recordLimit(started, 10*time.Second, tooManyRequests)
		l.recordLimit(started, 30*time.Second, unavailable)
		l.recordAnswer(started)
		if l.interval != min(l.period, l.longest) || l.interval < 10*time.Second {
			t.Errorf("after a 503 to an older attempt: got %v, want %v", l.interval, l.period)
		}
	})
}

// TestLimiter_recovers checks how every answer shortens the interval, until pacing ends.
func TestLimiter_recovers(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		interval  time.Duration
		isUnknown bool
		want      time.Duration
	}{
		{time.Second, false, 980 * time.Millisecond},
		{time.Second, true, 960 * time.Millisecond},
		{5_102_040 * time.Nanosecond, false, 5 * time.Millisecond},
		{5_102_039 * time.Nanosecond, false, 0},
		{0, false, 0},
	} {
		withLimiter(t, func(t *testing.T, l *limiter) {
			l.interval, l.isUnknown = test.interval, test.isUnknown
			l.recordAnswer(time.Now())
			if l.interval != test.want {
				t.Errorf("after %v: got %v, want %v", test.interval, l.interval, test.want)
			}
		})
	}
}
