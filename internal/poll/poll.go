// Package poll reads something again and again until it is as one wants it.
package poll

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"
)

const (
	// growth is the factor from one pause to the next.
	growth = 1.5
	// spread is the part of a pause that is left to chance, so that many who wait do not ask in step.
	spread = 0.2
)

// Pace says how long to pause between reads: Interval at first, growing to at most Max. A Max below Interval counts as
// Interval.
type Pace struct {
	Interval time.Duration
	Max      time.Duration
}

// pause returns how long to wait after the given read, counted from zero.
func (p Pace) pause(read int) time.Duration {
	longest := max(p.Interval, p.Max)
	pause := float64(p.Interval)
	for range read {
		pause *= growth
		if pause >= float64(longest) {
			pause = float64(longest)
			break
		}
	}
	return time.Duration(pause * (1 - spread*rand.Float64())) //nolint:gosec // spreads load, guards nothing
}

// Ended says that the context ended before what was waited for came about.
type Ended struct {
	Cause error // the context's error
	Cut   error // the failure of a read that the context cut off, nil when it ended during a pause
	Last  error // the failure of the read before, which was forgiven, nil when it did not fail
}

func (e *Ended) Error() string {
	if e.Last != nil {
		return fmt.Sprintf("%v; the last read failed: %v", e.Cause, e.Last)
	}
	return e.Cause.Error()
}

func (e *Ended) Unwrap() error { return e.Cause }

// Until calls read at once, and then again after each pause, until it reports that it is done, fails, or the context
// ends.
//
// A failed read goes to forgive, which says whether to go on and how long to pause at least; if the context would end before
// that, half of what is left. Until then returns the zero value and the error that ended it: the one that was not forgiven,
// or an [*Ended].
func Until[T any](
	ctx context.Context,
	pace Pace,
	read func(ctx context.Context) (value T, done bool, err error),
	forgive func(err error) (atLeast time.Duration, goOn bool),
) (T, error) {
	var none T
	var last error
	for reads := 0; ; reads++ {
		value, done, err := read(ctx)
		if err == nil && done {
			return value, nil
		}
		if ctx.Err() != nil {
			return none, &Ended{Cause: ctx.Err(), Cut: err, Last: last}
		}
		last = err
		pause := pace.pause(reads)
		if err != nil {
			atLeast, goOn := forgive(err)
			if !goOn {
				return none, err
			}
			if deadline, bounded := ctx.Deadline(); bounded && atLeast > time.Until(deadline) {
				atLeast = time.Until(deadline) / 2
			}
			pause = max(pause, atLeast)
		}
		if cause := sleep(ctx, pause); cause != nil {
			return none, &Ended{Cause: cause, Last: last}
		}
	}
}

// sleep waits for a pause or for the end of the context, whose error it returns.
func sleep(ctx context.Context, pause time.Duration) error {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
