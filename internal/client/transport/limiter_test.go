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

// bucket is a server that answers so many requests a second, after a burst of at most so many, and 429 to the others.
func bucket(rate, burst float64, after time.Duration) answers {
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

// always is a server that always answers the same.
func always(status int, after time.Duration) answers {
	return func(*http.Request) (int, time.Duration, error) { return status, after, nil }
}

// TestLimiter_keepsToALimit: all reads succeed in about the time that the limit allows, with few more requests than reads.
// Ten requests are under way when the first limit is met.
func TestLimiter_keepsToALimit(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		server   answers
		reads    int
		takes    time.Duration
		requests int
	}{
		"2 a second, with Retry-After":               {bucket(2, 2, time.Second), 60, 36 * time.Second, 80},
		"2 a second, with no burst":                  {bucket(2, 1, time.Second), 60, 55 * time.Second, 80},
		"2 a second, without Retry-After":            {bucket(2, 2, 0), 60, 36 * time.Second, 95},
		"2 a second, without Retry-After or a burst": {bucket(2, 1, 0), 60, 50 * time.Second, 110},
		"10 a second, with Retry-After":              {bucket(10, 10, time.Second), 300, 36 * time.Second, 330},
		"2 a second after a burst of 100":            {bucket(2, 100, time.Second), 160, 36 * time.Second, 190},
		"100 a minute, and an hour later none":       {bucket(100.0/60, 100, 30*time.Second), 150, 60 * time.Second, 180},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onAClock(t, test.server, func(t *testing.T, server *counting, api *Client) {
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

// TestLimiter_spreads: of a hundred reads that are told the same pause, none comes back before it is over, and they do not
// come back together.
func TestLimiter_spreads(t *testing.T) {
	t.Parallel()
	for name, status := range map[string]int{"429": http.StatusTooManyRequests, "503": http.StatusServiceUnavailable} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const pause = 7 * time.Second
			began := sync.OnceValue(time.Now)
			onAClock(t, func(*http.Request) (int, time.Duration, error) {
				if time.Since(began()) < pause {
					return status, pause, nil
				}
				return http.StatusOK, 0, nil
			}, func(t *testing.T, server *counting, api *Client) {
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

// TestLimiter_namedPauseUsesUpNoRetry: a read goes on as long as the server says when to come back and the read has time.
func TestLimiter_namedPauseUsesUpNoRetry(t *testing.T) {
	t.Parallel()
	left := 8 // more than the four retries
	onAClock(t, func(*http.Request) (int, time.Duration, error) {
		if left--; left >= 0 {
			return http.StatusTooManyRequests, 5 * time.Second, nil
		}
		return http.StatusOK, 0, nil
	}, func(t *testing.T, server *counting, api *Client) {
		if err := read(t, api); err != nil || server.requests() != 9 {
			t.Errorf("got %v after %d requests", err, server.requests())
		}
	})
}

// TestLimiter_pauseLongerThanTheRead: the answer is returned at once, and reads that begin later get it without a request.
func TestLimiter_pauseLongerThanTheRead(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
		onAClock(t, always(status, time.Hour), func(t *testing.T, server *counting, api *Client) {
			for i, err := range []error{read(t, api), read(t, api)} {
				var limit *APIError
				if !errors.As(err, &limit) || limit.StatusCode != status || limit.Attempts != 1-i || limit.RetryAfter < 59*time.Minute {
					t.Errorf("read %d: %+v", i+1, err)
				}
			}
			if took := time.Since(server.began); server.requests() != 1 || took > time.Second {
				t.Errorf("%d requests in %v", server.requests(), took)
			}
		})
	}
}

// TestLimiter_withoutRetries: with no retries a read makes one request, which waits for the pause like every other.
func TestLimiter_withoutRetries(t *testing.T) {
	t.Parallel()
	onAClock(t, always(http.StatusTooManyRequests, 10*time.Second), func(t *testing.T, server *counting, api *Client) {
		api.retrier.maxRetries, api.retrier.limiter.maxRetries = 0, 0
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

// TestLimiter_endsWithTheContext: a read that waits for the limiter ends with its context, and says what held it back.
func TestLimiter_endsWithTheContext(t *testing.T) {
	t.Parallel()
	onAClock(t, always(http.StatusTooManyRequests, time.Minute), func(t *testing.T, server *counting, api *Client) {
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
