package transport

import (
	"cmp"
	"context"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/poll"
)

// Backoff bounds the pauses between the attempts of one request. A zero field means its default.
type Backoff struct {
	Base          time.Duration // longest first pause; doubles with every attempt. Default 500 ms.
	Max           time.Duration // longest pause that the server did not ask for. Default 30 s.
	MaxRetryAfter time.Duration // longest Retry-After that is honoured in full. Default 5 min.
}

func (b Backoff) orDefault() Backoff {
	return Backoff{cmp.Or(b.Base, 500*time.Millisecond), cmp.Or(b.Max, 30*time.Second), cmp.Or(b.MaxRetryAfter, 5*time.Minute)}
}

// ceiling returns the longest pause after a number of failures, counted from zero.
func (b Backoff) ceiling(failures int) time.Duration {
	return time.Duration(min(math.Ldexp(float64(b.Base), failures), float64(b.Max))) // a float64 does not overflow
}

// pause returns the pause after a number of failures, counted from zero: the Retry-After with some jitter, or full
// jitter, which spreads the retries of many readers best.
func (b Backoff) pause(failures int, asked time.Duration) time.Duration {
	if asked > 0 {
		asked = min(asked, b.MaxRetryAfter)
		return asked + upTo(jitter(asked))
	}
	return upTo(b.ceiling(failures))
}

// maxJitter is the most that is added to a Retry-After.
const maxJitter = 3 * time.Second

// jitter returns how much may be added to a Retry-After, so that clients with the same one do not come back together.
func jitter(asked time.Duration) time.Duration { return min(asked/4, maxJitter) }

// upTo returns a random duration below a limit.
func upTo(limit time.Duration) time.Duration {
	if limit <= 0 {
		return 0
	}
	return rand.N(limit) //nolint:gosec // spreads load, guards nothing
}

// exchange is one call of [Client.Get]: its request, and what its attempts have come to. One goroutine uses it.
type exchange struct {
	client  *Client
	request *http.Request
	decode  func(body io.Reader) error

	info       RequestInfo     // of the last attempt
	transport  *http.Transport // of the last attempt, nil if connections cannot be left
	failures   int             // attempts that used up a retry
	lastErr    error           // how the last attempt failed, nil if it did not
	isRerouted bool            // whether the request was already sent once more to get past a connection or a cache
}

// run sends the request, and repeats it while that may help, and there are retries and time left.
func (x *exchange) run(ctx context.Context) error {
	c, timeout := x.client, x.client.config.RequestTimeout
	if held := x.hold(ctx); held != nil {
		return held
	}
	for {
		err := x.attempt(ctx, timeout)
		pause, again := x.next(ctx, err)
		if !again {
			return err
		}
		if ended := poll.Sleep(ctx, pause); ended != nil {
			return x.failure(ended)
		}
		if held := x.hold(ctx); held != nil {
			return held
		}
		if timeout = c.breaker.timeLeft(c.config.RequestTimeout); timeout < 0 {
			return err
		}
	}
}

// hold waits for the limiter. It returns the error of a read that has no time for that.
func (x *exchange) hold(ctx context.Context) error {
	limit, err := x.client.limiter.wait(ctx)
	switch {
	case limit == nil:
		return nil
	case err == nil:
		return failureOf(x.info, limit)
	case x.lastErr == nil:
		x.lastErr = failureOf(x.info, limit)
	}
	return x.failure(err)
}

// next reports whether the request is repeated after an attempt, and the pause before that. If the pause is longer than
// the readers have time for, the response is returned now, because it says more than a timeout would.
func (x *exchange) next(ctx context.Context, err error) (pause time.Duration, again bool) {
	asked, verdict := x.judge(err)
	isElsewhere := x.leave(err, verdict)
	retries := x.client.config.MaxRetries
	if ctx.Err() != nil || retries == 0 {
		return 0, false
	}
	if isElsewhere {
		again, x.isRerouted = !x.isRerouted, true
		return 0, again
	}
	deadline, bounded := ctx.Deadline()
	if !verdict.again || bounded && asked >= time.Until(deadline) {
		return 0, false
	}
	if verdict.cost == costRead || !bounded { // a read that has any amount of time must end, too
		x.failures++
	}
	if verdict.hold == holdRead {
		pause = x.client.config.RetryWait.pause(x.failures-1, asked)
	}
	return pause, x.failures <= retries
}

// leave makes the next attempt use another connection than the one that failed. It reports whether someone else
// answered than the server: another server or a cache.
func (x *exchange) leave(err error, judged verdict) (isElsewhere bool) {
	isElsewhere = HasStatus(err, http.StatusMisdirectedRequest) != nil || errors.Is(err, ErrStaleAnswer)
	if isElsewhere || judged.hold == holdRead && !errors.Is(err, context.Canceled) {
		x.client.connections.leave(x.transport)
	}
	return isElsewhere
}

// judge judges how an attempt ended. An unknown host name is permanent unless it has resolved before.
func (x *exchange) judge(err error) (asked time.Duration, judged verdict) {
	var api *APIError
	var failed *Error
	switch {
	case errors.As(err, &api):
		return api.RetryAfter, judgeStatus(api.StatusCode, api.RetryAfter)
	case errors.As(err, &failed):
		return 0, judgeError(err, !x.client.knowsName.Load())
	default: // an answer
		return 0, verdict{}
	}
}
