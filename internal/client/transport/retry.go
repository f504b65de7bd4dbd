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
	Max           time.Duration // longest pause without Retry-After. Default 30 s.
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

// jitter returns how much may be added to a Retry-After, so that clients with the same one do not return together.
func jitter(asked time.Duration) time.Duration { return min(asked/4, maxJitter) }

// upTo returns a random duration below a limit.
func upTo(limit time.Duration) time.Duration {
	return rand.N(max(limit, 1)) //nolint:gosec // spreads load, guards nothing
}

// exchange is the state of one call of [Client.Get]. Only its goroutine uses it.
type exchange struct {
	client  *Client
	request *http.Request
	decode  func(body io.Reader) error

	info       RequestInfo     // of the last attempt
	transport  *http.Transport // of the last attempt, nil if connections cannot be left
	last       error           // how the last attempt failed, nil if it did not
	retries    int             // used up
	isRerouted bool            // whether a 421 or a response of a cache has been retried
}

// run sends the request, and repeats it while another attempt can succeed and the read has retries and time left.
func (x *exchange) run(ctx context.Context) error {
	c, timeout := x.client, x.client.config.RequestTimeout
	for {
		if limit := c.limiter.wait(ctx); limit != nil {
			limit.RequestInfo, x.last = x.info, limit
			if ctx.Err() != nil {
				return x.failure(ctx.Err())
			}
			return limit
		}
		err := x.attempt(ctx, timeout)
		pause, again := x.next(ctx, err)
		if !again {
			return err
		}
		if ended := poll.Sleep(ctx, pause); ended != nil {
			return x.failure(ended)
		}
		patience := c.breaker.patience()
		if patience <= 0 {
			return err
		}
		timeout = min(patience, c.config.RequestTimeout)
	}
}

// next reports whether to retry after an attempt, and after which pause. If the pause would outlast the deadline, there
// is no retry, because the response says more than a timeout would.
func (x *exchange) next(ctx context.Context, err error) (pause time.Duration, again bool) {
	c := x.client
	retry, asked := retryFor(err)
	isElsewhere := HasStatus(err, http.StatusMisdirectedRequest) != nil || errors.Is(err, ErrStaleAnswer)
	isBroken := isElsewhere || retry == retryAlone || errors.Is(err, context.DeadlineExceeded)
	if isBroken && x.transport != nil {
		c.connections.leave(x.transport) // later reads must not use it either
	}
	deadline, bounded := ctx.Deadline()
	switch {
	case ctx.Err() != nil, c.config.MaxRetries == 0:
		return 0, false
	case isElsewhere:
		again, x.isRerouted = !x.isRerouted, true
		return 0, again
	case retry == final, bounded && asked >= time.Until(deadline):
		return 0, false
	case retry != retryFree, !bounded: // a read without a deadline must end
		x.retries++
	}
	if retry == retryAlone {
		pause = c.config.RetryWait.pause(x.retries-1, asked)
	}
	return pause, x.retries <= c.config.MaxRetries
}

// retryFor returns the rule for the next attempt, and its Retry-After.
func retryFor(err error) (retry retryRule, asked time.Duration) {
	if api, found := errors.AsType[*APIError](err); found {
		return retryForStatus(api.StatusCode, api.RetryAfter), api.RetryAfter
	}
	if failed, found := errors.AsType[*Error](err); found {
		return failed.retry, 0
	}
	return final, 0
}
