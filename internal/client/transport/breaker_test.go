package transport

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// refusing responds like a closed port.
func refusing(*http.Request) (int, time.Duration, error) {
	return 0, 0, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
}

// hanging never responds.
func hanging(req *http.Request) (int, time.Duration, error) {
	<-req.Context().Done()
	return 0, 0, req.Context().Err()
}

var unknownName = &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "api.retab.example", IsNotFound: true}}

// TestBreaker_longestPlan checks the table of the guide "Networks and certificates": how long a plan of any size takes if the
// server does not answer.
func TestBreaker_longestPlan(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		server   handler
		longest  time.Duration
		requests int // at most, for 300 reads
	}{
		"a closed port":              {refusing, 8 * time.Second, 60},
		"no answer ever":             {hanging, time.Minute, 20},
		"502 for ever":               {always(502, 0), 8 * time.Second, 60},
		"503 with Retry-After":       {always(503, 20*time.Second), 4 * time.Minute, 60},
		"429 for ever":               {always(429, 0), 5 * time.Minute, 150},
		"429 with Retry-After":       {always(429, time.Second), 5 * time.Minute, 150},
		"429 with too long a pause":  {always(429, time.Hour), time.Second, 10},
		"a name that does not exist": {func(*http.Request) (int, time.Duration, error) { return 0, 0, unknownName }, time.Second, 12},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClock(t, test.server, func(t *testing.T, server *countingServer, api *Client) {
				errs := failed(plan(t, api, 300))
				if took := time.Since(server.began); len(errs) != 300 || took > test.longest {
					t.Errorf("%d of 300 reads failed, after %v; want at most %v", len(errs), took, test.longest)
				}
				if requests := server.requests(); requests > test.requests {
					t.Errorf("%d requests, want at most %d", requests, test.requests)
				}
				sent := 0
				for _, err := range errs {
					if attemptsOf(t, err) > 0 {
						sent++
					}
				}
				if sent >= 10+outageReads {
					t.Errorf("%d reads were sent, want those that began before the third failure", sent)
				}
			})
		})
	}
}

// attemptsOf returns the attempts that an error counts.
func attemptsOf(t *testing.T, err error) int {
	t.Helper()
	var api *APIError
	var failed *Error
	switch {
	case errors.As(err, &api):
		return api.Attempts
	case errors.As(err, &failed):
		return failed.Attempts
	default:
		t.Fatalf("got %v", err)
		return 0
	}
}

// TestBreaker_patience checks that reads survive what passes in time: a server that is away for a few seconds, one that does
// not answer for half a minute, and a single read that nothing answers for two minutes.
func TestBreaker_patience(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		server handler
		away   time.Duration
		reads  int
	}{
		"a server that restarts":         {refusing, 400 * time.Millisecond, 10},
		"a server that starts slowly":    {hanging, 30 * time.Second, 10},
		"a read that nothing answers":    {hanging, 2 * time.Minute, 1},
		"two reads that nothing answers": {hanging, 2 * time.Minute, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var began time.Time
			withFakeClock(t, func(req *http.Request) (int, time.Duration, error) {
				if time.Since(began) < test.away {
					return test.server(req)
				}
				return http.StatusOK, 0, nil
			}, func(t *testing.T, _ *countingServer, api *Client) {
				began = time.Now()
				for _, err := range failed(plan(t, api, test.reads)) {
					t.Error(err)
				}
			})
		})
	}
}

// TestBreaker_endsWithTheFirstAnswer checks that reads fail at once during an outage, that they are sent again after it, and
// that an answer ends it.
func TestBreaker_endsWithTheFirstAnswer(t *testing.T) {
	t.Parallel()
	var isAway atomic.Bool
	isAway.Store(true)
	withFakeClock(t, func(req *http.Request) (int, time.Duration, error) {
		if isAway.Load() {
			return refusing(req)
		}
		return http.StatusNotFound, 0, nil
	}, func(t *testing.T, _ *countingServer, api *Client) {
		want := func(step string, attempts int) {
			t.Helper()
			if got := attemptsOf(t, read(t, api)); got != attempts {
				t.Errorf("%s: %d attempts, want %d", step, got, attempts)
			}
		}
		for range outageReads {
			want("a read of the first ones", 5)
		}
		want("a read in the outage", 0)
		isAway.Store(false)
		want("a read in the outage, after its end", 0)
		<-time.After(outagePause)
		want("a read half a minute later", 1)
		isAway.Store(true)
		for range outageReads {
			want("a read after that answer", 5)
		}
		<-time.After(outagePause)
		want("the outage goes on", 1)
		want("a read after that", 0)
	})
}

