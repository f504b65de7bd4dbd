package client

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
)

var errBroken = errors.New("broken")

// numbered returns a function that takes a second and returns the number of its call, and the count of its calls.
func numbered() (read func(context.Context) (string, error), count *atomic.Int32) {
	count = &atomic.Int32{}
	return func(ctx context.Context) (string, error) {
		number := count.Add(1)
		select {
		case <-time.After(time.Second):
			return fmt.Sprintf("answer %d", number), nil
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}, count
}

var (
	runKey = cacheKey{subject: subject{EditionFlat, "run", ""}}
	final  = func(string) bool { return true }
)

func mustRead(t *testing.T, c *cache, key cacheKey, needs freshness, isFinal func(string) bool, read func(context.Context) (string, error)) string {
	t.Helper()
	got, err := cached(t.Context(), c, key, needs, isFinal, read)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// TestCache_freshness checks which reads use the answer of an earlier read.
func TestCache_freshness(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		isFinal func(string) bool
		pause   time.Duration // between the end of the first read and the second
		fresh   bool
		between func(c *cache) // happens in the pause
		want    string
	}{
		"what is final, after ten seconds":          {final, 10*time.Second - 1, false, nil, "answer 1"},
		"what is final, later":                      {final, 10*time.Second + 1, false, nil, "answer 2"},
		"what is not final, after a second":         {never[string], time.Second, false, nil, "answer 1"},
		"what is not final, later":                  {never[string], time.Second + 1, false, nil, "answer 2"},
		"a fresh read":                              {final, 1, true, nil, "answer 2"},
		"after the end of the run":                  {final, 1, false, endRun(EditionFlat, "run"), "answer 2"},
		"after the end of another run":              {final, 1, false, endRun(EditionFlat, "run2"), "answer 1"},
		"after the end, as the other edition says":  {final, 1, false, endRun(EditionRunScoped, "run"), "answer 1"},
		"after a 404 of the run":                    {final, 1, false, refuseRun(404, cacheKey{subject: subject{EditionFlat, "run", runPart}}), "answer 2"},
		"after a 401 of the run":                    {final, 1, false, refuseRun(401, cacheKey{subject: subject{EditionFlat, "run", runPart}}), "answer 2"},
		"after a 404 of one document":               {final, 1, false, refuseRun(404, cacheKey{subject: subject{EditionFlat, "run", "d"}}), "answer 1"},
		"after a 503":                               {final, 1, false, refuseRun(503, cacheKey{subject: subject{EditionFlat, "run", runPart}}), "answer 1"},
		"after a 404 of the run in another edition": {final, 1, false, refuseRun(404, cacheKey{subject: subject{EditionRunScoped, "run", runPart}}), "answer 1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := newCache()
				read, _ := numbered()
				mustRead(t, c, runKey, freshness{}, test.isFinal, read)
				<-time.After(test.pause)
				if test.between != nil {
					test.between(c)
				}
				if got := mustRead(t, c, runKey, c.freshnessOf(test.fresh), test.isFinal, read); got != test.want {
					t.Errorf("got %q, want %q", got, test.want)
				}
			})
		})
	}
}

// TestCache_partOfARun checks that the 404 and the end of a run are also about the results of its documents.
func TestCache_partOfARun(t *testing.T) {
	t.Parallel()
	for name, happens := range map[string]func(c *cache){
		"a 404 of the run":      refuseRun(404, cacheKey{subject: subject{EditionFlat, "run", runPart}}),
		"a 404 of its list":     refuseRun(404, runKey),
		"a 404 of the document": refuseRun(404, cacheKey{subject: subject{EditionFlat, "run", "d"}}),
		"the end of the run":    endRun(EditionFlat, "run"),
	} {
		synctest.Test(t, func(t *testing.T) {
			c, key := newCache(), cacheKey{subject: subject{EditionFlat, "run", "d"}}
			read, count := numbered()
			mustRead(t, c, key, freshness{}, final, read)
			happens(c)
			if mustRead(t, c, key, freshness{}, final, read); count.Load() != 2 {
				t.Errorf("%s: an answer from before is used", name)
			}
		})
	}
}

// endRun returns a function that reads a finished run.
func endRun(edition Edition, runID string) func(c *cache) {
	return func(c *cache) {
		key := cacheKey{subject: subject{edition, runID, runPart}}
		_, _ = cached(context.Background(), c, key, c.freshnessOf(true), final, func(context.Context) (string, error) {
			return "over", nil
		})
	}
}

// refuseRun returns a function that reads an answer with an error.
func refuseRun(status int, key cacheKey) func(c *cache) {
	return func(c *cache) {
		_, _ = cached(context.Background(), c, key, c.freshnessOf(true), final, func(context.Context) (string, error) {
			return "", &transport.APIError{StatusCode: status}
		})
	}
}

