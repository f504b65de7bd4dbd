package transport

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"time"
)

const (
	outageReads = 3                // how many reads in a row without a response are an outage
	maxSilence  = 55 * time.Second // how long that many reads in flight wait for any response
	outagePause = 30 * time.Second // how long no read is sent after the last failure
)

// breaker ends reads early during an outage. Reads in flight do not retry, and new reads fail at once for half a minute
// after the last failure. The first response ends the outage.
type breaker struct {
	mu          sync.Mutex
	inFlight    int // reads
	failed      int // reads in a row without a response
	lastErr     error
	failedAt    time.Time
	silentSince time.Time // when the last attempt ended that did not time out
}

// begin returns the last error if the read must not be sent. If it returns nil, the caller must call end.
func (b *breaker) begin() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failed >= outageReads && time.Since(b.failedAt) < outagePause {
		return b.lastErr
	}
	if b.inFlight++; b.inFlight == 1 {
		b.silentSince = time.Now()
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
	case isOutage(err):
		b.failed, b.lastErr, b.failedAt = b.failed+1, err, time.Now()
	default:
		b.failed = 0
	}
}

// attempted records how an attempt ended.
func (b *breaker) attempted(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case !errors.Is(err, ErrRequestTimeout):
		b.silentSince = time.Now()
	case b.inFlight >= outageReads && time.Since(b.silentSince) >= maxSilence:
		b.failed, b.lastErr, b.failedAt = outageReads, err, time.Now()
	}
}

// patience returns how long a retry may take. It is not positive in an outage.
func (b *breaker) patience() time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.failed >= outageReads:
		return 0
	case b.inFlight < outageReads:
		return math.MaxInt64
	default:
		return time.Until(b.silentSince.Add(maxSilence))
	}
}

// isOutage reports whether the end of a read shows that the server does not respond.
func isOutage(err error) bool {
	if api, found := errors.AsType[*APIError](err); found {
		return retryableStatus(api.StatusCode)
	}
	_, found := errors.AsType[*Error](err)
	return found && !slices.ContainsFunc(answered, func(cause error) bool { return errors.Is(err, cause) })
}
