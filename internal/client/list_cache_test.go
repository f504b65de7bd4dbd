package client

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// fakeFetches replaces the API: each fetch takes a second and returns a scripted result.
type fakeFetches struct {
	mu      sync.Mutex
	count   int
	results func(number int) (*resultList, error)
}

func (f *fakeFetches) fetch(ctx context.Context, _ listKey) (*resultList, error) {
	f.mu.Lock()
	f.count++
	number := f.count
	f.mu.Unlock()
	select {
	case <-time.After(time.Second):
		return f.results(number)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// numberedList returns a function that returns a list. The id of its result has the number of the fetch.
func numberedList(status Status) func(int) (*resultList, error) {
	return func(number int) (*resultList, error) {
		result := ExperimentResult{ID: fmt.Sprintf("fetch %d", number), DocumentID: "d", Lifecycle: Lifecycle{Status: status}}
		return &resultList{rows: map[string]*listedResult{"d": {ExperimentResult: result}}}, nil
	}
}

func keyOfRun(runID string) listKey { return listKey{edition: EditionFlat, runID: runID} }

// mustRead reads like a read of one document: from the cache unless it is a poll, then from a list.
func (c *listCache) mustRead(t *testing.T, documentID string, poll bool) string {
	t.Helper()
	notBefore := notBefore(poll)
	if row, ok := c.lookup(keyOfRun("run"), documentID, notBefore); ok && !poll {
		return row.ID
	}
	list, err := c.get(t.Context(), keyOfRun("run"), notBefore)
	if err != nil {
		t.Fatal(err)
	}
	row := list.rows[documentID]
	if row == nil {
		return "absent"
	}
	return row.ID
}

func wantText(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestListCache_freshness(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		status   Status
		document string
		pause    time.Duration // between the end of the first read and the second
		poll     bool
		want     string
	}{
		// A fetch takes a second, so it started a second before the first read ended.
		"a completed result is final":                      {StatusCompleted, "d", time.Hour, false, "fetch 1"},
		"a poll reads a completed result again":            {StatusCompleted, "d", 0, true, "fetch 2"},
		"a running result from the same second":            {StatusRunning, "d", 0, false, "fetch 1"},
		"a running result from the second before":          {StatusRunning, "d", time.Millisecond, false, "fetch 2"},
		"a failed result is not final: it may be repeated": {StatusError, "d", time.Millisecond, false, "fetch 2"},
		"a poll reads a running result again":              {StatusRunning, "d", 0, true, "fetch 2"},
		"an absent result from the same second":            {StatusRunning, "other", 0, false, "absent"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				source := &fakeFetches{results: numberedList(test.status)}
				lists := newListCache(source.fetch)
				lists.mustRead(t, test.document, false)
				time.Sleep(test.pause) //nolint:forbidigo // the bubble's clock, which costs no time
				wantText(t, lists.mustRead(t, test.document, test.poll), test.want)
			})
		})
	}
}

func TestListCache_absenceExpires(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		source := &fakeFetches{results: numberedList(StatusRunning)}
		lists := newListCache(source.fetch)
		lists.mustRead(t, "other", false)
		time.Sleep(time.Millisecond) //nolint:forbidigo // the bubble's clock, which costs no time
		lists.mustRead(t, "other", false)
		wantText(t, fmt.Sprint(source.count), "2")
	})
}

// TestListCache_pollsShareTheNextFetch checks that polls which start while a fetch is in flight do not use it, and share
// the next one.
func TestListCache_pollsShareTheNextFetch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		source := &fakeFetches{results: numberedList(StatusRunning)}
		lists := newListCache(source.fetch)
		var wait sync.WaitGroup
		wait.Go(func() { wantText(t, lists.mustRead(t, "d", true), "fetch 1") })
		time.Sleep(time.Millisecond) //nolint:forbidigo // the bubble's clock, which costs no time
		for range 50 {
			wait.Go(func() { wantText(t, lists.mustRead(t, "d", true), "fetch 2") })
		}
		wait.Wait()
		wantText(t, fmt.Sprint(source.count), "2")
	})
}

var errBroken = errors.New("broken")