// TestCache_freshReadsShareTheNextFetch checks that fresh reads which start while a fetch is in flight do not use it, and share
// the next one.
func TestCache_freshReadsShareTheNextFetch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCache()
		read, count := numbered()
		var wait sync.WaitGroup
		check := func(needs freshness, want string) {
			if got, err := cached(t.Context(), c, runKey, needs, final, read); err != nil || got != want {
				t.Errorf("got %q, %v, want %q", got, err, want)
			}
		}
		wait.Go(func() { check(c.freshnessOf(true), "answer 1") })
		<-time.After(time.Millisecond)
		for range 50 {
			wait.Go(func() { check(c.freshnessOf(true), "answer 2") })
		}
		wait.Go(func() { check(freshness{}, "answer 1") })
		wait.Wait()
		if count.Load() != 2 {
			t.Errorf("%d fetches", count.Load())
		}
	})
}

// TestCache_leavingReaders checks that a reader that leaves ends only its own wait, that the others get their answer although the
// time of the reader that started the fetch is over, and that a fetch that nobody waits for is cancelled.
func TestCache_leavingReaders(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCache()
		read, count := numbered()
		var wait sync.WaitGroup
		for _, reader := range []struct {
			time time.Duration
			want error
		}{{10 * time.Millisecond, context.DeadlineExceeded}, {time.Minute, nil}, {20 * time.Millisecond, context.DeadlineExceeded}} {
			wait.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), reader.time)
				defer cancel()
				began := time.Now()
				if _, err := cached(ctx, c, runKey, freshness{}, final, read); !errors.Is(err, reader.want) {
					t.Errorf("%s: got %v", reader.time, err)
				}
				if took := time.Since(began); reader.want != nil && took != reader.time {
					t.Errorf("%s: left after %s", reader.time, took)
				}
			})
			synctest.Wait()
		}
		wait.Wait()
		if count.Load() > 3 {
			t.Errorf("%d fetches for three readers", count.Load())
		}

		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() {
			_, _ = cached(ctx, c, runKey, c.freshnessOf(true), final, func(ctx context.Context) (string, error) {
				<-ctx.Done()
				ended <- ctx.Err()
				return "", ctx.Err()
			})
		}()
		synctest.Wait()
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("the fetch ended with %v", err)
		}
		before := count.Load()
		if mustRead(t, c, runKey, c.freshnessOf(true), final, read); count.Load() != before+1 {
			t.Error("a read shares a cancellation")
		}
	})
}

// TestCache_readerWithLessTime checks that a reader with less time than the fetch leaves at its own deadline.
func TestCache_readerWithLessTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCache()
		read, count := numbered()
		go func() { _, _ = cached(t.Context(), c, runKey, freshness{}, final, read) }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		began := time.Now()
		_, err := cached(ctx, c, runKey, freshness{}, final, read)
		if took := time.Since(began); !errors.Is(err, context.DeadlineExceeded) || took != 20*time.Millisecond {
			t.Errorf("left after %s with %v", took, err)
		}
		if got := mustRead(t, c, runKey, freshness{}, final, read); got != "answer 1" || count.Load() != 1 {
			t.Errorf("the other reader gets %q after %d fetches", got, count.Load())
		}
	})
}

// TestCache_readAfterTheLastLeft checks that a read does not share a fetch that was cancelled, even before
// that returns.
func TestCache_readAfterTheLastLeft(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCache()
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			_, _ = cached(ctx, c, runKey, freshness{}, final, func(ctx context.Context) (string, error) {
				<-ctx.Done()
				<-time.After(2 * time.Second)
				return "", ctx.Err()
			})
		}()
		synctest.Wait()
		cancel()
		synctest.Wait()
		read, count := numbered()
		began := time.Now()
		mustRead(t, c, runKey, freshness{}, final, read)
		if took := time.Since(began); took != time.Second {
			t.Errorf("the read took %s", took)
		}
		<-time.After(2 * time.Second) // the cancelled fetch returns, which must not drop the answer
		if mustRead(t, c, runKey, freshness{}, final, read); count.Load() != 1 {
			t.Errorf("%d fetches", count.Load())
		}
	})
}

// TestCache_failures checks that the error of a fetch goes to its waiters, and to nobody else.
func TestCache_failures(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCache()
		calls := 0
		read := func(context.Context) (string, error) {
			calls++
			<-time.After(time.Second)
			if calls == 1 {
				return "", errBroken
			}
			return "answer", nil
		}
		var wait sync.WaitGroup
		for range 10 {
			wait.Go(func() {
				if _, err := cached(t.Context(), c, runKey, freshness{}, final, read); !errors.Is(err, errBroken) {
					t.Errorf("got %v", err)
				}
			})
		}
		<-time.After(time.Millisecond)
		wait.Go(func() { mustRead(t, c, runKey, c.freshnessOf(true), final, read) }) // which must not use the fetch in flight
		wait.Wait()
		if calls != 2 {
			t.Errorf("%d fetches", calls)
		}
	})
}