// TestBreaker_ends checks that reads which are sent after an outage are all read.
func TestBreaker_ends(t *testing.T) {
	t.Parallel()
	var answers atomic.Bool
	withFakeClock(t, func(req *http.Request) (int, time.Duration, error) {
		if answers.Load() {
			return http.StatusOK, 0, nil
		}
		return refusing(req)
	}, func(t *testing.T, _ *countingServer, api *Client) {
		if errs := failed(plan(t, api, 60)); len(errs) != 60 {
			t.Errorf("%d of 60 reads failed", len(errs))
		}
		answers.Store(true)
		<-time.After(outagePause)
		for _, err := range failed(plan(t, api, 60)) {
			t.Error(err)
		}
	})
}

// TestBreaker_oldSilence checks that a read which timed out does not shorten the attempts of reads that begin much later.
func TestBreaker_oldSilence(t *testing.T) {
	t.Parallel()
	withFakeClock(t, hanging, func(t *testing.T, server *countingServer, api *Client) {
		_ = read(t, api)
		<-time.After(time.Hour)
		began := time.Now()
		if errs := failed(plan(t, api, 10)); len(errs) != 10 || time.Since(began) < maxSilence-time.Second {
			t.Errorf("%d of 10 reads failed after %v and %d requests", len(errs), time.Since(began), server.requests())
		}
	})
}

// TestBreaker_giveUpTogether checks that three reads of a server that never responds give up together after 55 seconds, also if
// another read begins before that.
func TestBreaker_giveUpTogether(t *testing.T) {
	t.Parallel()
	withFakeClock(t, hanging, func(t *testing.T, server *countingServer, api *Client) {
		var reads sync.WaitGroup
		for i := range outageReads + 1 {
			reads.Go(func() {
				if i == outageReads {
					<-time.After(40 * time.Second)
				}
				if err := read(t, api); !errors.Is(err, ErrRequestTimeout) {
					t.Errorf("got %v", err)
				}
				took := time.Since(server.began)
				if i < outageReads && (took < maxSilence || took > maxSilence+time.Second) {
					t.Errorf("read %d took %v", i, took)
				}
			})
		}
		reads.Wait()
		if took := time.Since(server.began); took < 70*time.Second || took > 71*time.Second {
			t.Errorf("the last read ended after %v", took)
		}
	})
}

// TestIsOutage checks which ends of a read show that the server does not answer.
func TestIsOutage(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err  error
		want bool
	}{
		"a result":            {nil, false},
		"a body that is none": {&ResponseError{}, false},
		"a refusal":           {&APIError{StatusCode: 403}, false},
		"an absence":          {&APIError{StatusCode: 404}, false},
		"a limit":             {&APIError{StatusCode: 429}, true},
		"a gateway":           {&APIError{StatusCode: 502}, true},
		"a closed port":       {&Error{Err: syscall.ECONNREFUSED}, true},
		"too large an answer": {&Error{Err: ErrBodyTooLarge}, false},
		"a redirect":          {&Error{Err: fmt.Errorf("%w: elsewhere", ErrCrossOriginRedirect)}, false},
		"an old copy":         {&Error{Err: ErrStaleAnswer}, false},
		"a timeout":           {&Error{Err: ErrRequestTimeout}, true},
	} {
		if got := isOutage(test.err); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

// TestBreaker_interrupt checks that a read which is cancelled neither begins nor ends an outage.
func TestBreaker_interrupt(t *testing.T) {
	t.Parallel()
	var b breaker
	for range 2 * outageReads {
		_ = b.begin()
		b.end(&Error{Err: fmt.Errorf("wrapped: %w", context.Canceled)})
	}
	if b.begin() != nil {
		t.Error("interrupts have begun an outage")
	}
	for range outageReads {
		b.inFlight++
		b.end(&Error{Err: syscall.ECONNREFUSED})
	}
	b.inFlight++
	b.end(&Error{Err: context.Canceled})
	if b.begin() == nil {
		t.Error("an interrupt has ended the outage")
	}
}
