package client

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// TestReadCache_evictsOldValues: a value that is too old for any read is not kept in memory, unless the cache keeps its kind.
func TestReadCache_evictsOldValues(t *testing.T) {
	t.Parallel()
	for name, keep := range map[string]func(string) bool{
		"by default": nil, "as told": func(string) bool { return false }, "or keeps": func(string) bool { return true },
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
				if got, want := cache.entries["key"].value != nil, name == "or keeps"; got != want {
					t.Errorf("the value is kept: %v, want %v", got, want)
				}
			})
		})
	}
}
