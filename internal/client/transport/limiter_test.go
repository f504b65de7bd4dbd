package transport

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"
)

// tokenBucket responds to rate requests a second, after a burst, and with 429 to the others.
func tokenBucket(rate, burst float64, after time.Duration) handler {
	var mu sync.Mutex
	tokens, last := burst, time.Time{}
	return func(*http.Request) (int, time.Duration, error) {
		mu.Lock()
		defer mu.Unlock()
		now := time.Now()
		if !last.IsZero() {
			tokens = min(burst, tokens+now.Sub(last).Seconds()*rate)
		}
		last = now
		if tokens < 1 {
			return http.StatusTooManyRequests, after, nil
		}
		tokens--
		return http.StatusOK, 0, nil
	}
}

// always responds to every request in the same way.
func always(status int, after time.Duration) handler {
	return func(*http.Request) (int, time.Duration, error) { return status, after, nil }
}

// TestLimiter_keepsToALimit checks that all reads succeed, in not much more than the time that the limit allows. Ten requests are
// in flight when the server first responds with 429.
func TestLimiter_keepsToALimit(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		server   handler
		reads    int
		takes    time.Duration
		requests int
	}{
		"2 a second, with Retry-After":               {tokenBucket(2, 2, time.Second), 60, 60 * time.Second, 300},
		"2 a second, with no burst":                  {tokenBucket(2, 1, time.Second), 60, 90 * time.Second, 450},
		"2 a second, without Retry-After":            {tokenBucket(2, 2, 0), 60, 60 * time.Second, 350},
		"2 a second, without Retry-After or a burst": {tokenBucket(2, 1, 0), 60, 80 * time.Second, 500},
		"10 a second, with Retry-After":              {tokenBucket(10, 10, time.Second), 300, 60 * time.Second, 700},
		"2 a second after a burst of 100":            {tokenBucket(2, 100, time.Second), 160, 60 * time.Second, 400},
		"100 a minute, and an hour later none":       {tokenBucket(100.0/60, 100, 30*time.Second), 150, 90 * time.Second, 250},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClock(t, test.server, func(t *testing.T, server *countingServer, api *Client) {
				for _, err := range failed(plan(t, api, test.reads)) {
					t.Errorf("a read failed: %v", err)
				}
				if took := time.Since(server.began); took > test.takes {
					t.Errorf("took %v, want at most %v", took, test.takes)
				}
				if requests := server.requests(); requests > test.requests {
					t.Errorf("%d requests, want at most %d", requests, test.requests)
				}
			})
		})
	}
}

// TestLimiter_spreads checks that a hundred reads with the same pause are repeated after its end, and not at the same moment.
func TestLimiter_spreads(t *testing.T) {
	t.Parallel()
	for name, status := range map[string]int{"429": http.StatusTooManyRequests, "503": http.StatusServiceUnavailable} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const pause = 7 * time.Second
			began := sync.OnceValue(time.Now)
			withFakeClock(t, func(*http.Request) (int, time.Duration, error) {
				if time.Since(began()) < pause {
					return status, pause, nil
				}
				return http.StatusOK, 0, nil
			}, func(t *testing.T, server *countingServer, api *Client) {
				var reads sync.WaitGroup
				for range 100 {
					reads.Go(func() {
						if err := read(t, api); err != nil {
							t.Errorf("a read failed: %v", err)
						}
					})
				}
				reads.Wait()
				back := server.times[100:]
				slices.Sort(back)
				if len(back) != 100 || back[0] < pause || back[99] > pause+10*time.Second {
					t.Fatalf("%d came back, between %v and %v", len(back), back[0], back[len(back)-1])
				}
				for i := range back {
					together := 0
					for _, other := range back[i:] {
						if other-back[i] < 100*time.Millisecond {
							together++
						}
					}
					if together > 30 {
						t.Errorf("%d came back within 100 ms of %v", together, back[i])
					}
				}
			})
		})
	}
}

// TestLimiter_namedPauseUsesUpNoRetry checks that a read continues while the server sends Retry-After and the read has time.
func TestLimiter_namedPauseUsesUpNoRetry(t *testing.T) {
	t.Parallel()
	left := 8 // more than the four retries
	withFakeClock(t, func(*http.Request) (int, time.Duration, error) {
		if left--; left >= 0 {
			return http.StatusTooManyRequests, 5 * time.Second, nil
		}
		return http.StatusOK, 0, nil
	}, func(t *testing.T, server *countingServer, api *Client) {
		if err := read(t, api); err != nil || server.requests() != 9 {
			t.Errorf("got %v after %d requests", err, server.requests())
		}
	})
}

