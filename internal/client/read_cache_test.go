package client

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// TestReadCache_evictsOldValues checks that a value too old for any read is dropped, unless the cache keeps values of its
// key.
func TestReadCache_evictsOldValues(t *testing.T) {
	t.Parallel()
	for name, keep := range map[string]func(string) bool{
		"by default": nil, "not kept": func(string) bool { return false }, "kept": func(string) bool { return true },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				cache := readCache[string, *int]{fetch: func(context.Context, string) (*int, error) { return new(7), nil }, keep: keep}
				if _, err := cache.get(t.Context(), "key", time.Now()); err != nil {
					t.Fatal(err)
				}
				<-time.After(2 * maxAge)
				synctest.Wait()
				if got, want := cache.entries["key"].value != nil, name == "kept"; got != want {
					t.Errorf("the value is kept: %v, want %v", got, want)
				}
			})
		})
	}
}

// TestReadCache_prefetch checks that a fetch which no read waits for is cancelled, and that a cached value is not fetched again.
func TestReadCache_prefetch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fetches, cancelled, mayFetch := 0, 0, false
		cache := readCache[string, int]{fetch: func(ctx context.Context, _ string) (int, error) {
			fetches++
			if mayFetch {
				return 7, nil
			}
			<-ctx.Done()
			cancelled++
			return 0, ctx.Err()
		}}
		start := time.Now()
		stop := cache.prefetch(t.Context(), "key", start)
		synctest.Wait()
		if !cache.isInFlight("key", start) || cache.isInFlight("key", start.Add(1)) {
			t.Error("the fetch is not in flight, or later than it started")
		}
		stop()
		synctest.Wait()
		if cancelled != 1 || cache.isInFlight("key", start) {
			t.Error("the fetch was not cancelled")
		}
		mayFetch = true
		for range 2 {
			stop := cache.prefetch(t.Context(), "key", start)
			if value, err := cache.get(t.Context(), "key", start); value != 7 || err != nil {
				t.Errorf("got %d, %v", value, err)
			}
			stop()
		}
		if fetches != 2 {
			t.Errorf("%d fetches, want 2", fetches)
		}
	})
}
