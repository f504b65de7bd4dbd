// Package poll repeats a read with backoff until the object that it reads is done.
package poll

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"
)

const (
	growth = 1.5 // the factor between consecutive pauses
	jitter = 0.2 // the random part of a pause, so that many waits do not send their requests at the same moment
)

// Pace defines the pauses between reads: the first one is Interval, and they grow to at most Max. No pause is below Interval. A
// Max below Interval counts as Interval.
type Pace struct {
	Interval time.Duration
	Max      time.Duration
}

// pause returns the pause after a read. Reads are counted from zero.
func (p Pace) pause(read int) time.Duration {
	longest := float64(max(p.Interval, p.Max))
	pause := float64(p.Interval)
	for range read {
		pause = min(pause*growth, longest)
	}
	pause *= 1 - jitter*rand.Float64() //nolint:gosec // spreads load, guards nothing
	return max(p.Interval, time.Duration(pause))
}

// Ended is the error of [Until] if the context ended before the read was done.
type Ended struct {
	Cause error // the context's error
	Cut   error // the error of the read that the context interrupted, nil if the context ended during a pause
	Last  error // the retried error of the last complete read, nil if that read succeeded
}

// Error returns the cause and the last error.
func (e *Ended) Error() string {
	if e.Last != nil {
		return fmt.Sprintf("%v; the last read failed: %v", e.Cause, e.Last)
	}
	return e.Cause.Error()
}

// Unwrap returns the cause.
func (e *Ended) Unwrap() error { return e.Cause }

// Until calls read at once and then after each pause, until read is done, read fails permanently, or the context ends.
//
// Until passes the error of a failed read to retry, which returns whether to continue and the shortest next pause. If the
// context's deadline comes before the end of that pause, the pause is half of the remaining time. On failure, Until returns the
// zero value and the permanent error or an [*Ended].
func Until[T any](
	ctx context.Context,
	pace Pace,
	read func(ctx context.Context) (value T, done bool, err error),
	retry func(err error) (atLeast time.Duration, goOn bool),
) (T, error) {
	var zero T
	var last error
	for reads := 0; ; reads++ {
		value, done, err := read(ctx)
		if err == nil && done {
			return value, nil
		}
		if ctx.Err() != nil {
			return zero, &Ended{Cause: ctx.Err(), Cut: err, Last: last}
		}
		last = err
		pause := pace.pause(reads)
		if err != nil {
			atLeast, goOn := retry(err)
			if !goOn {
				return zero, err
			}
			if deadline, bounded := ctx.Deadline(); bounded && atLeast >= time.Until(deadline) {
				atLeast = time.Until(deadline) / 2
			}
			pause = max(pause, atLeast)
		}
		if cause := Sleep(ctx, pause); cause != nil {
			return zero, &Ended{Cause: cause, Last: last}
		}
	}
}

// Sleep waits until the pause or the context ends. It returns the context's error, also if both end at the same moment.
func Sleep(ctx context.Context, pause time.Duration) error {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	return ctx.Err()
}
