package poll_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/poll"
)

var (
	errFault        = errors.New("fault")
	errDenied       = errors.New("denied")
	errTooManyReads = errors.New("too many reads")
)

var pace = poll.Pace{Interval: 2 * time.Second, Max: 15 * time.Second}

// script is a read with scripted results; the last entry repeats. It records the time of each read, and fails after a thousand
// reads, so that Until cannot run forever.
type script struct {
	entries []entry
	times   []time.Duration
	began   time.Time
}

type entry struct {
	done bool
	err  error
}

func (s *script) read(context.Context) (int, bool, error) {
	if s.began.IsZero() {
		s.began = time.Now()
	}
	s.times = append(s.times, time.Since(s.began))
	if len(s.times) > 1000 {
		return 0, false, errTooManyReads
	}
	e := s.entries[min(len(s.times), len(s.entries))-1]
	return len(s.times), e.done, e.err
}

func retryFaults(err error) (time.Duration, bool) { return 0, errors.Is(err, errFault) }

func TestUntil_firstReadHasNoPause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		s := &script{entries: []entry{{done: true}}}
		value, err := poll.Until(t.Context(), pace, s.read, retryFaults)
		if err != nil || value != 1 || time.Since(began) != 0 {
			t.Errorf("got %d, %v after %v", value, err, time.Since(began))
		}
	})
}

func TestUntil_backoff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{entries: append(make([]entry, 30), entry{done: true})}
		if _, err := poll.Until(t.Context(), pace, s.read, retryFaults); err != nil {
			t.Fatal(err)
		}
		varied := false
		for i := 1; i < len(s.times); i++ {
			pause := s.times[i] - s.times[i-1]
			longest := 15 * time.Second
			if i < 6 { // 2 s · 1.5⁵ = 15.1 s
				longest = time.Duration(2e9 * []float64{1, 1.5, 2.25, 3.375, 5.0625}[i-1])
			}
			if pause > longest || pause < max(longest*79/100, pace.Interval) {
				t.Errorf("pause %d took %v, want up to a fifth less than %v, but not less than the interval", i, pause, longest)
			}
			varied = varied || i > 7 && pause != s.times[i-1]-s.times[i-2]
		}
		if !varied {
			t.Error("the pauses have no jitter")
		}
	})
}

func TestUntil_intervalAboveMax(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{entries: []entry{{}, {}, {done: true}}}
		if _, err := poll.Until(t.Context(), poll.Pace{Interval: time.Minute, Max: time.Second}, s.read, retryFaults); err != nil {
			t.Fatal(err)
		}
		for i := 1; i < len(s.times); i++ {
			if pause := s.times[i] - s.times[i-1]; pause != time.Minute {
				t.Errorf("pause %d took %v", i, pause)
			}
		}
	})
}

func TestUntil_retries(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{entries: []entry{{err: errFault}, {err: errFault}, {}, {err: errFault}, {done: true}}}
		value, err := poll.Until(t.Context(), pace, s.read, retryFaults)
		if err != nil || value != 5 {
			t.Errorf("got %d, %v", value, err)
		}
	})
}

func TestUntil_permanentError(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{entries: []entry{{}, {err: errDenied}}}
		if value, err := poll.Until(t.Context(), pace, s.read, retryFaults); !errors.Is(err, errDenied) || value != 0 || len(s.times) != 2 {
			t.Errorf("got %d, %v after %d reads", value, err, len(s.times))
		}
	})
}

func TestUntil_minimumPause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{entries: []entry{{err: errFault}, {done: true}}}
		_, err := poll.Until(t.Context(), pace, s.read, func(err error) (time.Duration, bool) { return time.Hour, errors.Is(err, errFault) })
		if err != nil || s.times[1] != time.Hour {
			t.Errorf("got %v, reads at %v", err, s.times)
		}
	})
}

func TestUntil_deadline(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		entries []entry
		last    error
	}{
		"never done":   {[]entry{{}}, nil},
		"always fails": {[]entry{{err: errFault}}, errFault},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				_, err := poll.Until(ctx, pace, (&script{entries: test.entries}).read, retryFaults)
				var ended *poll.Ended
				if !errors.As(err, &ended) || !errors.Is(err, context.DeadlineExceeded) || !errors.Is(ended.Last, test.last) {
					t.Errorf("got %v", err)
				}
				if took := time.Since(began); took != time.Minute {
					t.Errorf("ended after %v", took)
				}
			})
		})
	}
}

// TestUntil_cancelled cancels the context during a pause, which must end Until at once.
func TestUntil_cancelled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		began := time.Now()
		time.AfterFunc(time.Second, cancel)
		_, err := poll.Until(ctx, pace, (&script{entries: []entry{{}}}).read, retryFaults)
		if !errors.Is(err, context.Canceled) || time.Since(began) != time.Second {
			t.Errorf("got %v after %v", err, time.Since(began))
		}
	})
}

// TestUntil_interruptedRead checks that a read that the context interrupts is not passed to retry.
func TestUntil_interruptedRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := poll.Until(ctx, pace, func(ctx context.Context) (int, bool, error) {
			<-ctx.Done()
			return 0, false, ctx.Err()
		}, func(error) (time.Duration, bool) {
			t.Error("the end of the context was passed to retry")
			return 0, true
		})
		var ended *poll.Ended
		if !errors.As(err, &ended) {
			t.Errorf("got %v", err)
		}
	})
}

// TestUntil_pauseBeyondDeadline checks that a long pause is shortened, so that another read fits before the deadline.
func TestUntil_pauseBeyondDeadline(t *testing.T) {
	t.Parallel()
	for atLeast, want := range map[time.Duration]time.Duration{
		time.Hour:                     30 * time.Second,
		time.Minute:                   30 * time.Second,
		time.Minute - time.Nanosecond: time.Minute - time.Nanosecond,
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			s := &script{entries: []entry{{err: errFault}, {done: true}}}
			_, err := poll.Until(ctx, pace, s.read, func(err error) (time.Duration, bool) { return atLeast, errors.Is(err, errFault) })
			if err != nil || s.times[1] != want {
				t.Errorf("at least %v: got %v, reads at %v", atLeast, err, s.times)
			}
		})
	}
}

func TestEnded_message(t *testing.T) {
	t.Parallel()
	for want, ended := range map[string]poll.Ended{
		"context deadline exceeded":                              {Cause: context.DeadlineExceeded},
		"context deadline exceeded; the last read failed: fault": {Cause: context.DeadlineExceeded, Last: errFault},
	} {
		if got := ended.Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
