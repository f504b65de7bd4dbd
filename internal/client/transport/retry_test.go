package transport

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"time"
)

func TestBackoff_defaults(t *testing.T) {
	t.Parallel()
	if got, want := (Backoff{}).orDefault(), (Backoff{Base: 500 * time.Millisecond, Max: 30 * time.Second, MaxRetryAfter: 5 * time.Minute}); got != want {
		t.Errorf("got %+v", got)
	}
	if set := (Backoff{Base: 1, Max: 2, MaxRetryAfter: 3}); set.orDefault() != set {
		t.Errorf("got %+v", set.orDefault())
	}
}

// TestBackoff_limits checks that pauses are random, within a limit that doubles.
func TestBackoff_limits(t *testing.T) {
	t.Parallel()
	backoff := Backoff{}.orDefault()
	for failures := range 100 {
		ceiling := backoff.Max
		if failures < 7 {
			ceiling = min(backoff.Max, backoff.Base*time.Duration(1<<failures))
		}
		var longest time.Duration
		for range 100 {
			pause := backoff.pause(failures, 0)
			if pause < 0 || pause >= ceiling {
				t.Fatalf("after %d failures the pause is %v, ceiling %v", failures, pause, ceiling)
			}
			longest = max(longest, pause)
		}
		if longest < ceiling/2 {
			t.Errorf("after %d failures the longest of 100 pauses is %v, ceiling %v", failures, longest, ceiling)
		}
	}
	for asked, want := range map[time.Duration]struct{ least, most time.Duration }{
		time.Second:      {time.Second, 1250 * time.Millisecond},
		time.Minute:      {time.Minute, 63 * time.Second},
		time.Hour:        {backoff.MaxRetryAfter, backoff.MaxRetryAfter + 3*time.Second},
		time.Nanosecond:  {time.Nanosecond, time.Nanosecond},
		12 * time.Second: {12 * time.Second, 15 * time.Second},
	} {
		for range 100 {
			if pause := backoff.pause(0, asked); pause < want.least || pause > want.most {
				t.Errorf("asked for %v, the pause is %v", asked, pause)
			}
		}
	}
}

// TestRetrier_pauses checks when a request is repeated that a server answers with 500.
func TestRetrier_pauses(t *testing.T) {
	t.Parallel()
	const latency = 50 * time.Millisecond
	type bounds struct{ least, most time.Duration }
	for name, test := range map[string]struct {
		after time.Duration // Retry-After
		want  []bounds      // of the pauses
	}{
		"without Retry-After": {0, []bounds{{0, 500 * time.Millisecond}, {0, time.Second}, {0, 2 * time.Second}, {0, 4 * time.Second}}},
		"with Retry-After":    {8 * time.Second, []bounds{{8 * time.Second, 10 * time.Second}, {8 * time.Second, 10 * time.Second}, {8 * time.Second, 10 * time.Second}, {8 * time.Second, 10 * time.Second}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			longest := make([]time.Duration, len(test.want))
			for range 20 {
				withFakeClock(t, always(http.StatusInternalServerError, test.after), func(t *testing.T, server *countingServer, api *Client) {
					if err := read(t, api); StatusOf(err) != http.StatusInternalServerError || server.requests() != len(test.want)+1 {
						t.Fatalf("got %v after %d requests", err, server.requests())
					}
					for i, want := range test.want {
						pause := server.times[i+1] - server.times[i] - latency
						if pause < want.least || pause > want.most {
							t.Errorf("pause %d took %v, want %v to %v", i+1, pause, want.least, want.most)
						}
						longest[i] = max(longest[i], pause)
					}
				})
			}
			for i, want := range test.want {
				if longest[i] < want.most/4 {
					t.Errorf("the longest pause %d took %v, want up to %v", i+1, longest[i], want.most)
				}
			}
		})
	}
}

// TestRetrier_noTimeForThePause checks that an answer is returned at once if the read has no time for the pause that the
// server asks for.
func TestRetrier_noTimeForThePause(t *testing.T) {
	t.Parallel()
	const asked = time.Minute
	for left, requests := range map[time.Duration]int{asked - 1: 1, asked: 1, 2 * asked: 2} {
		withFakeClock(t, always(http.StatusInternalServerError, asked), func(t *testing.T, server *countingServer, api *Client) {
			ctx, cancel := context.WithTimeout(t.Context(), server.latency+left)
			defer cancel()
			_, err := api.Get(ctx, Request{Segments: []string{"result"}}, readAll(io.Discard))
			if StatusOf(err) != http.StatusInternalServerError || server.requests() != requests {
				t.Errorf("with %v left: got %v after %d requests", left, err, server.requests())
			}
		})
	}
}

// TestRetrier_cancelledPause checks that a read which is cancelled during a pause sends no other request.
func TestRetrier_cancelledPause(t *testing.T) {
	t.Parallel()
	withFakeClock(t, always(http.StatusInternalServerError, time.Minute), func(t *testing.T, server *countingServer, api *Client) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(10*time.Second, cancel)
		_, err := api.Get(ctx, Request{Segments: []string{"result"}}, readAll(io.Discard))
		var ended *Error
		if !errors.As(err, &ended) || !errors.Is(err, context.Canceled) || ended.Attempts != 1 || StatusOf(ended.Last) != http.StatusInternalServerError {
			t.Errorf("got %+v", err)
		}
		if took := time.Since(server.began); took != 10*time.Second || server.requests() != 1 {
			t.Errorf("%d requests in %v", server.requests(), took)
		}
	})
}
