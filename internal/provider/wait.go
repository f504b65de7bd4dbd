package provider

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/poll"
	"github.com/retab-dev/terraform-provider-retab/internal/prose"
	"github.com/retab-dev/terraform-provider-retab/internal/provider/diagnose"
	"github.com/retab-dev/terraform-provider-retab/internal/verdict"
)

const (
	maxPollInterval = 15 * time.Second // the longest pause
	maxRetryAfter   = 5 * time.Minute  // the longest Retry-After that a wait honours

	// notFoundRetries limits how often in a row a wait retries a run, or a result of an active run, that is not found.
	// Both can appear shortly after their id is known.
	notFoundRetries = 2
)

// backoff returns the pauses between reads. They are at least minPollInterval, even if the interval was not validated.
func backoff(interval types.String) poll.Pace {
	pause, err := time.ParseDuration(interval.ValueString())
	if err != nil {
		pause = defaultPollInterval
	}
	return poll.Pace{Interval: max(pause, minPollInterval), Max: maxPollInterval}
}

// waiter reads something until it is done.
type waiter[T any] struct {
	noun string // of what is read, for the log
	// read reads the value. With fresh, it uses only answers that are requested from now on.
	read func(ctx context.Context, fresh bool) (T, error)
	// status describes a value.
	status func(T) waitStatus
	// awaitsAbsent makes the wait continue while the run of an absent result is active.
	awaitsAbsent bool
}

// waitStatus is what a wait needs to know about a value.
type waitStatus struct {
	id      string
	status  string // in one or a few words
	problem string // a sentence about why the value is not done although nothing is running, "" when there is none
	isDone  bool
}

// statusOf returns the status of an object with a lifecycle.
func statusOf(id string, lifecycle client.Lifecycle) waitStatus {
	return waitStatus{id: id, status: string(lifecycle.Status), isDone: verdict.HasEnded(lifecycle)}
}

// mayStillAppear reports whether an error is an absence that may end soon: of an object whose id is known, or of a host
// name that has never been resolved.
func mayStillAppear(err error) bool {
	absent, isAbsent := errors.AsType[*client.AbsentError](err)
	_, isDNS := errors.AsType[*net.DNSError](err)
	return isAbsent && absent.Reason != client.RunOver || isDNS && !client.IsTemporary(err)
}

// readOrWait reads once or, with wait_for_completion, until the value is done.
func (w waiter[T]) readOrWait(ctx context.Context, m waitModel, fresh bool) (T, error) {
	if !m.WaitForCompletion.ValueBool() {
		return w.read(ctx, fresh)
	}
	return w.wait(ctx, m.PollInterval)
}

// wait reads at once and then after every pause, until the value is done. It retries temporary failures, and
// the first few absences of what may still appear. Every other failure ends it.
func (w waiter[T]) wait(ctx context.Context, interval types.String) (T, error) {
	began := time.Now()
	seen := waitState{answered: began}
	value, err := poll.Until(ctx, backoff(interval), func(ctx context.Context) (T, bool, error) {
		value, err := w.read(ctx, true)
		if err != nil {
			return value, false, err
		}
		now := w.status(value)
		if now.status != seen.status {
			tflog.Info(ctx, w.noun+" changed its status", map[string]any{"id": now.id, "status": now.status})
		}
		seen = waitState{waitStatus: now, answered: time.Now()}
		return value, now.isDone, nil
	}, func(err error) (atLeast time.Duration, goOn bool) {
		if refusal, isRefusal := errors.AsType[*transport.APIError](err); isRefusal {
			atLeast = min(refusal.RetryAfter, maxRetryAfter)
		}
		return atLeast, w.goesOn(&seen, err)
	})
	if ended, isEnded := errors.AsType[*poll.Ended](err); isEnded {
		silent := time.Since(seen.answered)
		if silent <= 2*maxPollInterval { // the next read is not long overdue
			silent = 0
		}
		err = &diagnose.WaitTimeoutError{
			Status: seen.status, Problem: seen.problem, Waited: time.Since(began), Silent: silent, Ended: ended,
		}
	}
	return value, err
}

// waitState is what a wait remembers of its reads.
type waitState struct {
	waitStatus           // of the last value
	answered   time.Time // when the last read succeeded, or proved that the awaited result is absent
	absences   int       // in a row
}

// goesOn reports whether the wait retries after a failure.
func (w waiter[T]) goesOn(seen *waitState, err error) bool {
	absent, isAbsent := errors.AsType[*client.AbsentError](err)
	if isAbsent && w.awaitsAbsent && absent.Reason == client.RunActive {
		seen.answered, seen.problem = time.Now(), prose.Sentence(prose.UpperFirst(absent.Error()))
		return true
	}
	if mayStillAppear(err) {
		seen.absences++
		return seen.absences <= notFoundRetries
	}
	seen.absences = 0
	return client.IsTemporary(err)
}