// TestLimiter_pauseLongerThanTheRead checks that a read which has no time for the pause fails at once, and that later reads fail
// without a request.
func TestLimiter_pauseLongerThanTheRead(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
		withFakeClock(t, always(status, time.Hour), func(t *testing.T, server *countingServer, api *Client) {
			for i, left := range []time.Duration{time.Hour, 59 * time.Minute} {
				began := time.Now()
				err := read(t, api)
				var limit *APIError
				if !errors.As(err, &limit) || limit.StatusCode != status || limit.Attempts != 1-i || limit.RetryAfter != left {
					t.Errorf("read %d: %+v", i+1, err)
				}
				if took := time.Since(began); server.requests() != 1 || took > time.Second {
					t.Errorf("read %d: %d requests in %v", i+1, server.requests(), took)
				}
				<-time.After(time.Minute)
			}
		})
	}
}

// TestLimiter_withoutRetryAfter checks that attempts start between half of the longest pause and all of it.
func TestLimiter_withoutRetryAfter(t *testing.T) {
	t.Parallel()
	longest := time.Duration(0)
	for range 20 {
		withFakeClock(t, failing(1, http.StatusTooManyRequests, always(http.StatusOK, 0)), func(t *testing.T, server *countingServer, api *Client) {
			if err := read(t, api); err != nil {
				t.Error(err)
			}
			pause := server.times[1] - server.latency
			if pause < 250*time.Millisecond || pause > 500*time.Millisecond {
				t.Errorf("the pause is %v", pause)
			}
			longest = max(longest, pause)
			if pause, limit := api.limiter.pause(); pause != 0 || limit != nil {
				t.Errorf("after the response, the pause is %v", pause)
			}
		})
	}
	if longest < 350*time.Millisecond {
		t.Errorf("the longest of 20 pauses is %v", longest)
	}
}

// TestLimiter_withoutRetries checks that a read without retries makes one request, after the pause.
func TestLimiter_withoutRetries(t *testing.T) {
	t.Parallel()
	withFakeClock(t, always(http.StatusTooManyRequests, 10*time.Second), func(t *testing.T, server *countingServer, api *Client) {
		api.config.MaxRetries = 0
		for range 2 {
			if err := read(t, api); StatusOf(err) != http.StatusTooManyRequests {
				t.Errorf("got %v", err)
			}
		}
		if times := server.times; len(times) != 2 || times[1] < 10*time.Second {
			t.Errorf("requests at %v", times)
		}
	})
}

// TestLimiter_endsWithTheContext checks that a read which waits for the limiter ends with its context, and that its error has the
// limit.
func TestLimiter_endsWithTheContext(t *testing.T) {
	t.Parallel()
	withFakeClock(t, always(http.StatusTooManyRequests, time.Minute), func(t *testing.T, server *countingServer, api *Client) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(10*time.Second, cancel)
		_, err := api.Get(ctx, Request{Segments: []string{"result"}}, readAll(io.Discard))
		var ended *Error
		if !errors.Is(err, context.Canceled) || !errors.As(err, &ended) || StatusOf(ended.Last) != http.StatusTooManyRequests {
			t.Errorf("got %+v", err)
		}
		if took := time.Since(server.began); took != 10*time.Second {
			t.Errorf("took %v", took)
		}
	})
}

// TestLimiter_waitIsNoFailure checks that a read which has waited for the limiter does not end with the limit as its last failure.
func TestLimiter_waitIsNoFailure(t *testing.T) {
	t.Parallel()
	isFirst := true
	withFakeClock(t, func(req *http.Request) (int, time.Duration, error) {
		if isFirst {
			isFirst = false
			return http.StatusTooManyRequests, 10 * time.Second, nil
		}
		return hanging(req)
	}, func(t *testing.T, _ *countingServer, api *Client) {
		api.config.RequestTimeout = 0
		var reads sync.WaitGroup
		want := func(status int) {
			reads.Go(func() {
				var ended *Error
				if err := read(t, api); !errors.As(err, &ended) || ended.Attempts == 0 || StatusOf(ended.Last) != status {
					t.Errorf("got %+v, want the last failure %d", err, status)
				}
			})
		}
		want(http.StatusTooManyRequests) // the read that met the limit
		<-time.After(time.Second)
		want(0)
		reads.Wait()
	})
}
