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

// fakeFetches stands in for the API: each fetch takes a second and ends as scripted.
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

// numbered returns a list whose result says which fetch it is from.
func numbered(status Status) func(int) (*resultList, error) {
	return func(number int) (*resultList, error) {
		result := ExperimentResult{ID: fmt.Sprintf("fetch %d", number), DocumentID: "d", Lifecycle: Lifecycle{Status: status}}
		return &resultList{rows: map[string]*listedResult{"d": {ExperimentResult: result}}}, nil
	}
}

func keyOfRun(runID string) listKey { return listKey{edition: EditionFlat, runID: runID} }

// mustRead reads as a read of one document does: from what is cached unless it is a poll, then from a list.
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

func want(t *testing.T, got, want string) {
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
		"a completed result is a fact":                       {StatusCompleted, "d", time.Hour, false, "fetch 1"},
		"but not to a poll":                                  {StatusCompleted, "d", 0, true, "fetch 2"},
		"a running result is served from the same second":    {StatusRunning, "d", 0, false, "fetch 1"},
		"and not from the second before":                     {StatusRunning, "d", time.Millisecond, false, "fetch 2"},
		"a failed result is no fact, since it may be redone": {StatusError, "d", time.Millisecond, false, "fetch 2"},
		"a poll never takes an old one":                      {StatusRunning, "d", 0, true, "fetch 2"},
		"an absent result is served from the same second":    {StatusRunning, "other", 0, false, "absent"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				source := &fakeFetches{results: numbered(test.status)}
				lists := newListCache(source.fetch)
				lists.mustRead(t, test.document, false)
				time.Sleep(test.pause) //nolint:forbidigo // the bubble's clock, which costs no time
				want(t, lists.mustRead(t, test.document, test.poll), test.want)
			})
		})
	}
}

func TestListCache_absenceExpires(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		source := &fakeFetches{results: numbered(StatusRunning)}
		lists := newListCache(source.fetch)
		lists.mustRead(t, "other", false)
		time.Sleep(time.Millisecond) //nolint:forbidigo // the bubble's clock, which costs no time
		lists.mustRead(t, "other", false)
		want(t, fmt.Sprint(source.count), "2")
	})
}

// TestListCache_pollsShareTheNextFetch: polls that begin while a fetch is in flight cannot use it, and share the next one.
func TestListCache_pollsShareTheNextFetch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		source := &fakeFetches{results: numbered(StatusRunning)}
		lists := newListCache(source.fetch)
		var wait sync.WaitGroup
		wait.Go(func() { want(t, lists.mustRead(t, "d", true), "fetch 1") })
		time.Sleep(time.Millisecond) //nolint:forbidigo // the bubble's clock, which costs no time
		for range 50 {
			wait.Go(func() { want(t, lists.mustRead(t, "d", true), "fetch 2") })
		}
		wait.Wait()
		want(t, fmt.Sprint(source.count), "2")
	})
}

var errBroken = errors.New("broken")

// TestListCache_errorIsNotShared: the waiters of a fetch share its error; a later poll fetches again.
func TestListCache_errorIsNotShared(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		source := &fakeFetches{}
		source.results = func(number int) (*resultList, error) {
			if number == 1 {
				return nil, errBroken
			}
			return numbered(StatusRunning)(number)
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
		// This poll began after the fetch did, so the failure of that fetch is not its failure.
		wait.Go(func() { want(t, lists.mustRead(t, "d", true), "fetch 2") })
		wait.Wait()
		want(t, lists.mustRead(t, "d", false), "fetch 2")
	})
}

// TestListCache_cancellation: a fetch is cancelled when its last waiter leaves.
func TestListCache_cancellation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		source := &fakeFetches{results: numbered(StatusRunning)}
		ended := make(chan error, 10)
		lists := newListCache(func(ctx context.Context, key listKey) (*resultList, error) {
			list, err := source.fetch(ctx, key)
			ended <- err
			return list, err
		})
		impatient, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		gaveUp := make(chan error, 1)
		go func() {
			_, err := lists.get(impatient, keyOfRun("run"), notBefore(false))
			gaveUp <- err
		}()
		time.Sleep(time.Millisecond) //nolint:forbidigo // the bubble's clock, which costs no time
		want(t, lists.mustRead(t, "d", false), "fetch 1")
		if err := <-gaveUp; !errors.Is(err, context.DeadlineExceeded) {
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
		want(t, lists.mustRead(t, "d", true), "fetch 3")
	})
}

// TestListCache_keepsRunsAndPayloadsApart: a list without payloads does not answer a read that wants them.
func TestListCache_keepsRunsAndPayloadsApart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		source := &fakeFetches{results: numbered(StatusCompleted)}
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
			want(t, list.rows["d"].ID, fmt.Sprintf("fetch %d", i+2))
		}
	})
}

// TestListCache_failureIsShared: a permanent failure answers the reads that would have accepted the list, and no others.
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

// TestListCache_temporaryFailureIsNotShared: a failure that may pass is not remembered.
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
		want(t, fmt.Sprint(source.count), "2")
	})
}
