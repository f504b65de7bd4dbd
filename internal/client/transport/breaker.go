package transport

import (
	"context"
	"errors"
	"sync"
	"time"
)

const (
	outageReads = 3                // how many reads in a row without an answer are an outage
	maxSilence  = 55 * time.Second // after how long attempts of so many reads in flight that all time out are one
	outagePause = 30 * time.Second // how long no read is sent after a failed attempt in an outage
)

// breaker ends reads early during an outage, which ends with the first answer. Reads do not repeat their attempts in
// it, and for half a minute after the last failed attempt those that begin fail at once.
type breaker struct {
	mu        sync.Mutex
	inFlight  int // reads
	failed    int // reads in a row without an answer
	lastErr   error
	openUntil time.Time
	silence   time.Time // start of the first attempt that timed out since the last answer, zero without one
}

// begin returns the failure of a read that must not be sent. If it returns nil, the caller must call end.
func (b *breaker) begin() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.lastErr != nil && time.Now().Before(b.openUntil) {
		return b.lastErr
	}
	if b.inFlight++; b.inFlight == 1 {
		b.silence = time.Time{}
	}
	return nil
}

// end records how a read ended.
func (b *breaker) end(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.inFlight--
	switch {
	case errors.Is(err, context.Canceled):
	case !isOutage(err):
		b.failed, b.lastErr, b.openUntil = 0, nil, time.Time{}
	default:
		b.lastErr = err
		if b.failed++; b.failed >= outageReads {
			b.openUntil = time.Now().Add(outagePause)
		}
	}
}

// attempted records how an attempt ended.
func (b *breaker) attempted(startedAt time.Time, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	isTimeout := errors.Is(err, ErrRequestTimeout)
	switch {
	case !isTimeout:
		b.silence = time.Time{}
	case b.silence.IsZero():
		b.silence = startedAt
	}
	if isTimeout && b.inFlight >= outageReads && time.Since(b.silence) >= maxSilence {
		b.failed = max(b.failed, outageReads)
	}
	if b.failed >= outageReads && isOutage(err) {
		b.openUntil = time.Now().Add(outagePause)
	}
}

// timeLeft returns how long a repeated attempt may take, at most the request timeout. It is negative in an outage.
func (b *breaker) timeLeft(requestTimeout time.Duration) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch left := time.Until(b.silence.Add(maxSilence)); {
	case b.failed >= outageReads:
		return -1
	case b.inFlight >= outageReads && !b.silence.IsZero() && left > 0:
		return min(left, requestTimeout)
	default:
		return requestTimeout
	}
}
