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
