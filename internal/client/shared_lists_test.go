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

// walks is a stand-in for the API: each walk takes a second and ends as told.
type walks struct {
	mu      sync.Mutex
	count   int
	results func(walk int) (resultsByDocument, error)
}

func (w *walks) walk(ctx context.Context, _ listKey) (resultsByDocument, error) {
	w.mu.Lock()
	w.count++
	number := w.count
	w.mu.Unlock()
	select {
	case <-time.After(time.Second):
		return w.results(number)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// numbered returns a result that says which walk it is from.
func numbered(status Status) func(int) (resultsByDocument, error) {
	return func(walk int) (resultsByDocument, error) {
		result := ExperimentResult{ID: fmt.Sprintf("walk %d", walk), DocumentID: "d", Lifecycle: Lifecycle{Status: status}}
		return resultsByDocument{"d": {ExperimentResult: result}}, nil
	}
}

func (s *sharedLists) mustRead(t *testing.T, documentID string, poll bool) string {
	t.Helper()
	row, err := s.result(t.Context(), time.Now(), EditionFlat, "run", documentID, ResultOptions{Poll: poll})
	if err != nil {
		t.Fatal(err)
	}
	if !row.found {
		return "absent"
	}
	return row.result.ID
}

func want(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSharedLists_freshness(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		status   Status
		document string
		pause    time.Duration // between the end of the first read and the second
		poll     bool
		want     string
	}{
		// A walk takes a second, so it began a second before the first read ended.
		"a completed result is a fact":                       {StatusCompleted, "d", time.Hour, false, "walk 1"},
		"but not to a poll":                                  {StatusCompleted, "d", 0, true, "walk 2"},
		"a running result is served from the same second":    {StatusRunning, "d", 0, false, "walk 1"},
		"and not from the second before":                     {StatusRunning, "d", time.Millisecond, false, "walk 2"},
		"a failed result is no fact, since it may be redone": {StatusError, "d", time.Millisecond, false, "walk 2"},
		"a poll never takes an old one":                      {StatusRunning, "d", 0, true, "walk 2"},
		"an absent result is served from the same second":    {StatusRunning, "other", 0, false, "absent"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				source := &walks{results: numbered(test.status)}
				lists := &sharedLists{walk: source.walk}
				lists.mustRead(t, test.document, false)
				time.Sleep(test.pause) //nolint:forbidigo // the bubble's clock, which costs no time
				want(t, lists.mustRead(t, test.document, test.poll), test.want)
			})
		})
	}
}

func TestSharedLists_absenceGrowsOld(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		source := &walks{results: numbered(StatusRunning)}
		lists := &sharedLists{walk: source.walk}
		lists.mustRead(t, "other", false)
		time.Sleep(time.Millisecond) //nolint:forbidigo // the bubble's clock, which costs no time
		lists.mustRead(t, "other", false)
		want(t, fmt.Sprint(source.count), "2")
	})
}

// TestSharedLists_pollsShareTheNextWalk: polls that begin while a walk is under way cannot use it, and share one.
func TestSharedLists_pollsShareTheNextWalk(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		source := &walks{results: numbered(StatusRunning)}
		lists := &sharedLists{walk: source.walk}
		var wait sync.WaitGroup
		wait.Go(func() { want(t, lists.mustRead(t, "d", true), "walk 1") })
		time.Sleep(time.Millisecond) //nolint:forbidigo // the bubble's clock, which costs no time
		for range 50 {
			wait.Go(func() { want(t, lists.mustRead(t, "d", true), "walk 2") })
		}
		wait.Wait()
		want(t, fmt.Sprint(source.count), "2")
	})
}

var errBroken = errors.New("broken")

// TestSharedLists_errorIsNotShared: those who wait for a walk share its error; whoever comes later asks again.
func TestSharedLists_errorIsNotShared(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		source := &walks{}
		source.results = func(walk int) (resultsByDocument, error) {
			if walk == 1 {
				return nil, errBroken
			}
			return numbered(StatusRunning)(walk)
		}
		lists := &sharedLists{walk: source.walk}
		var wait sync.WaitGroup
		for range 10 {
			wait.Go(func() {
				if _, err := lists.result(t.Context(), time.Now(), EditionFlat, "run", "d", ResultOptions{}); !errors.Is(err, errBroken) {
					t.Errorf("got %v", err)
				}
			})
		}
		time.Sleep(time.Millisecond) //nolint:forbidigo // the bubble's clock, which costs no time
		// This poll began after the walk did, so the walk's failure is not its failure.
		wait.Go(func() { want(t, lists.mustRead(t, "d", true), "walk 2") })
		wait.Wait()
		want(t, lists.mustRead(t, "d", false), "walk 2")
	})
}

// TestSharedLists_cancellation: a walk goes on while anybody waits for it and ends when nobody does.
func TestSharedLists_cancellation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		source := &walks{results: numbered(StatusRunning)}
		ended := make(chan error, 10)
		lists := &sharedLists{walk: func(ctx context.Context, list listKey) (resultsByDocument, error) {
			results, err := source.walk(ctx, list)
			ended <- err
			return results, err
		}}
		impatient, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		gaveUp := make(chan error, 1)
		go func() {
			_, err := lists.result(impatient, time.Now(), EditionFlat, "run", "d", ResultOptions{})
			gaveUp <- err
		}()
		time.Sleep(time.Millisecond) //nolint:forbidigo // the bubble's clock, which costs no time
		want(t, lists.mustRead(t, "d", false), "walk 1")
		if err := <-gaveUp; !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if err := <-ended; err != nil {
			t.Errorf("the walk ended with %v while somebody waited", err)
		}

		alone, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		_, err := lists.result(alone, time.Now(), EditionFlat, "run", "d", ResultOptions{Poll: true})
		if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(<-ended, context.Canceled) {
			t.Errorf("got %v, or the walk went on for nobody", err)
		}
		want(t, lists.mustRead(t, "d", true), "walk 3")
	})
}

// TestSharedLists_keepRunsAndPayloadsApart: a list without payloads is no answer to a read that wants them.
func TestSharedLists_keepRunsAndPayloadsApart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		source := &walks{results: numbered(StatusCompleted)}
		lists := &sharedLists{walk: source.walk}
		lists.mustRead(t, "d", false)
		row, err := lists.result(t.Context(), time.Now(), EditionFlat, "run", "d", ResultOptions{HandleData: true})
		if err != nil {
			t.Fatal(err)
		}
		want(t, row.result.ID, "walk 2")
		row, err = lists.result(t.Context(), time.Now(), EditionFlat, "another run", "d", ResultOptions{})
		if err != nil {
			t.Fatal(err)
		}
		want(t, row.result.ID, "walk 3")
	})
}

// TestSharedLists_errorOfAReadThatIsLate: a read that began before a walk failed does not ask again, even if it gets to the
// list only afterwards.
func TestSharedLists_errorOfAReadThatIsLate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		source := &walks{results: func(int) (resultsByDocument, error) { return nil, errBroken }}
		lists := &sharedLists{walk: source.walk}
		began := time.Now()
		for _, test := range []struct {
			began time.Time
			walks int
		}{{began, 1}, {began, 1}, {began.Add(2 * time.Second), 2}} {
			if _, err := lists.result(t.Context(), test.began, EditionFlat, "run", "d", ResultOptions{}); !errors.Is(err, errBroken) {
				t.Errorf("got %v", err)
			}
			if got := source.count; got != test.walks {
				t.Errorf("%d walks, want %d", got, test.walks)
			}
		}
	})
}