// TestListCache_errorIsNotShared checks that the waiters of a fetch share its error, and that a later poll fetches again.
func TestListCache_errorIsNotShared(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		source := &fakeFetches{}
		source.results = func(number int) (*resultList, error) {
			if number == 1 {
				return nil, errBroken
			}
			return numberedList(StatusRunning)(number)
		}
		lists := newListCache(source.fetch)
		var wait sync.WaitGroup
		for range 10 {
			wait.Go(func() {
				if _, err := lists.get(t.Context(), keyOfRun("run"), notBefore(false)); !errors.Is(err, errBroken) {
					t.Errorf("got %v", err)
				}
			})
		}
		time.Sleep(time.Millisecond) //nolint:forbidigo // the bubble's clock, which costs no time
		// This poll starts after the failing fetch, so it does not share the failure.
		wait.Go(func() { wantText(t, lists.mustRead(t, "d", true), "fetch 2") })
		wait.Wait()
		wantText(t, lists.mustRead(t, "d", false), "fetch 2")
	})
}

// TestListCache_cancellation checks that a fetch is cancelled when its last waiter leaves.
func TestListCache_cancellation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		source := &fakeFetches{results: numberedList(StatusRunning)}
		ended := make(chan error, 10)
		lists := newListCache(func(ctx context.Context, key listKey) (*resultList, error) {
			list, err := source.fetch(ctx, key)
			ended <- err
			return list, err
		})
		short, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		left := make(chan error, 1)
		go func() {
			_, err := lists.get(short, keyOfRun("run"), notBefore(false))
			left <- err
		}()
		time.Sleep(time.Millisecond) //nolint:forbidigo // the bubble's clock, which costs no time
		wantText(t, lists.mustRead(t, "d", false), "fetch 1")
		if err := <-left; !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if err := <-ended; err != nil {
			t.Errorf("the fetch ended with %v although it had a waiter", err)
		}

		alone, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		_, err := lists.get(alone, keyOfRun("run"), notBefore(true))
		if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(<-ended, context.Canceled) {
			t.Errorf("got %v, or the fetch went on without a waiter", err)
		}
		wantText(t, lists.mustRead(t, "d", true), "fetch 3")
	})
}

// TestListCache_keepsRunsAndPayloadsApart checks that lists of other runs, editions, payloads or selections are fetched
// separately.
func TestListCache_keepsRunsAndPayloadsApart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		source := &fakeFetches{results: numberedList(StatusCompleted)}
		lists := newListCache(source.fetch)
		lists.mustRead(t, "d", false)
		for i, key := range []listKey{
			{edition: EditionFlat, runID: "run", payloads: somePayloads},
			keyOfRun("another run"),
			{edition: EditionRunScoped, runID: "run"},
			{edition: EditionFlat, runID: "run", selection: newSelection([]string{"d"}, nil)},
		} {
			list, err := lists.get(t.Context(), key, notBefore(false))
			if err != nil {
				t.Fatal(err)
			}
			wantText(t, list.rows["d"].ID, fmt.Sprintf("fetch %d", i+2))
		}
	})
}

// TestListCache_failureIsShared checks that a permanent failure is returned to the reads that would have accepted the
// list, and to no others.
func TestListCache_failureIsShared(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		source := &fakeFetches{results: func(int) (*resultList, error) { return nil, errBroken }}
		lists := newListCache(source.fetch)
		began := time.Now()
		for _, test := range []struct {
			notBefore time.Time
			fetches   int
		}{{began, 1}, {began, 1}, {began.Add(time.Millisecond), 2}} {
			if _, err := lists.get(t.Context(), keyOfRun("run"), test.notBefore); !errors.Is(err, errBroken) {
				t.Errorf("got %v", err)
			}
			if got := source.count; got != test.fetches {
				t.Errorf("%d fetches, want %d", got, test.fetches)
			}
		}
	})
}

// TestListCache_temporaryFailureIsNotShared checks that a temporary failure is not remembered.
func TestListCache_temporaryFailureIsNotShared(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		source := &fakeFetches{results: func(int) (*resultList, error) { return nil, &APIError{StatusCode: 503} }}
		lists := newListCache(source.fetch)
		began := time.Now()
		for range 2 {
			if _, err := lists.get(t.Context(), keyOfRun("run"), began); !IsTemporary(err) {
				t.Errorf("got %v", err)
			}
		}
		wantText(t, fmt.Sprint(source.count), "2")
	})
}
