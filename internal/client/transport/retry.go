package transport

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
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
	if b.Base == 0 {
		b.Base = 500 * time.Millisecond
	}
	if b.Max == 0 {
		b.Max = 30 * time.Second
	}
	if b.MaxRetryAfter == 0 {
		b.MaxRetryAfter = 5 * time.Minute
	}
	return b
}

// ceiling returns the longest pause after a number of failures, counted from zero.
func (b Backoff) ceiling(failures int) time.Duration {
	return time.Duration(min(math.Ldexp(float64(b.Base), failures), float64(b.Max))) // a float64 does not overflow
}

// pause returns the pause after a number of failures, counted from zero: what the server asked for and some jitter, or
// full jitter, which spreads the retries of many readers best.
func (b Backoff) pause(failures int, asked time.Duration) time.Duration {
	if asked > 0 {
		asked = min(asked, b.MaxRetryAfter)
		return asked + upTo(jitter(asked))
	}
	return upTo(b.ceiling(failures))
}

// maxJitter is the most that is added to a pause that the server asked for.
const maxJitter = 3 * time.Second

// jitter returns how much may be added to a pause that the server asked for, so that those who were told the same pause
// do not come back together.
func jitter(asked time.Duration) time.Duration { return min(asked/4, maxJitter) }

// upTo returns a random duration below a limit.
func upTo(limit time.Duration) time.Duration {
	if limit <= 0 {
		return 0
	}
	return rand.N(limit) //nolint:gosec // spreads load, guards nothing
}

// retryAfter reads the Retry-After header: seconds or an HTTP date (RFC 9110, section 10.2.3). The API does not
// document it, so any other value is ignored.
func retryAfter(resp *http.Response, now time.Time) (time.Duration, bool) {
	if resp == nil {
		return 0, false
	}
	value := resp.Header.Get("Retry-After")
	if seconds, err := strconv.ParseInt(value, 10, 32); err == nil && seconds >= 0 {
		return time.Duration(seconds) * time.Second, true
	}
	if date, err := http.ParseTime(value); err == nil {
		return max(0, date.Sub(now)), true
	}
	return 0, false
}

// retrier decides whether a request is repeated, and when.
type retrier struct {
	backoff    Backoff
	maxRetries int
	limiter    *limiter
	outages    *outages
	knowsName  atomic.Bool // whether an attempt has ended otherwise than with a host name that does not exist
}

// checkRetry implements retryablehttp's policy hook: it reports whether another attempt follows. The pause before it is
// kept in the attempt state and in the limiter.
//
// If the server asks for a longer pause than the readers have time for, its answer is returned now, because it says more
// than a timeout would.
func (r *retrier) checkRetry(ctx context.Context, resp *http.Response, err error) (bool, error) {
	state := attemptStateOf(ctx)
	asked, _ := retryAfter(resp, time.Now())
	judged := r.judge(ctx, resp, err, asked)
	r.inform(state, err, asked, judged)
	var held *heldError
	switch {
	case ctx.Err() != nil:
		return false, ctx.Err()
	case errors.As(err, &held), !judged.again, state.noMoreAttempts, r.maxRetries == 0:
		return false, nil
	case state.stopsDuringOutage && r.outages.isOn():
		state.noMoreAttempts = true
		return false, nil
	}
	if judged.cost == costRead { // the limiter counts what costs all reads
		state.failures++
	}
	if judged.hold == holdRead {
		state.pause = r.backoff.pause(state.failures-1, asked)
	}
	return state.failures+r.limiter.limitsAgainst(state) <= r.maxRetries && r.hasTime(ctx, asked), nil
}

// judge judges an attempt. An unknown host name is permanent unless it has resolved before, or a reader of the answer waits.
func (r *retrier) judge(ctx context.Context, resp *http.Response, err error, asked time.Duration) verdict {
	if err != nil {
		return judgeError(err, !r.knowsName.Load() && !isWaiting(ctx))
	}
	return judgeStatus(resp.StatusCode, asked)
}

// inform tells the limiter of an answer, and remembers that the host name exists.
func (r *retrier) inform(state *attemptState, err error, asked time.Duration, judged verdict) {
	switch {
	case err != nil:
		var op *net.OpError
		var dns *net.DNSError
		if errors.As(err, &op) && !errors.As(err, &dns) { // such as a refused connection: the address was known
			r.knowsName.Store(true)
		}
		return
	case judged.hold == holdAll:
		var answer *APIError
		if errors.As(state.lastErr(), &answer) {
			r.limiter.recordLimit(state.startedAt, asked, answer)
		}
	default:
		r.limiter.recordAnswer(state.startedAt)
	}
	r.knowsName.Store(true)
}

// hasTime reports whether the readers have more time left than the pause that the server asks for, and than the pause of the
// limiter.
func (r *retrier) hasTime(ctx context.Context, asked time.Duration) bool {
	deadline, bounded := deadlineOf(ctx)
	return !bounded || asked < time.Until(deadline) && !r.limiter.opensAfter(deadline)
}

// beforeAttempt waits until an attempt may be sent: first for the pause of its own request, then for the limiter.
func (r *retrier) beforeAttempt(ctx context.Context) error {
	state := attemptStateOf(ctx)
	if err := poll.Sleep(ctx, state.pause); err != nil {
		return err
	}
	state.pause = 0 // a redirect belongs to the same attempt
	last := state.lastErr()
	err := r.limiter.wait(ctx)
	if err == nil {
		state.setLastErr(last)
	}
	return err
}
